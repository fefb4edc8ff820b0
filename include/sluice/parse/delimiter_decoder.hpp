// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/decoder.hpp>
#include <sluice/parse/delimiter_options.hpp>
#include <sluice/parse/detail/delimiter_search.hpp>

#include <cstddef>

namespace sluice {

/// Finds frames that end with a delimiter. A frame is a view of the bytes before it, or with it:
/// see `delimiter_options`. For lines, `line_decoder` is faster.
///
/// However a frame arrives, no byte is looked at again once a call has seen it.
///
/// Errors: `errc::frame_too_large`, as soon as a frame of at most `max_size` bytes is impossible;
/// it is found behind so many bytes of the frame.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class delimiter_decoder {
public:
    using frame_type = readable_buffer; ///< the bytes of a frame

    /// Throws `std::invalid_argument` for a delimiter without a byte.
    explicit delimiter_decoder(delimiter_options options = delimiter_options());

    /// The most bytes a frame may have, the delimiter not counted. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return max_size_; }
    void max_size(std::size_t bytes) noexcept;
    /// @}

    /// As of a `Decoder`.
    /// @{
    decoded<readable_buffer> decode(byte_reader& in) noexcept;
    decoded<readable_buffer> decode_end(byte_reader& in) noexcept;
    /// @}

private:
    decoded<readable_buffer> too_large(byte_reader& in) noexcept;

    detail::delimiter_search search_;
    std::size_t max_size_ = 0;
    bool keep_delimiter_;
    bool allow_unterminated_;
};

} // namespace sluice
