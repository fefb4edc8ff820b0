// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "p3_lines/lines.hpp"

#include <cstring>

namespace bench {

/// What the hand loops are made of: room to read into, and memchr for each line.
class linear_buffer {
public:
    asio::mutable_buffer room() { return asio::buffer(bytes_) + end_; }

    /// Takes the lines out of what was read, and moves the rest to the front.
    template <class Look>
    void take_lines(std::size_t read, Look look) {
        end_ += read;
        const char* at = bytes_.data();
        const char* const end = at + end_;
        while (const void* hit = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
            const char* const lf = static_cast<const char*>(hit);
            look(at, static_cast<std::size_t>(lf - at));
            at = lf + 1;
        }
        end_ = static_cast<std::size_t>(end - at);
        std::memmove(bytes_.data(), at, end_);
    }

private:
    std::vector<char> bytes_ = std::vector<char>(window);
    std::size_t end_ = 0;
};

} // namespace bench
