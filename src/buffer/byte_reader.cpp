// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/detail/byte_search.hpp>
#include <sluice/detail/throw_error.hpp>

#include <algorithm>
#include <cstring>

namespace sluice {

namespace {

// To the first byte of the set, or to the end.
bool move_to_any(byte_reader& in, const byte_set& set) noexcept {
    while (!in.empty()) {
        const std::size_t size = in.current().size();
        const std::size_t n = detail::find_any(in.current(), set);
        (void)in.skip(n);
        if (n != size)
            return true;
    }
    return false;
}

// From a place at which no escape is open, to where an escape or the delimiter may be, and so on.
parsed<std::size_t> find_unescaped(byte_reader in, const delimiter& what,
                                   std::size_t& seen) noexcept {
    const std::string_view text = what.is_text() ? what.text() : std::string_view();
    if (what.size() == 0)
        return seen = 0;
    const char escape = std::to_integer<char>(what.escape());
    const char first = what.is_text() ? text.front() : std::to_integer<char>(what.byte());
    const byte_set begins = what.any() != nullptr ? *what.any() : byte_set({&first, 1});
    const byte_set stops = begins | byte_set({&escape, 1});
    const std::size_t begin = in.position();
    (void)in.skip(seen);
    while (move_to_any(in, stops)) {
        const std::size_t at = in.position() - begin;
        const bool is_escape = in.current().front() == what.escape();
        const parsed<void> stands = is_escape ? parse_error::malformed : in.starts_with(text);
        if (stands) {
            seen = 0;
            return at;
        }
        if (stands.error() == parse_error::need_more || !in.skip(is_escape ? 2 : 1)) {
            seen = at;
            return parse_error::need_more;
        }
    }
    seen = in.position() - begin;
    return parse_error::need_more;
}

template <class Values>
std::size_t skip_all(byte_reader& in, const Values& values) noexcept {
    std::size_t count = 0;
    while (!in.empty()) {
        const std::size_t size = in.current().size();
        const std::size_t n = detail::find_other(in.current(), values);
        count += n;
        (void)in.skip(n);
        if (n != size)
            break;
    }
    return count;
}

} // namespace

// ---- moving

bool byte_reader::next_piece() noexcept {
    if (link_ == detail::buffer_access::last(view_))
        return false;
    link_ = link_->next.load(std::memory_order_relaxed);
    enter(link_->base);
    return true;
}

parsed<void> byte_reader::skip_across(std::size_t n) noexcept {
    const std::size_t all = remaining();
    if (n > all)
        return parse_error::need_more;
    if (n > current().size() && n > all / 2) { // nearer to the end: a search goes on there
        const std::uint64_t target = absolute() + n;
        link_ = detail::buffer_access::last(view_);
        go_back_to(target);
        return {};
    }
    while (n > current().size()) {
        n -= current().size();
        next_piece();
    }
    cursor_ += n;
    if (cursor_ == end_)
        next_piece();
    return {};
}

void byte_reader::rewind(std::size_t n) {
    if (n > position())
        detail::throw_error(errc::invalid_cursor, "sluice::byte_reader::rewind");
    if (n == 0)
        return;
    go_back_to(absolute() - n);
}

void byte_reader::go_back_to(std::uint64_t target) noexcept {
    while (target < link_->base)
        link_ = link_->previous;
    enter(target);
}

// ---- bytes

parsed<void> byte_reader::read(std::span<std::byte> target) noexcept {
    if (target.size() > remaining())
        return parse_error::need_more;
    while (!target.empty()) {
        const std::size_t n = std::min(target.size(), current().size());
        std::copy_n(cursor_, n, target.data());
        target = target.subspan(n);
        (void)skip(n);
    }
    return {};
}

parsed<readable_buffer> byte_reader::read_view_across(std::size_t n) noexcept {
    if (n > remaining())
        return parse_error::need_more;
    if (n == 0)
        return detail::buffer_access::make(link_, absolute(), link_, absolute(),
                                           detail::buffer_access::stream(view_));
    const detail::segment* const first = link_;
    const std::uint64_t start = absolute();
    (void)skip(n - 1); // to the last byte: its link ends the view
    const parsed<readable_buffer> bytes = detail::buffer_access::make(
        first, start, link_, start + n, detail::buffer_access::stream(view_));
    step();
    return bytes;
}

// ---- searching

parsed<std::size_t> byte_reader::find_across(const delimiter& what,
                                             std::size_t& seen) const noexcept {
    seen = std::min(seen, remaining());
    if (what.has_escape())
        return find_unescaped(*this, what, seen);
    // Text may begin in the last bytes that were seen.
    const std::size_t overlap = what.is_text() ? what.size() - 1 : 0;
    std::size_t from = seen - std::min(seen, overlap);
    if (from < current().size()) {
        const detail::byte_span piece = current().subspan(from);
        const std::size_t n = what.any() != nullptr ? detail::find_any(piece, *what.any())
                              : what.is_text()      ? detail::find_text(piece, what.text())
                                                    : piece.size(); // was searched
        if (n != piece.size()) {
            seen = 0;
            return from + n;
        }
        from = std::max(from, current().size() - std::min(current().size(), overlap));
    }
    byte_reader ahead = *this;
    (void)ahead.skip(from);
    std::optional<read_cursor> hit;
    if (what.any() == nullptr)
        hit = what.is_text() ? ahead.rest().find(what.text()) : ahead.rest().find(what.byte());
    else if (move_to_any(ahead, *what.any()))
        hit = ahead.consumed();
    seen = remaining();
    if (!hit)
        return parse_error::need_more;
    seen = 0;
    return static_cast<std::size_t>(hit->position() - absolute());
}

parsed<readable_buffer> byte_reader::read_until_across(const delimiter& what,
                                                       std::size_t& seen) noexcept {
    const parsed<std::size_t> size = find_across(what, seen);
    if (!size)
        return size.error();
    const parsed<readable_buffer> bytes = read_view(*size);
    (void)skip(what.size());
    return bytes;
}

parsed<void> byte_reader::skip_until(const delimiter& what, std::size_t& seen) noexcept {
    const parsed<std::size_t> size = find(what, seen);
    if (!size)
        return size.error();
    return skip(*size);
}

parsed<void> byte_reader::skip_until(const delimiter& what, std::size_t&& seen) noexcept {
    return skip_until(what, seen);
}

// ---- what stands here

parsed<void> byte_reader::starts_with(std::string_view text) const noexcept {
    byte_reader ahead = *this;
    while (!text.empty()) {
        if (ahead.empty())
            return parse_error::need_more;
        const std::size_t n = std::min(text.size(), ahead.current().size());
        if (std::memcmp(ahead.cursor_, text.data(), n) != 0)
            return parse_error::malformed;
        text.remove_prefix(n);
        (void)ahead.skip(n);
    }
    return {};
}

parsed<void> byte_reader::skip_past(std::string_view text) noexcept {
    const parsed<void> stands = starts_with(text);
    if (stands)
        (void)skip(text.size());
    return stands;
}

std::size_t byte_reader::skip_past(std::byte value) noexcept {
    return skip_all(*this, value);
}

std::size_t byte_reader::skip_past(const byte_set& set) noexcept {
    return skip_all(*this, set);
}

} // namespace sluice
