// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment.hpp>

#include <compare>
#include <cstdint>

namespace sluice {

class readable_buffer;
namespace detail {
struct buffer_access;
}

/// A place between two bytes of a stream, as an absolute 64-bit position.
///
/// Cursors come from a `readable_buffer`. They are ordered, and `a - b` is the distance in bytes. A
/// cursor remains meaningful while its byte is not consumed, whatever arrives behind it; one that
/// went stale, or belongs to another stream, is recognised in constant time and refused with
/// `errc::invalid_cursor`.
///
/// *Thread safety.* A value: distinct objects safe, shared objects unsafe.
class read_cursor {
public:
    /// A place of no stream.
    constexpr read_cursor() noexcept = default;

    /// The number of bytes of the stream before this place.
    constexpr std::uint64_t position() const noexcept { return position_; }

    /// How many bytes `a` lies behind `b`, of the same stream.
    friend constexpr std::int64_t operator-(const read_cursor& a, const read_cursor& b) noexcept {
        return static_cast<std::int64_t>(a.position_ - b.position_);
    }
    /// The same place of the same stream.
    friend constexpr bool operator==(const read_cursor& a, const read_cursor& b) noexcept {
        return a.position_ == b.position_ && a.stream_ == b.stream_;
    }
    /// Ordered by position; cursors of different streams are unordered.
    friend constexpr std::partial_ordering operator<=>(const read_cursor& a,
                                                       const read_cursor& b) noexcept {
        if (a.stream_ != b.stream_)
            return std::partial_ordering::unordered;
        return a.position_ <=> b.position_;
    }

private:
    friend class readable_buffer;
    friend struct detail::buffer_access;

    constexpr read_cursor(std::uint64_t position, std::uint64_t stream,
                          const detail::segment* link) noexcept
        : position_(position)
        , stream_(stream)
        , link_(link) {}

    std::uint64_t position_ = 0;
    std::uint64_t stream_ = 0;
    const detail::segment* link_ = nullptr; // holds the byte at or before the position
};

} // namespace sluice
