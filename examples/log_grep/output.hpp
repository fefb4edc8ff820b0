// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string>
#include <string_view>

/// Standard output, in large writes.
class output {
public:
    void add(std::string_view text) {
        if (gathered_.size() + text.size() > at_once)
            flush();
        gathered_ += text;
    }

    /// Ends the program, quietly, when nobody reads any more.
    void flush();

private:
    static constexpr std::size_t at_once = 64 * 1024;

    std::string gathered_;
};
