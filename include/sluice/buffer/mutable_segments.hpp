// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>

namespace sluice {

/// A few pieces of writable memory: a *MutableBufferSequence* for scatter reads.
///
/// A value of fixed size; it owns nothing. *Thread safety.* Distinct objects: safe. Shared objects:
/// unsafe.
class mutable_segments {
public:
    /// The pieces, as a *MutableBufferSequence* shows them.
    /// @{
    using value_type = boost::asio::mutable_buffer;
    using const_iterator = const value_type*;
    const_iterator begin() const noexcept { return pieces_.data(); }
    const_iterator end() const noexcept { return pieces_.data() + count_; }
    /// @}

    /// How many pieces there can be.
    static constexpr std::size_t max_pieces = 8;

    /// The bytes of all pieces together.
    std::size_t size() const noexcept { return size_; }

    /// Adds a piece; there must be fewer than `max_pieces`.
    void push_back(value_type piece) noexcept {
        pieces_[count_++] = piece;
        size_ += piece.size();
    }
    /// How many pieces there are.
    std::size_t count() const noexcept { return count_; }

private:
    std::array<value_type, max_pieces> pieces_;
    std::size_t count_ = 0;
    std::size_t size_ = 0;
};

} // namespace sluice
