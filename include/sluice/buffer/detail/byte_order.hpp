// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/config.hpp>

#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace sluice::detail {

template <std::size_t... I>
BOOST_FORCEINLINE void copy_reversed(const std::byte* from, std::byte* to,
                                     std::index_sequence<I...>) noexcept {
    const std::byte reversed[] = {from[sizeof...(I) - 1 - I]...};
    std::memcpy(to, reversed, sizeof...(I));
}

// Copies a number from one byte order to the native one, or back. It has no loop, so that compilers
// see one instruction in it.
template <std::size_t Size, std::endian Order>
BOOST_FORCEINLINE void copy_ordered(const std::byte* from, std::byte* to) noexcept {
    if constexpr (Order == std::endian::native)
        std::memcpy(to, from, Size);
    else
        copy_reversed(from, to, std::make_index_sequence<Size>());
}

template <class T, std::endian Order>
BOOST_FORCEINLINE T from_bytes(const std::byte* bytes) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    std::byte native[sizeof(T)];
    copy_ordered<sizeof(T), Order>(bytes, native);
    T value;
    std::memcpy(&value, native, sizeof(T));
    return value;
}

template <class T, std::endian Order>
BOOST_FORCEINLINE void to_bytes(T value, std::byte* bytes) noexcept {
    static_assert(std::is_arithmetic_v<T>);
    std::byte native[sizeof(T)];
    std::memcpy(native, &value, sizeof(T));
    copy_ordered<sizeof(T), Order>(native, bytes);
}

} // namespace sluice::detail
