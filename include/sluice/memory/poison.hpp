// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/config.hpp>

#include <cstddef>

#ifdef SLUICE_HAS_ADDRESS_SANITIZER
#    include <sanitizer/asan_interface.h>
#endif

namespace sluice::detail {

#ifdef SLUICE_HAS_ADDRESS_SANITIZER
inline constexpr bool poisoning = true;
inline void poison(const void* p, std::size_t n) noexcept {
    __asan_poison_memory_region(p, n);
}
inline void unpoison(const void* p, std::size_t n) noexcept {
    __asan_unpoison_memory_region(p, n);
}
#else
inline constexpr bool poisoning = false;
inline void poison(const void*, std::size_t) noexcept {}
inline void unpoison(const void*, std::size_t) noexcept {}
#endif

} // namespace sluice::detail
