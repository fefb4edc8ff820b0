// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/error.hpp>
#include <sluice/parse/delimiter_options.hpp>
#include <sluice/parse/detail/delimiter_search.hpp>
#include <sluice/parse/detail/write_frame.hpp>

#include <cstddef>
#include <string_view>

namespace sluice {

/// Writes messages with a delimiter behind each. A `delimiter_decoder` with the same options finds
/// the same messages, with the delimiter if it keeps that.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class delimiter_encoder {
public:
    /// Throws `std::invalid_argument` for a delimiter without a byte.
    explicit delimiter_encoder(delimiter_options options = delimiter_options());

    /// The most bytes a message may have. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return max_size_; }
    void max_size(std::size_t bytes) noexcept { max_size_ = bytes; }
    /// @}

    /// Writes the frame as a whole, or nothing. Errors: `errc::malformed_frame`: the delimiter
    /// would be found before the end of the message, because it holds it, or ends like it begins;
    /// `errc::frame_too_large`. Throws what `prepare` throws.
    /// @{
    template <BufferWriter W>
    error_code encode(const readable_buffer& message, W& writer) const {
        const error_code ec = check(message);
        if (!ec)
            detail::write_frame(writer, message, asio::buffer(search_.text()));
        return ec;
    }
    template <BufferWriter W>
    error_code encode(std::string_view message, W& writer) const {
        return encode(readable_buffer::over({message.data(), message.size()}), writer);
    }
    /// @}

private:
    error_code check(const readable_buffer& message) const noexcept;

    detail::delimiter_search search_;
    std::size_t max_size_;
};

} // namespace sluice
