// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/detail/block_scanner.hpp>
#include <sluice/parse/decoder.hpp>
#include <sluice/parse/line_options.hpp>

#include <boost/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// Finds lines. A frame is a view of a line, without its end.
///
/// The ends of all lines in a block of bytes are found in one pass, and no byte is searched twice,
/// however it arrives.
///
/// Errors: `errc::frame_too_large`, as soon as more than `max_size` bytes of a line are there; it
/// is found behind so many bytes of the line.
///
/// What it keeps from one call to the next holds for bytes of the same stream, right behind the
/// last line; when it is given others it begins anew. Contiguous memory counts as the same while
/// its address is: before other bytes are put there, assign a new decoder.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \snippet test/doc/adapters_test.cpp files
class line_decoder {
public:
    using frame_type = readable_buffer; ///< the bytes of a line

    /// Begins with the first byte that it is given.
    explicit line_decoder(const line_options& options = {}) noexcept : end_(options.end) {
        max_size(options.max_size);
        allow_unterminated_ = options.allow_unterminated;
    }

    /// The most bytes a line may have, its end not counted. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return max_size_; }
    void max_size(std::size_t bytes) noexcept {
        max_size_ = std::min(bytes, readable_buffer::npos - 2);
    }
    /// @}

    /// As of a `Decoder`.
    /// @{
    decoded<readable_buffer> decode(byte_reader& in) noexcept {
        if (readable_buffer line; try_decode(in, line))
            return line;
        return search(in);
    }

    decoded<readable_buffer> decode_end(byte_reader& in) noexcept;
    /// @}

    /// Quick, for the common case: a line whose end is known. False if it is another one: then
    /// `decode`.
    BOOST_FORCEINLINE bool try_decode(byte_reader& in, readable_buffer& line) noexcept {
        const read_cursor start = in.consumed();
        if (!begins_at(start) || !(scanner_.has_match() || look_ahead(in)))
            return false;
        const auto length = static_cast<std::size_t>(scanner_.match() - line_);
        const std::span<const std::byte> piece = in.current();
        if (length >= piece.size())
            return false;
        const std::size_t size =
            size_of(length, length != 0 && piece[length - 1] == std::byte{'\r'});
        if (size > max_size_)
            return false;
        scanner_.drop_match();
        line_ += length + 1;
        (void)in.skip(length + 1);
        const detail::segment* const link = detail::buffer_access::link(start);
        line = detail::buffer_access::make(link, start.position(), link, start.position() + size,
                                           stream_);
        return true;
    }

private:
    static constexpr std::size_t no_line = readable_buffer::npos; // more than any maximum

    bool begins_at(const read_cursor& place) const noexcept {
        return place.position() == line_ && detail::buffer_access::stream(place) == stream_;
    }
    // Of a line, when an LF stands behind its first `length` bytes, the last of which is a CR or
    // not.
    std::size_t size_of(std::size_t length, bool carriage_return) const noexcept {
        if (end_ == line_end::lf)
            return length;
        if (carriage_return)
            return length - 1;
        return end_ == line_end::crlf ? no_line : length;
    }
    bool look_ahead(const byte_reader& in) noexcept;
    decoded<readable_buffer> search(byte_reader& in) noexcept;
    decoded<readable_buffer> unfinished(byte_reader& in) noexcept;
    decoded<readable_buffer> too_large(byte_reader& in) noexcept;
    readable_buffer take(byte_reader& in, std::size_t size, std::size_t with_end) noexcept;

    detail::block_scanner scanner_{std::byte{'\n'}};
    std::uint64_t line_ = 0; // the position of the line that is looked for
    std::uint64_t stream_ = 0;
    std::size_t max_size_ = 0;
    line_end end_;
    bool allow_unterminated_ = true;
};

} // namespace sluice
