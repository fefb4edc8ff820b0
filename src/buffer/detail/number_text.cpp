// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/detail/number_text.hpp>

#include <stdexcept>

namespace sluice::detail {

std::size_t varint_bytes(std::uint64_t value, std::span<std::byte, 10> to) noexcept {
    std::size_t size = 0;
    for (; value > 0x7f; value >>= 7)
        to[size++] = static_cast<std::byte>(value | 0x80);
    to[size++] = static_cast<std::byte>(value);
    return size;
}

void require_integer_size(std::size_t bytes) {
    if (bytes < 1 || bytes > 8)
        throw std::invalid_argument("sluice: an integer has 1 to 8 bytes");
}

void integer_out_of_range() {
    throw std::out_of_range("sluice: the integer does not fit into so many bytes");
}

std::byte* exactly(boost::asio::mutable_buffer region, std::size_t size) {
    if (region.size() != size)
        throw std::invalid_argument("sluice: the region has another size than the number");
    return static_cast<std::byte*>(region.data());
}

} // namespace sluice::detail
