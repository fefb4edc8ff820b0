// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>

#include <span> // declares what ranges say of themselves; <ranges> is slow to compile

namespace sluice {

/// The bytes of a `readable_buffer` as a range, across its pieces: for loops and algorithms that
/// know no pieces. A forward range and a view, whose iterators stay valid without it.
///
/// A search by `readable_buffer::find` or a `byte_reader` is many times faster.
///
/// *Thread safety.* Distinct objects: safe, also when they view the same bytes. Shared objects:
/// unsafe.
///
/// \snippet test/doc/reference_test.cpp byte_view
class byte_view {
public:
    class iterator;

    /// An empty view.
    byte_view() noexcept = default;
    /// As valid as the buffer.
    explicit byte_view(const readable_buffer& buffer) noexcept : buffer_(buffer) {}

    /// The bytes, in order.
    /// @{
    iterator begin() const noexcept;
    iterator end() const noexcept;
    /// @}

    /// How many bytes there are.
    std::size_t size() const noexcept { return buffer_.size(); }
    /// Whether there is none.
    bool empty() const noexcept { return buffer_.empty(); }
    /// Whether there is any.
    explicit operator bool() const noexcept { return !empty(); }
    /// The first byte; there must be one.
    const std::byte& front() const noexcept;

private:
    readable_buffer buffer_;
};

/// Goes from byte to byte.
class byte_view::iterator {
public:
    /// A forward iterator.
    /// @{
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::byte;
    using difference_type = std::ptrdiff_t;
    using reference = const std::byte&;
    using pointer = const std::byte*;

    iterator() noexcept = default;

    reference operator*() const noexcept { return *at_; }
    pointer operator->() const noexcept { return at_; }
    iterator& operator++() noexcept {
        if (++at_ == end_) {
            ++piece_;
            enter();
        }
        return *this;
    }
    iterator operator++(int) noexcept {
        iterator old = *this;
        ++*this;
        return old;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
        return a.at_ == b.at_ && a.piece_ == b.piece_;
    }
    /// @}

    /// How many bytes are left in this piece of memory, which lie one behind the other.
    std::size_t contiguous() const noexcept { return static_cast<std::size_t>(end_ - at_); }

private:
    friend class byte_view;

    iterator(readable_buffer::const_iterator piece, readable_buffer::const_iterator last) noexcept
        : piece_(piece)
        , last_(last) {
        enter();
    }
    void enter() noexcept {
        at_ = end_ = nullptr;
        if (piece_ == last_)
            return;
        at_ = static_cast<const std::byte*>((*piece_).data());
        end_ = at_ + (*piece_).size();
    }

    readable_buffer::const_iterator piece_, last_;
    const std::byte* at_ = nullptr;
    const std::byte* end_ = nullptr;
};

inline byte_view::iterator byte_view::begin() const noexcept {
    return {buffer_.begin(), buffer_.end()};
}
inline byte_view::iterator byte_view::end() const noexcept {
    return {buffer_.end(), buffer_.end()};
}
inline const std::byte& byte_view::front() const noexcept {
    return *begin();
}

} // namespace sluice

/// \cond Doxygen takes them for names that are not declared
template <>
inline constexpr bool std::ranges::enable_view<sluice::byte_view> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<sluice::byte_view> = true;
/// \endcond
