// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/length_rule.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

namespace sluice::detail {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::size_t bytes_of_varint(std::uint64_t value) noexcept {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

} // namespace

length_rule::length_rule(const length_prefix_options& options) : options_(options) {
    if (options.prefix_size < 1 || options.prefix_size > (is_varint() ? 10 : 8))
        throw std::invalid_argument("sluice: a length prefix of a size that is none");
    if (options.offset > unlimited / 2)
        throw std::invalid_argument("sluice: a length prefix behind the end of memory");
    max_size(options.max_size);
}

void length_rule::max_size(std::size_t bytes) noexcept {
    options_.max_size = std::min(bytes, unlimited - options_.offset - options_.prefix_size);
}

result<std::size_t> length_rule::body_size(std::uint64_t length,
                                           std::size_t prefix_size) const noexcept {
    if (options_.counts_itself) {
        if (length < prefix_size)
            return errc::malformed_frame;
        length -= prefix_size;
    }
    const std::uint64_t size = length + static_cast<std::uint64_t>(options_.adjustment);
    if (options_.adjustment < 0 && size > length)
        return errc::malformed_frame;
    if (size > options_.max_size || (options_.adjustment > 0 && size < length))
        return errc::frame_too_large;
    const auto body = static_cast<std::size_t>(size);
    if (options_.strip > options_.offset + prefix_size + body)
        return errc::malformed_frame;
    return body;
}

result<length_prefix> length_rule::prefix_of(std::size_t body_size) const noexcept {
    if (body_size > options_.max_size)
        return errc::frame_too_large;
    const std::uint64_t length = body_size - static_cast<std::uint64_t>(options_.adjustment);
    if (options_.adjustment > 0 && length > body_size)
        return errc::malformed_frame;
    if (options_.adjustment < 0 && length < body_size)
        return errc::frame_too_large;
    for (std::size_t size = is_varint() ? 1 : options_.prefix_size; size <= options_.prefix_size;
         ++size) {
        const std::uint64_t counted = length + (options_.counts_itself ? size : 0);
        if (counted < length)
            break;
        if (is_varint() ? bytes_of_varint(counted) != size : size < 8 && counted >> (8 * size) != 0)
            continue;
        if (options_.strip > options_.offset + size + body_size)
            return errc::malformed_frame;
        return write(counted, size);
    }
    return errc::frame_too_large;
}

length_prefix length_rule::write(std::uint64_t length, std::size_t size) const noexcept {
    length_prefix prefix;
    prefix.size = size;
    for (std::size_t i = 0; i != size; ++i) {
        const std::size_t at = options_.format == length_format::big_endian ? size - 1 - i : i;
        prefix.bytes[at] = static_cast<std::byte>(length);
        if (is_varint() && i + 1 != size)
            prefix.bytes[at] |= std::byte{0x80};
        else if (is_varint())
            prefix.bytes[at] &= std::byte{0x7f};
        length >>= is_varint() ? 7 : 8;
    }
    return prefix;
}

} // namespace sluice::detail
