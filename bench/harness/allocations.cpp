// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "harness/allocations.hpp"

#include <cerrno>
#include <cstdlib>

namespace {

constinit thread_local std::uint64_t count = 0;

} // namespace

std::uint64_t bench::allocations() noexcept {
    return count;
}

void bench::add_allocations(std::uint64_t more) noexcept {
    count += more;
}

// The program's own definitions take the place of the C library's, which stay reachable.
extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
    ++count;
    return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) noexcept {
    ++count;
    return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size) noexcept {
    ++count;
    return __libc_realloc(old, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++count;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) noexcept {
    ++count;
    void* const memory = __libc_memalign(alignment, size);
    if (memory == nullptr)
        return ENOMEM;
    *result = memory;
    return 0;
}
}
