// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::test {

// The heap of this program, of whatever is asked for by whomever: malloc and its relatives, which
// operator new comes to, too.
#if defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool heap_can_fail = true;
#else
inline constexpr bool heap_can_fail = false;
#endif

// While `allowed`, allocations are counted, and the one with this number fails, once; with
// AddressSanitizer only those of the thread that allowed it.
void fail_heap_at(std::size_t nth) noexcept;
bool heap_failure_is_due() noexcept;
void allow_heap_failure(bool allowed) noexcept;

// Blocks that were allocated and not given back.
std::int64_t heap_blocks() noexcept;

} // namespace sluice::test
