// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/detail/byte_order.hpp>
#include <sluice/buffer/parse_error.hpp>
#include <sluice/buffer/readable_buffer.hpp>

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace sluice {

/// A forward cursor over bytes in one or more pieces of memory: the primitive that parsers are
/// written with.
///
/// It moves over the bytes and copies none but the values it reads. Every `read_…`, `skip_…` and
/// `peek` either succeeds, or leaves the position as it was and says why: `parse_error::need_more`
/// or `parse_error::malformed`. It is a value: a copy is a saved position.
///
/// It is valid as long as the view it was made from. *Thread safety.* Distinct objects: safe.
/// Shared objects: unsafe.
class byte_reader {
public:
    /// Has nothing to read.
    byte_reader() noexcept = default;

    /// Reads a view: of what a pipe delivered, for instance, or of a `borrowed_buffer`.
    byte_reader(const readable_buffer& view) noexcept
        : view_(view)
        , link_(buffer_access::first(view)) {
        enter(buffer_access::start(view));
    }
    /// Reads contiguous memory, which the caller keeps.
    byte_reader(std::string_view text) noexcept
        : byte_reader(readable_buffer::over({text.data(), text.size()})) {}
    byte_reader(std::span<const std::byte> bytes) noexcept
        : byte_reader(readable_buffer::over({bytes.data(), bytes.size()})) {}

    // ---- where it is

    bool empty() const noexcept { return cursor_ == end_; }
    std::size_t remaining() const noexcept {
        return static_cast<std::size_t>(buffer_access::finish(view_) - absolute());
    }
    /// The bytes before the current place.
    std::size_t position() const noexcept {
        return static_cast<std::size_t>(absolute() - buffer_access::start(view_));
    }
    /// The current place, to `advance` a reader to.
    read_cursor consumed() const noexcept {
        return buffer_access::cursor(view_, absolute(), link_);
    }
    /// What has not been read.
    readable_buffer rest() const noexcept {
        return buffer_access::make(link_, absolute(), buffer_access::last(view_),
                                   buffer_access::finish(view_), buffer_access::stream(view_));
    }
    /// All that there is to read, read or not.
    const readable_buffer& view() const noexcept { return view_; }
    /// The contiguous bytes from here on; empty only when nothing remains.
    std::span<const std::byte> current() const noexcept { return {cursor_, end_}; }

    // ---- moving

    parsed<void> skip(std::size_t n) noexcept {
        if (n < current().size()) {
            cursor_ += n;
            return {};
        }
        return skip_across(n);
    }
    /// Goes back by `n` bytes. Throws `errc::invalid_cursor` beyond the beginning.
    void rewind(std::size_t n);
    /// Makes the current place the beginning: `position()` is 0.
    void discard_read() noexcept { view_ = rest(); }

    // ---- bytes

    parsed<std::byte> peek() const noexcept {
        if (empty())
            return parse_error::need_more;
        return *cursor_;
    }
    /// The byte `offset` bytes further on.
    parsed<std::byte> peek(std::size_t offset) const noexcept {
        byte_reader ahead = *this;
        if (!ahead.skip(offset))
            return parse_error::need_more;
        return ahead.peek();
    }
    parsed<std::byte> read() noexcept {
        if (empty())
            return parse_error::need_more;
        const std::byte value = *cursor_;
        step();
        return value;
    }
    /// Copies bytes until the target is full.
    parsed<void> read(std::span<std::byte> target) noexcept;
    /// The next `n` bytes as a view, without a copy.
    parsed<readable_buffer> read_view(std::size_t n) noexcept;

    // ---- numbers, binary

    /// An integer or floating-point number, the most significant byte first.
    template <class T>
    parsed<T> read_be() noexcept {
        return read_number<T, std::endian::big>();
    }
    /// The least significant byte first.
    template <class T>
    parsed<T> read_le() noexcept {
        return read_number<T, std::endian::little>();
    }

private:
    std::uint64_t absolute() const noexcept {
        return link_ == nullptr ? 0 : link_->base + static_cast<std::uint64_t>(cursor_ - link_->data);
    }
    // Where the view's bytes in the current link end.
    void enter(std::uint64_t position) noexcept;
    parsed<void> skip_across(std::size_t n) noexcept;
    void step() noexcept {
        if (++cursor_ == end_)
            next_piece();
    }
    void next_piece() noexcept;

    template <class T, std::endian Order>
    parsed<T> read_number() noexcept {
        std::byte bytes[sizeof(T)];
        if (current().size() > sizeof(T)) {
            std::memcpy(bytes, cursor_, sizeof(T));
            cursor_ += sizeof(T);
        } else if (!read(bytes)) {
            return parse_error::need_more;
        }
        return detail::from_bytes<T, Order>(bytes);
    }

    readable_buffer view_;
    const detail::segment* link_ = nullptr;
    const std::byte* cursor_ = nullptr; // at end_ only when nothing remains
    const std::byte* end_ = nullptr;
};

} // namespace sluice
