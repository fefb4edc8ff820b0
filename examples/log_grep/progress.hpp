// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstdint>

/// A bar on standard error that tells how far a file was searched, if that is a terminal.
class progress {
public:
    /// Begins a file of that many bytes, or of unknown size for 0.
    void begin(std::uint64_t size);

    /// So many bytes are done. Cheap: it draws a few times a second.
    void at(std::uint64_t done) {
        if (shown_ && done >= look_at_)
            draw_sometimes(done);
    }

    /// Takes the bar away, before anything else is written to the terminal.
    void clear();

private:
    using clock = std::chrono::steady_clock;

    void draw_sometimes(std::uint64_t done);
    void draw(std::uint64_t done, double seconds);

    bool shown_ = false, drawn_ = false;
    std::uint64_t size_ = 0;
    std::uint64_t look_at_ = 0; // before so many bytes the clock is not looked at
    clock::time_point began_, next_;
};
