// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/detail/byte_search.hpp>
#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/detail/throw_error.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace sluice {

namespace {

std::string_view text_of(asio::const_buffer piece) noexcept {
    return {static_cast<const char*>(piece.data()), piece.size()};
}

} // namespace

// All memory is one link, in which a byte's position is its address: so contiguous memory has a
// view that needs no link of its own.
readable_buffer readable_buffer::over(asio::const_buffer memory) noexcept {
    static const detail::segment everything{nullptr, reinterpret_cast<const std::byte*>(1), 1};
    if (memory.size() == 0)
        return {};
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    return {&everything, address, &everything, address + memory.size(), 0};
}

// The link that holds the byte at position, or the last one for the end of the view.
const detail::segment* readable_buffer::link_of(std::uint64_t position,
                                                const detail::segment* from) const noexcept {
    while (from != last_) {
        const detail::segment* next = from->next.load(std::memory_order_relaxed);
        if (next->base > position)
            break;
        from = next;
    }
    return from;
}

read_cursor readable_buffer::at(std::size_t offset) const {
    if (offset > size())
        detail::throw_error(errc::invalid_cursor, "sluice::readable_buffer::at");
    return {start_ + offset, stream_, link_of(start_ + offset, first_)};
}

std::byte readable_buffer::peek() const {
    if (empty())
        detail::throw_error(errc::invalid_cursor, "sluice::readable_buffer::peek");
    return first_->data[start_ - first_->base];
}

readable_buffer readable_buffer::slice(read_cursor first, read_cursor last) const {
    if (!contains(first) || !contains(last) || last.position_ < first.position_)
        detail::throw_error(errc::invalid_cursor, "sluice::readable_buffer::slice");
    // A cursor's link holds the byte before or after it. At the start of the view the byte before
    // is consumed and that link may be gone.
    // At its end the byte after may be in a link of another view.
    const detail::segment* from = first.position_ == start_    ? first_
                                  : first.position_ == finish_ ? last_
                                                               : first.link_;
    const detail::segment* head = link_of(first.position_, from);
    const detail::segment* tail = head;
    if (last.position_ != first.position_)
        tail = last.link_->base < last.position_ ? last.link_ : last.link_->previous;
    return {head, first.position_, tail, last.position_, stream_};
}

readable_buffer readable_buffer::slice(std::size_t offset, std::size_t count) const {
    const read_cursor first = at(offset);
    const std::uint64_t last = first.position_ + std::min(count, size() - offset);
    const detail::segment* tail =
        last == first.position_ ? first.link_ : link_of(last - 1, first.link_);
    return {first.link_, first.position_, tail, last, stream_};
}

std::optional<read_cursor> readable_buffer::find(std::byte value) const noexcept {
    for (const_iterator it = begin(); it != end(); ++it) {
        const asio::const_buffer piece = *it;
        if (const void* hit =
                std::memchr(piece.data(), std::to_integer<int>(value), piece.size())) {
            const auto offset =
                static_cast<const std::byte*>(hit) - static_cast<const std::byte*>(piece.data());
            return read_cursor(it.position_ + static_cast<std::uint64_t>(offset), stream_,
                               it.link_);
        }
    }
    return std::nullopt;
}

std::optional<read_cursor> readable_buffer::find(std::string_view text) const noexcept {
    if (text.empty())
        return start();
    for (const_iterator it = begin(); it != end(); ++it) {
        const std::string_view piece = text_of(*it);
        if (const std::size_t n = detail::find_text(std::as_bytes(std::span(piece)), text);
            n != piece.size())
            return read_cursor(it.position_ + n, stream_, it.link_);
        // What begins in the last bytes of this piece may go on in the next.
        std::size_t offset = piece.size() - std::min(piece.size(), text.size() - 1);
        for (; offset < piece.size(); ++offset)
            if (continues_with(it, offset, text))
                return read_cursor(it.position_ + offset, stream_, it.link_);
    }
    return std::nullopt;
}

bool readable_buffer::continues_with(const_iterator it, std::size_t offset,
                                     std::string_view text) const noexcept {
    for (; it != end(); ++it) {
        const std::string_view piece = text_of(*it).substr(offset);
        const std::size_t n = std::min(piece.size(), text.size());
        if (piece.substr(0, n) != text.substr(0, n))
            return false;
        text.remove_prefix(n);
        if (text.empty())
            return true;
        offset = 0;
    }
    return false;
}

std::size_t readable_buffer::copy_to(std::span<std::byte> target) const noexcept {
    return asio::buffer_copy(asio::buffer(target.data(), target.size()), *this);
}

std::string readable_buffer::to_string() const {
    std::string text;
    text.reserve(size());
    for (const asio::const_buffer piece : *this)
        text += text_of(piece);
    return text;
}

bool readable_buffer::equals(std::string_view text) const noexcept {
    return text.size() == size() && (text.empty() || continues_with(begin(), 0, text));
}

namespace detail {

std::uint64_t next_stream_id() noexcept {
    static std::atomic<std::uint64_t> counter{0};
    return counter.fetch_add(1, std::memory_order_relaxed) + 1;
}

} // namespace detail

} // namespace sluice
