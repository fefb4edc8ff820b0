// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/build_kind.hpp"

#include <cstdint>
#include <cstdlib>

namespace sluice::test {

// Whether this program counts its heap allocations.
#if defined(__GLIBC__)
inline constexpr bool counts_heap_calls = !is_sanitized;
#else
inline constexpr bool counts_heap_calls = false;
#endif

// Calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and memalign, by anyone: operator
// new alone sees too little, Asio allocates aligned memory past it.
std::uint64_t heap_calls() noexcept;

} // namespace sluice::test
