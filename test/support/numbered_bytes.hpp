// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::test {

// The byte at a place of an endless stream in which no stretch looks like another.
inline char numbered_byte(std::uint64_t position) noexcept {
    std::uint64_t x = (position >> 2) * 0x9e3779b97f4a7c15u + 0x7f4a7c15u;
    x ^= x >> 29;
    return static_cast<char>(x >> (8 * (position & 3)));
}

inline std::string numbered_bytes(std::size_t count, std::uint64_t from = 0) {
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i != count; ++i)
        bytes[i] = numbered_byte(from + i);
    return bytes;
}

inline bool is_numbered(std::string_view bytes, std::uint64_t from = 0) noexcept {
    for (std::size_t i = 0; i != bytes.size(); ++i)
        if (bytes[i] != numbered_byte(from + i))
            return false;
    return true;
}

} // namespace sluice::test
