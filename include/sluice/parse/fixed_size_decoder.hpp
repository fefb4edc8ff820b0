// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/decoder.hpp>

#include <cstddef>

namespace sluice {

/// Finds frames of one size. A frame is a view of so many bytes.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class fixed_size_decoder {
public:
    using frame_type = readable_buffer; ///< the bytes of a frame

    /// Throws `std::invalid_argument` for 0.
    explicit fixed_size_decoder(std::size_t size) { this->size(size); }

    /// The bytes of a frame. May be changed at any time; throws `std::invalid_argument` for 0.
    /// @{
    std::size_t size() const noexcept { return size_; }
    void size(std::size_t bytes);
    /// @}

    /// As of a `Decoder`.
    decoded<readable_buffer> decode(byte_reader& in) noexcept {
        if (const parsed<readable_buffer> frame = in.read_view(size_))
            return *frame;
        return need_more{size_};
    }

private:
    std::size_t size_ = 1;
};

} // namespace sluice
