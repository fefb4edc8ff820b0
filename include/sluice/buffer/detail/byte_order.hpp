// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace sluice::detail {

template <class T, std::endian Order>
T from_bytes(const std::byte* bytes) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    std::byte native[sizeof(T)];
    std::memcpy(native, bytes, sizeof(T));
    if constexpr (Order != std::endian::native)
        std::reverse(native, native + sizeof(T));
    T value;
    std::memcpy(&value, native, sizeof(T));
    return value;
}

template <class T, std::endian Order>
void to_bytes(T value, std::byte* bytes) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    std::memcpy(bytes, &value, sizeof(T));
    if constexpr (Order != std::endian::native)
        std::reverse(bytes, bytes + sizeof(T));
}

} // namespace sluice::detail
