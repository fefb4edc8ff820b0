// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

// How much a pump has moved, and may still move. Whoever watches it sees the sum, too.
class pump_count {
public:
    pump_count(std::uint64_t limit, std::uint64_t* shown) noexcept : limit_(limit), shown_(shown) {}

    void add(std::uint64_t n) noexcept {
        total_ += n;
        if (shown_ != nullptr)
            *shown_ = total_;
    }
    std::uint64_t total() const noexcept { return total_; }
    bool is_over() const noexcept { return total_ == limit_; }
    // As much of it as may still be moved.
    std::size_t part_of(std::size_t n) const noexcept {
        return static_cast<std::size_t>(std::min<std::uint64_t>(n, limit_ - total_));
    }

private:
    std::uint64_t limit_;
    std::uint64_t* shown_;
    std::uint64_t total_ = 0;
};

} // namespace sluice::detail
