// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice::detail {

// Finds every place in a stream at which one byte value stands. It looks ahead, a block of 64 bytes
// in one pass, and keeps the places that it found: no byte is looked at twice, and most places are
// at hand when they are asked for.
class block_scanner {
public:
    explicit block_scanner(std::byte value) noexcept : value_(value) {}

    // Forgets what was found, and goes on from this position.
    void restart(std::uint64_t position) noexcept {
        scanned_ = position;
        next_ = count_ = 0;
    }

    // All bytes before it were looked at.
    std::uint64_t scanned() const noexcept { return scanned_; }

    bool has_match() const noexcept { return next_ != count_; }
    // The position of the first match that was not dropped.
    std::uint64_t match() const noexcept { return base_ + offsets_[next_]; }
    void drop_match() noexcept { ++next_; }

    // Looks through memory, whose first byte is the one at scanned(), until it has found some
    // matches, or the end. Only when there is no match.
    void scan(std::span<const std::byte> memory) noexcept;

private:
    static constexpr unsigned enough = 32; // matches to have found

    std::uint64_t scanned_ = 0;
    std::uint64_t base_ = 0; // the position that offsets count from
    unsigned next_ = 0, count_ = 0;
    std::byte value_;
    std::uint16_t offsets_[enough + 64 + 1] = {}; // the last block may be full of matches
};

} // namespace sluice::detail
