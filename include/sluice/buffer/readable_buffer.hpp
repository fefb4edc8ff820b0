// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/read_cursor.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

namespace asio = boost::asio;

class preserved_buffer;

/// A view of consecutive bytes of a stream, lying in one or more pieces of memory.
///
/// It models Asio's *ConstBufferSequence*: hand it to any write operation. It is trivially copyable
/// and owns nothing: bytes from a pipe stay valid until the `advance` that passes them, and those
/// of a `preserved_buffer` while that lives. Copies are as valid as the original.
///
/// No piece is ever empty.
///
/// *Thread safety.* Distinct objects: safe, also when they view the same bytes. Shared objects:
/// unsafe.
///
/// \snippet test/doc/concepts_test.cpp search
class readable_buffer {
public:
    using value_type = asio::const_buffer; ///< a piece
    class const_iterator;
    static constexpr std::size_t npos = static_cast<std::size_t>(-1); ///< more than there can be

    /// An empty view.
    readable_buffer() noexcept = default;

    /// Views contiguous memory that the caller keeps. Its cursors belong to no stream. For memory
    /// in several pieces see `borrowed_buffer`.
    static readable_buffer over(asio::const_buffer memory) noexcept;

    /// The contiguous pieces, in order. The iterators are bidirectional and stay valid without the
    /// view they came from.
    /// @{
    const_iterator begin() const noexcept;
    const_iterator end() const noexcept;
    /// @}

    /// The bytes of all pieces together.
    std::size_t size() const noexcept { return static_cast<std::size_t>(finish_ - start_); }
    /// Whether there are none.
    bool empty() const noexcept { return finish_ == start_; }

    /// The place before the first byte.
    read_cursor start() const noexcept { return {start_, stream_, first_}; }
    /// The place behind the last byte.
    read_cursor finish() const noexcept { return {finish_, stream_, last_}; }

    /// The cursor `offset` bytes after the start. Throws `errc::invalid_cursor` beyond the end.
    read_cursor at(std::size_t offset) const;

    /// True when cursor lies within this view, both ends included.
    bool contains(const read_cursor& cursor) const noexcept {
        return cursor.stream_ == stream_ && cursor.position_ - start_ <= finish_ - start_;
    }

    /// Whether there is at most one piece.
    bool is_contiguous() const noexcept { return first_ == last_; }

    /// The first piece; empty for an empty view.
    asio::const_buffer front() const noexcept;

    /// The first byte. Throws `errc::invalid_cursor` when there is none.
    std::byte peek() const;

    /// The part between two cursors. Throws `errc::invalid_cursor` unless start <= first <= last <=
    /// finish. Costs the pieces between the two, not those before them.
    readable_buffer slice(read_cursor first, read_cursor last) const;

    /// At most `count` bytes from `offset` on. Throws `errc::invalid_cursor` for an offset beyond
    /// the end.
    readable_buffer slice(std::size_t offset, std::size_t count = npos) const;

    /// The first place at which the byte, character or text stands; text is also found across
    /// pieces. Empty text is found at the start.
    /// @{
    std::optional<read_cursor> find(std::byte value) const noexcept;
    std::optional<read_cursor> find(char value) const noexcept {
        return find(static_cast<std::byte>(value));
    }
    std::optional<read_cursor> find(std::string_view text) const noexcept;
    /// @}

    /// Copies as many bytes as fit and returns how many.
    std::size_t copy_to(std::span<std::byte> target) const noexcept;
    /// All bytes, copied. Throws `std::bad_alloc`.
    std::string to_string() const;
    /// Whether the bytes are those of the text.
    bool equals(std::string_view text) const noexcept;

    /// Shares the memory of this view and copies no byte: the result stays readable and unchanged
    /// after advance, completion, and the death of pipe and pool handle. Costs one small link per
    /// piece. Memory that was only borrowed (`over`, `borrowed_buffer`) is copied. Throws
    /// `std::bad_alloc` when memory cannot be had.
    preserved_buffer preserve() const;

private:
    friend struct detail::buffer_access;
    friend class preserved_buffer;

    readable_buffer(const detail::segment* first, std::uint64_t start, const detail::segment* last,
                    std::uint64_t finish, std::uint64_t stream) noexcept
        : first_(first)
        , last_(last)
        , start_(start)
        , finish_(finish)
        , stream_(stream) {}

    const detail::segment* link_of(std::uint64_t position,
                                   const detail::segment* from) const noexcept;
    bool continues_with(const_iterator piece, std::size_t offset,
                        std::string_view text) const noexcept;

    const detail::segment* first_ = nullptr; // holds start_, unless the view is empty
    const detail::segment* last_ = nullptr;  // holds finish_ - 1, unless the view is empty
    std::uint64_t start_ = 0;
    std::uint64_t finish_ = 0;
    std::uint64_t stream_ = 0;
};

/// Walks the contiguous pieces of a `readable_buffer`.
class readable_buffer::const_iterator {
public:
    /// A bidirectional iterator.
    /// @{
    using iterator_category = std::bidirectional_iterator_tag;
    using iterator_concept = std::bidirectional_iterator_tag;
    using value_type = asio::const_buffer;
    using difference_type = std::ptrdiff_t;
    using reference = asio::const_buffer;
    using pointer = const asio::const_buffer*;

    const_iterator() noexcept = default;

    asio::const_buffer operator*() const noexcept {
        return {link_->data + (position_ - link_->base),
                static_cast<std::size_t>(piece_end() - position_)};
    }
    const_iterator& operator++() noexcept {
        position_ = piece_end();
        if (link_ != view_.last_)
            link_ = link_->next.load(std::memory_order_relaxed);
        return *this;
    }
    const_iterator operator++(int) noexcept {
        const_iterator old = *this;
        ++*this;
        return old;
    }
    const_iterator& operator--() noexcept {
        if (position_ != view_.finish_)
            link_ = link_->previous;
        position_ = link_->base > view_.start_ ? link_->base : view_.start_;
        return *this;
    }
    const_iterator operator--(int) noexcept {
        const_iterator old = *this;
        --*this;
        return old;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) noexcept {
        return a.position_ == b.position_;
    }
    /// @}

    /// The place in the stream at which the piece begins.
    read_cursor cursor() const noexcept { return {position_, view_.stream_, link_}; }

private:
    friend class readable_buffer;

    const_iterator(const readable_buffer& view, const detail::segment* link,
                   std::uint64_t position) noexcept
        : view_(view)
        , link_(link)
        , position_(position) {}

    std::uint64_t piece_end() const noexcept {
        return link_ == view_.last_ ? view_.finish_
                                    : link_->next.load(std::memory_order_relaxed)->base;
    }

    readable_buffer view_;
    const detail::segment* link_ = nullptr;
    std::uint64_t position_ = 0;
};

inline readable_buffer::const_iterator readable_buffer::begin() const noexcept {
    return {*this, first_, start_};
}
inline readable_buffer::const_iterator readable_buffer::end() const noexcept {
    return {*this, last_, finish_};
}
inline asio::const_buffer readable_buffer::front() const noexcept {
    return empty() ? asio::const_buffer() : *begin();
}

namespace detail {

// How the layers above make views.
struct buffer_access {
    static readable_buffer make(const segment* first, std::uint64_t start, const segment* last,
                                std::uint64_t finish, std::uint64_t stream) noexcept {
        return {first, start, last, finish, stream};
    }
    static const segment* first(const readable_buffer& b) noexcept { return b.first_; }
    static const segment* last(const readable_buffer& b) noexcept { return b.last_; }
    static std::uint64_t start(const readable_buffer& b) noexcept { return b.start_; }
    static std::uint64_t finish(const readable_buffer& b) noexcept { return b.finish_; }
    static std::uint64_t stream(const readable_buffer& b) noexcept { return b.stream_; }
    static read_cursor cursor(const readable_buffer& b, std::uint64_t position,
                              const segment* link) noexcept {
        return {position, b.stream_, link};
    }
    static const segment* link(const read_cursor& c) noexcept { return c.link_; }
    static std::uint64_t stream(const read_cursor& c) noexcept { return c.stream_; }
};

// A number no other stream of this program has; never 0, which is the stream of empty views.
std::uint64_t next_stream_id() noexcept;

} // namespace detail

} // namespace sluice
