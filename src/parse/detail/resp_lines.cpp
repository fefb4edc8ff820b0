// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_lines.hpp>

#include <charconv>
#include <cstring>

namespace sluice::detail {

parsed<std::size_t> line_search::find(byte_reader in, std::size_t most) noexcept {
    const std::size_t begin = in.position();
    (void)in.skip(searched_);
    while (!in.empty() && searched_ < most) {
        const std::span<const std::byte> piece =
            in.current().first(std::min(in.current().size(), most - searched_));
        if (const void* found = std::memchr(piece.data(), '\n', piece.size())) {
            searched_ = 0;
            return in.position() - begin +
                   static_cast<std::size_t>(static_cast<const std::byte*>(found) - piece.data());
        }
        searched_ += piece.size();
        (void)in.skip(piece.size());
    }
    if (searched_ < most)
        return parse_error::need_more;
    searched_ = 0;
    return parse_error::malformed;
}

std::string_view line_text(byte_reader in, std::size_t size, std::string& scratch) {
    if (const std::span<const std::byte> piece = in.current(); piece.size() >= size)
        return {reinterpret_cast<const char*>(piece.data()), size};
    scratch.resize(size);
    (void)in.read(std::as_writable_bytes(std::span(scratch)));
    return scratch;
}

std::optional<std::int64_t> to_integer(std::string_view text) noexcept {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-'))
            return std::nullopt;
    }
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> to_length(std::string_view line) noexcept {
    if (!line.ends_with('\r') || line.starts_with('+'))
        return std::nullopt;
    return to_integer(line.substr(0, line.size() - 1));
}

} // namespace sluice::detail
