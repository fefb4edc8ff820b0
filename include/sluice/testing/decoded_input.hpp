// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace sluice::testing {

/// What a decoder makes of an input.
struct decoded_input {
    /// A frame that it gave.
    struct frame {
        std::string text;      ///< as it was printed
        std::uint64_t end = 0; ///< the bytes of the input up to the end of the frame

        /// The same text, at the same place.
        friend bool operator==(const frame&, const frame&) = default;
    };

    /// The frames, in order.
    std::vector<frame> frames;

    /// Why there are no more: what a `framed_reader` reports, `asio::error::eof` for an input that
    /// ends behind a frame.
    error_code end;

    /// Where that was found.
    std::uint64_t position = 0;

    /// The decoder goes on giving frames, more than there are bytes; it was stopped.
    bool endless = false;

    /// The most bytes behind a frame that were there before the frame was given. Not compared.
    std::size_t lookahead = 0;

    /// The same frames, the same end.
    friend bool operator==(const decoded_input& a, const decoded_input& b) {
        return a.frames == b.frames && a.end == b.end && a.position == b.position &&
               a.endless == b.endless;
    }
};

/// In words.
/// @{
std::string to_string(const decoded_input& input);
std::ostream& operator<<(std::ostream& out, const decoded_input& input);
/// @}

} // namespace sluice::testing
