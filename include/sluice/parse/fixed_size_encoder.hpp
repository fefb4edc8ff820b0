// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/error.hpp>
#include <sluice/parse/detail/write_frame.hpp>

#include <cstddef>
#include <string_view>

namespace sluice {

/// Writes messages of one size as they are, for a `fixed_size_decoder`.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class fixed_size_encoder {
public:
    /// Throws `std::invalid_argument` for 0.
    explicit fixed_size_encoder(std::size_t size) { this->size(size); }

    /// The bytes of a message. May be changed at any time; throws `std::invalid_argument` for 0.
    /// @{
    std::size_t size() const noexcept { return size_; }
    void size(std::size_t bytes);
    /// @}

    /// Writes the message as a whole, or nothing. Errors: `errc::frame_too_large` for one with more
    /// bytes, `errc::malformed_frame` for one with fewer. Throws what `prepare` throws.
    /// @{
    template <BufferWriter W>
    error_code encode(const readable_buffer& message, W& writer) const {
        if (message.size() != size_)
            return message.size() > size_ ? errc::frame_too_large : errc::malformed_frame;
        detail::write_frame(writer, message);
        return {};
    }
    template <BufferWriter W>
    error_code encode(std::string_view message, W& writer) const {
        return encode(readable_buffer::over({message.data(), message.size()}), writer);
    }
    /// @}

private:
    std::size_t size_ = 1;
};

} // namespace sluice
