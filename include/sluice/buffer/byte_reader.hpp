// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_set.hpp>
#include <sluice/buffer/delimiter.hpp>
#include <sluice/buffer/detail/number_reader.hpp>
#include <sluice/buffer/input_state.hpp>
#include <sluice/buffer/parse_error.hpp>
#include <sluice/buffer/readable_buffer.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace sluice {

/// A forward cursor over bytes in one or more pieces of memory: the primitive that parsers are
/// written with.
///
/// It moves over the bytes and copies none but the values it reads. Every `read_…`, `skip_…` and
/// `peek` either succeeds, or leaves the position as it was and says why: `parse_error::need_more`
/// or `parse_error::malformed`. It is a value: a copy is a saved position.
///
/// *What it costs.* Within one piece, single bytes, binary numbers, varints, short integers in
/// text, views, and the search for a byte are inline: a few instructions, for the search a
/// `memchr`. All else is a call, and a little more for each piece that is passed. Each digit and
/// each byte searched is looked at once, for a set of two to eight values once per value.
///
/// It is valid as long as the view it was made from. *Thread safety.* Distinct objects: safe.
/// Shared objects: unsafe.
///
/// \snippet test/doc/parsing_test.cpp publication
class byte_reader {
public:
    /// Has nothing to read.
    byte_reader() noexcept = default;

    /// Reads a view: of what a pipe delivered, for instance, or of a `borrowed_buffer`.
    byte_reader(const readable_buffer& view) noexcept : view_(view), link_(access::first(view)) {
        if (link_ != nullptr)
            enter(access::start(view));
    }
    /// Reads contiguous memory, which the caller keeps.
    byte_reader(std::string_view text) noexcept
        : byte_reader(readable_buffer::over({text.data(), text.size()})) {}
    /// Likewise.
    byte_reader(std::span<const std::byte> bytes) noexcept
        : byte_reader(readable_buffer::over({bytes.data(), bytes.size()})) {}

    // ---- where it is
    /// Whether nothing remains.
    bool empty() const noexcept { return cursor_ == end_; }
    /// The bytes from the current place on.
    std::size_t remaining() const noexcept {
        return static_cast<std::size_t>(access::finish(view_) - absolute());
    }
    /// The bytes before the current place.
    std::size_t position() const noexcept {
        return static_cast<std::size_t>(absolute() - access::start(view_));
    }
    /// The current place, to `advance` a reader to.
    read_cursor consumed() const noexcept { return access::cursor(view_, absolute(), link_); }
    /// What has not been read.
    readable_buffer rest() const noexcept {
        return access::make(link_, absolute(), access::last(view_), access::finish(view_),
                            access::stream(view_));
    }
    /// All that there is to read, read or not.
    const readable_buffer& view() const noexcept { return view_; }
    /// The contiguous bytes from here on; empty only when nothing remains.
    std::span<const std::byte> current() const noexcept { return {cursor_, end_}; }

    // ---- moving
    /// Passes `n` bytes.
    parsed<void> skip(std::size_t n) noexcept {
        if (n < current().size()) {
            cursor_ += n;
            return {};
        }
        return on_copy([n](byte_reader& copy) { return copy.skip_across(n); });
    }
    /// Goes back by `n` bytes. Throws `errc::invalid_cursor` beyond the beginning.
    void rewind(std::size_t n);
    /// Makes the current place the beginning: `position()` is 0.
    void discard_read() noexcept { view_ = rest(); }

    // ---- bytes
    /// The next byte; does not move.
    parsed<std::byte> peek() const noexcept {
        if (empty())
            return parse_error::need_more;
        return *cursor_;
    }
    /// The byte `offset` bytes further on; does not move.
    parsed<std::byte> peek(std::size_t offset) const noexcept {
        if (offset < current().size())
            return cursor_[offset];
        byte_reader ahead = *this;
        if (!ahead.skip(offset))
            return parse_error::need_more;
        return ahead.peek();
    }
    /// The next byte.
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
    parsed<readable_buffer> read_view(std::size_t n) noexcept {
        if (n < current().size())
            return take_here(n);
        return on_copy([n](byte_reader& copy) { return copy.read_view_across(n); });
    }

    // ---- numbers, binary
    /// An integer or floating-point number, the most significant byte first.
    template <class T>
    parsed<T> read_be() noexcept {
        return detail::number_reader::fixed<T, std::endian::big>(*this);
    }
    /// The same, the least significant byte first.
    template <class T>
    parsed<T> read_le() noexcept {
        return detail::number_reader::fixed<T, std::endian::little>(*this);
    }
    /// An integer of 1 to 8 bytes, sign-extended for a signed T. Malformed if T cannot hold it.
    /// Throws `std::invalid_argument` for another number of bytes.
    template <std::integral T>
    parsed<T> read_be(std::size_t bytes) {
        return detail::number_reader::integer<T, std::endian::big>(*this, bytes);
    }
    /// The same, the least significant byte first.
    template <std::integral T>
    parsed<T> read_le(std::size_t bytes) {
        return detail::number_reader::integer<T, std::endian::little>(*this, bytes);
    }

    /// An unsigned LEB128 number, as Protocol Buffers have them: seven bits in each byte, the least
    /// significant first, and a high bit in all bytes but the last. Malformed if it goes on after
    /// `max_bytes`, or if T cannot hold it; leading zeros are allowed within `max_bytes`.
    template <std::unsigned_integral T>
    parsed<T> read_varint(std::size_t max_bytes = detail::varint_size<T>) noexcept {
        return detail::number_reader::varint<T>(*this, max_bytes);
    }
    /// A varint in the zigzag form of signed numbers: 0, -1, 1, -2, 2 and so on.
    template <std::signed_integral T>
    parsed<T> read_zigzag(std::size_t max_bytes = detail::varint_size<T>) noexcept {
        return detail::number_reader::zigzag<T>(*this, max_bytes);
    }

    // ---- numbers in text
    /// Decimal digits, for a signed T with a minus sign before them perhaps.
    ///
    /// Numbers in text are read as `std::from_chars` does: no white space, no plus sign, no prefix;
    /// reading ends before the first character that does not belong to the number. Malformed if no
    /// number stands here, or one that T cannot hold. One that reaches the end of the bytes needs
    /// more, unless the input is complete.
    template <std::integral T>
    parsed<T> read_decimal(input_state state = input_state::partial) noexcept {
        return detail::number_reader::digits<T, 10>(*this, state);
    }
    /// A floating-point number, fixed or with an exponent, `inf` and `nan` too: float or double.
    /// It is read once a character follows that no such number has in it; malformed if more than
    /// 2048 stand before that.
    template <std::floating_point T>
    parsed<T> read_decimal(input_state state = input_state::partial) noexcept {
        return detail::number_reader::floating<T>(*this, state);
    }
    /// Hexadecimal digits, in either case.
    template <std::unsigned_integral T>
    parsed<T> read_hex(input_state state = input_state::partial) noexcept {
        return detail::number_reader::digits<T, 16>(*this, state);
    }

    // ---- searching
    /// The number of bytes from here to a delimiter, also where it lies across pieces. Does not
    /// move. Needs more when it is not there.
    ///
    /// `seen` lets a search go on where an earlier one ended, once more bytes are there: keep it in
    /// a variable that is 0 at first, and search from the same place again. A search that finds
    /// nothing leaves in it how far it came, counted from the current place, one that finds
    /// something leaves 0. Without an escape it may also be any number of bytes that are known not
    /// to hold the delimiter as a whole; one that begins in the last of them is found.
    parsed<std::size_t> find(const delimiter& what, std::size_t& seen) const noexcept {
        if (const std::byte* hit = find_here(what, seen)) {
            seen = 0;
            return static_cast<std::size_t>(hit - cursor_);
        }
        return byte_reader(*this).find_across(what, seen);
    }
    /// Likewise, in a search that need not go on.
    parsed<std::size_t> find(const delimiter& what, std::size_t&& seen = 0) const noexcept {
        return find(what, seen);
    }

    /// The bytes before the delimiter as a view, escape bytes among them; stands behind the
    /// delimiter then. To learn which byte of a set it was: `skip_until`, or `find`, and `peek`.
    /// `seen` as for `find`.
    /// \snippet test/doc/parsing_test.cpp remember
    parsed<readable_buffer> read_until(const delimiter& what, std::size_t& seen) noexcept {
        if (const std::byte* hit = find_here(what, seen)) {
            seen = 0;
            return take_here(static_cast<std::size_t>(hit - cursor_), true);
        }
        if (!what.is_plain_byte())
            return read_until_across(what, seen);
        return on_copy([&](byte_reader& copy) { return copy.read_until_across(what, seen); });
    }
    /// Likewise, in a search that need not go on.
    parsed<readable_buffer> read_until(const delimiter& what, std::size_t&& seen = 0) noexcept {
        return read_until(what, seen);
    }

    /// Passes the bytes before the delimiter, and stands at it then. `seen` as for `find`.
    parsed<void> skip_until(const delimiter& what, std::size_t& seen) noexcept;
    /// Likewise, in a search that need not go on.
    parsed<void> skip_until(const delimiter& what, std::size_t&& seen = 0) noexcept;

    // ---- what stands here
    /// Succeeds if this text stands here. Malformed if other bytes do, as soon as one differs;
    /// needs more if all the bytes there are agree, but are not enough.
    parsed<void> starts_with(std::string_view text) const noexcept;
    /// The same, and stands behind the text then.
    parsed<void> skip_past(std::string_view text) noexcept;
    /// Skips all bytes of this value, or of this set, that stand here, and returns how many: none
    /// is no error. At the end of the bytes more of them may follow.
    /// @{
    std::size_t skip_past(std::byte value) noexcept;
    std::size_t skip_past(char value) noexcept { return skip_past(static_cast<std::byte>(value)); }
    std::size_t skip_past(const byte_set& set) noexcept;
    /// @}

private:
    friend struct detail::number_reader;
    using access = detail::buffer_access;
    std::uint64_t absolute() const noexcept {
        return link_ == nullptr ? access::finish(view_) // of an empty view
                                : link_->base + static_cast<std::uint64_t>(cursor_ - link_->data);
    }
    // The byte at a position within the current link, or the end of the view.
    void enter(std::uint64_t position) noexcept {
        const std::uint64_t end = link_ == access::last(view_)
                                      ? access::finish(view_)
                                      : link_->next.load(std::memory_order_relaxed)->base;
        cursor_ = link_->data + (position - link_->base);
        end_ = link_->data + (end - link_->base);
    }
    void step() noexcept {
        if (++cursor_ == end_)
            on_copy([](byte_reader& copy) { return copy.next_piece(); });
    }
    // What is rare is not inline, and done on a copy: so the reader itself can be in registers.
    template <class Action>
    std::invoke_result_t<Action, byte_reader&> on_copy(Action action) noexcept {
        byte_reader copy = *this;
        const auto outcome = action(copy);
        *this = copy;
        return outcome;
    }

    // Fewer bytes than remain in the current piece; and perhaps the one behind them.
    parsed<readable_buffer> take_here(std::size_t n, bool and_one = false) noexcept {
        const detail::segment* const link = link_;
        const std::uint64_t start = absolute();
        cursor_ += n;
        if (and_one)
            step();
        return access::make(link, start, link, start + n, access::stream(view_));
    }
    const std::byte* find_here(const delimiter& what, std::size_t seen) const noexcept {
        if (!what.is_plain_byte() || seen >= current().size())
            return nullptr;
        return static_cast<const std::byte*>(std::memchr(
            cursor_ + seen, std::to_integer<int>(what.byte()), current().size() - seen));
    }
    // Beyond the current piece, or beyond what is worth doing inline.
    bool next_piece() noexcept; // from the end of one; false if it is the last
    void go_back_to(std::uint64_t target) noexcept;
    parsed<void> skip_across(std::size_t n) noexcept;
    parsed<readable_buffer> read_view_across(std::size_t n) noexcept;
    parsed<std::size_t> find_across(const delimiter& what, std::size_t& seen) const noexcept;
    parsed<readable_buffer> read_until_across(const delimiter& what, std::size_t& seen) noexcept;

    readable_buffer view_;
    const detail::segment* link_ = nullptr;
    const std::byte* cursor_ = nullptr; // at end_ only when nothing remains
    const std::byte* end_ = nullptr;
};

} // namespace sluice
