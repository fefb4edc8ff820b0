// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/detail/byte_search.hpp>
#include <sluice/buffer/text.hpp>

#include <span>

namespace sluice {

readable_buffer trim(const readable_buffer& view, const byte_set& set) noexcept {
    byte_reader in(view);
    (void)in.skip_past(set);
    std::size_t size = in.remaining();
    for (auto piece = view.end(); size != 0;) {
        const asio::const_buffer memory = *--piece;
        const std::size_t n =
            detail::count_last({static_cast<const std::byte*>(memory.data()), memory.size()}, set);
        size -= n;
        if (n != memory.size())
            break;
    }
    return *in.read_view(size);
}

std::string_view contiguous_text(const readable_buffer& view, std::string& scratch) {
    if (const asio::const_buffer piece = view.front(); piece.size() == view.size())
        return {static_cast<const char*>(piece.data()), piece.size()};
    scratch.resize(view.size());
    view.copy_to(std::as_writable_bytes(std::span(scratch)));
    return scratch;
}

} // namespace sluice
