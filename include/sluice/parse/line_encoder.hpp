// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/error.hpp>
#include <sluice/parse/line_options.hpp>

#include <cstring>
#include <string_view>

namespace sluice {

/// Writes lines: a message, and behind it LF, or CR LF for `line_end::crlf`. A `line_decoder` with
/// the same options finds the same messages.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class line_encoder {
public:
    /// Writes lines as the options say.
    explicit line_encoder(const line_options& options = {}) noexcept : options_(options) {}

    /// The most bytes a message may have. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return options_.max_size; }
    void max_size(std::size_t bytes) noexcept { options_.max_size = bytes; }
    /// @}

    /// Writes the line as a whole, or nothing. Errors: `errc::malformed_frame`: the message holds
    /// what ends a line; with `line_end::either` also a CR as its last byte, which would be lost;
    /// `errc::frame_too_large`. Throws what `prepare` throws.
    /// @{
    template <BufferWriter W>
    error_code encode(const readable_buffer& message, W& writer) const {
        if (const error_code ec = check(message))
            return ec;
        const std::string_view end = options_.end == line_end::crlf ? "\r\n" : "\n";
        const std::size_t size = message.size();
        const asio::mutable_buffer room = writer.prepare(size + end.size());
        asio::buffer_copy(room, message);
        std::memcpy(static_cast<char*>(room.data()) + size, end.data(), end.size());
        writer.commit(size + end.size());
        return {};
    }
    template <BufferWriter W>
    error_code encode(std::string_view message, W& writer) const {
        return encode(readable_buffer::over({message.data(), message.size()}), writer);
    }
    /// @}

private:
    error_code check(const readable_buffer& message) const noexcept;

    line_options options_;
};

} // namespace sluice
