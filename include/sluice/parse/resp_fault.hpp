// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <string>

namespace sluice {

/// What a decoder of RESP refused, for those who want to tell the peer in Redis's own words.
///
/// *Thread safety.* A value: distinct objects safe, shared objects unsafe.
class resp_fault {
public:
    /// The faults.
    enum kind : std::uint8_t {
        none, ///< nothing is wrong
        // commands, and values
        multibulk_length, ///< a count of elements that is no number, or too large
        multibulk_line,   ///< the line with the count of elements does not end
        bulk_length,      ///< a size of a bulk string that is no number, negative, or too large
        bulk_line,        ///< the line with the size does not end
        bulk_end,         ///< no CR LF behind a bulk string
        too_large,        ///< more bytes or values than a frame may have
        // commands
        expected_bulk,     ///< something else than a bulk string among the arguments
        expected_array,    ///< an inline command, where they are not accepted
        inline_line,       ///< an inline command that does not end
        unbalanced_quotes, ///< in an inline command
        // values
        unknown_type, ///< a first character that no type has, or not in this place
        line,     ///< a simple string, error or number that does not end, or has a lone CR or LF
        number,   ///< an integer, double, big number, boolean or null that is none
        verbatim, ///< a verbatim string without its format
        depth,    ///< aggregates are nested too deep
        odd_map   ///< a streamed map that ends behind a key
    };

    /// None, or that which is named.
    /// @{
    constexpr resp_fault() noexcept = default;
    constexpr resp_fault(kind what, char found = 0) noexcept : what_(what), found_(found) {}
    /// @}

    /// Which fault it is.
    constexpr kind what() const noexcept { return what_; }
    /// The character that was found instead of what was expected, if that is the fault.
    constexpr char found() const noexcept { return found_; }

    /// Says it as Redis does behind "Protocol error: ", as for instance "invalid bulk length".
    std::string text() const;

private:
    kind what_ = none;
    char found_ = 0;
};

} // namespace sluice
