// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/detail/throw_error.hpp>

#include <algorithm>

namespace sluice {

// To a position within the current link.
void byte_reader::enter(std::uint64_t position) noexcept {
    if (link_ == nullptr)
        return;
    const std::uint64_t end = link_ == buffer_access::last(view_)
                                  ? buffer_access::finish(view_)
                                  : link_->next.load(std::memory_order_relaxed)->base;
    cursor_ = link_->data + (position - link_->base);
    end_ = link_->data + (end - link_->base);
    if (cursor_ == end_)
        next_piece();
}

void byte_reader::next_piece() noexcept {
    if (link_ == buffer_access::last(view_))
        return;
    link_ = link_->next.load(std::memory_order_relaxed);
    enter(link_->base);
}

parsed<void> byte_reader::skip_across(std::size_t n) noexcept {
    if (n > remaining())
        return parse_error::need_more;
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
    const std::uint64_t target = absolute() - n;
    while (target < link_->base)
        link_ = link_->previous;
    enter(target);
}

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

parsed<readable_buffer> byte_reader::read_view(std::size_t n) noexcept {
    if (n > remaining())
        return parse_error::need_more;
    if (n == 0)
        return buffer_access::make(link_, absolute(), link_, absolute(),
                                   buffer_access::stream(view_));
    const detail::segment* const first = link_;
    const std::uint64_t start = absolute();
    (void)skip(n - 1); // to the last byte: its link ends the view
    const readable_buffer bytes =
        buffer_access::make(first, start, link_, start + n, buffer_access::stream(view_));
    step();
    return bytes;
}

} // namespace sluice
