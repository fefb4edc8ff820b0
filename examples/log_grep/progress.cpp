// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "progress.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace {

constexpr auto interval = std::chrono::milliseconds(100);
constexpr std::uint64_t bytes_between_looks = 1 << 20;
constexpr int bar_width = 30;

} // namespace

void progress::begin(std::uint64_t size) {
    shown_ = ::isatty(STDERR_FILENO) != 0;
    size_ = size;
    look_at_ = 0;
    began_ = clock::now();
    next_ = began_ + interval;
}

void progress::draw_sometimes(std::uint64_t done) {
    look_at_ = done + bytes_between_looks;
    const auto now = clock::now();
    if (now < next_)
        return;
    next_ = now + interval;
    draw(done, std::chrono::duration<double>(now - began_).count());
}

void progress::draw(std::uint64_t done, double seconds) {
    const double rate = static_cast<double>(done) / seconds;
    drawn_ = true;
    if (size_ == 0) {
        std::fprintf(stderr, "\r%.1f MB  %.0f MB/s\033[K", static_cast<double>(done) / 1e6,
                     rate / 1e6);
        return;
    }
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(size_));
    const int full = static_cast<int>(part * bar_width);
    const std::string bar = std::string(full, '#') + std::string(bar_width - full, '.');
    std::fprintf(stderr, "\r[%s] %3.0f%%  %.1f of %.1f MB  %.0f MB/s  %.0f s left\033[K",
                 bar.c_str(), part * 100, static_cast<double>(done) / 1e6,
                 static_cast<double>(size_) / 1e6, rate / 1e6,
                 static_cast<double>(size_) * (1 - part) / rate);
}

void progress::clear() {
    if (drawn_)
        std::fputs("\r\033[K", stderr);
    drawn_ = false;
}
