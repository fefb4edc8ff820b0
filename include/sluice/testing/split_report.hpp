// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/decoded_input.hpp>

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace sluice::testing {

/// A way for an input to arrive.
struct split {
    std::vector<std::size_t> cuts;   ///< the places within the input at which pieces end; ascending
    std::size_t segment_size = 4096; ///< of the memory that the pieces lie in
};

/// What `every_split` found.
struct split_report {
    /// What the decoder makes of the input as a whole.
    decoded_input whole;

    /// How many ways of arriving were tried.
    std::size_t tried = 0;

    /// What came out otherwise.
    struct difference {
        split how;           ///< the way of arriving
        decoded_input found; ///< what the decoder made of it
    };
    /// The first way in which something else came out.
    std::optional<difference> first_difference;

    /// Byte by byte: the most bytes behind a frame that had to arrive before the decoder gave it.
    /// 0: each frame came with its last byte, and a peer that waits for an answer gets it.
    std::size_t lookahead = 0;

    /// It is the same however it arrives.
    bool same() const noexcept { return !first_difference && !whole.endless; }
    /// The same.
    explicit operator bool() const noexcept { return same(); }
};

/// In words: what came out, in which way, and what was expected.
/// @{
std::string to_string(const split_report& report);
std::ostream& operator<<(std::ostream& out, const split_report& report);
/// @}

} // namespace sluice::testing
