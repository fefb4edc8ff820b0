// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "heap_failures/failing_heap.hpp"

#include <cerrno>
#include <new>

// Without std::atomic, whose inline functions the linker may take from a file that a sanitizer
// went through: malloc is called before that is ready.
namespace {

constinit std::int64_t blocks = 0;
constinit std::int64_t until_failure = -1; // none is due
constinit bool may_fail = false;
#if defined(SLUICE_TEST_HEAP_IS_SANITIZED)
constinit thread_local bool may_fail_here = false; // not while the sanitizer starts a thread
#else
constexpr bool may_fail_here = true;
#endif

std::int64_t load(const std::int64_t& of) noexcept {
    return __atomic_load_n(&of, __ATOMIC_SEQ_CST);
}
void add(std::int64_t& to, std::int64_t n) noexcept {
    __atomic_fetch_add(&to, n, __ATOMIC_RELAXED);
}

bool fails() noexcept {
    return may_fail_here && __atomic_load_n(&may_fail, __ATOMIC_SEQ_CST) &&
           load(until_failure) >= 0 && __atomic_fetch_sub(&until_failure, 1, __ATOMIC_SEQ_CST) == 0;
}

} // namespace

void sluice::test::fail_heap_at(std::size_t nth) noexcept {
    __atomic_store_n(&until_failure, static_cast<std::int64_t>(nth), __ATOMIC_SEQ_CST);
}

bool sluice::test::heap_failure_is_due() noexcept {
    return load(until_failure) >= 0;
}

void sluice::test::allow_heap_failure(bool allowed) noexcept {
#if defined(SLUICE_TEST_HEAP_IS_SANITIZED)
    may_fail_here = allowed;
#endif
    __atomic_store_n(&may_fail, allowed, __ATOMIC_SEQ_CST);
}

std::int64_t sluice::test::heap_blocks() noexcept {
    return load(blocks);
}

#if defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)

extern "C" {

#    if defined(SLUICE_TEST_HEAP_IS_SANITIZED)
#        define SLUICE_TEST_HEAP(function) __interceptor_##function
#    else
#        define SLUICE_TEST_HEAP(function) __libc_##function
#    endif

void* SLUICE_TEST_HEAP(malloc)(std::size_t);
void* SLUICE_TEST_HEAP(calloc)(std::size_t, std::size_t);
void* SLUICE_TEST_HEAP(realloc)(void*, std::size_t);
void* SLUICE_TEST_HEAP(memalign)(std::size_t, std::size_t);
void SLUICE_TEST_HEAP(free)(void*);

} // extern "C"

namespace {

template <class Allocation>
void* allocated(const Allocation& allocate) noexcept {
    if (fails()) {
        errno = ENOMEM;
        return nullptr;
    }
    void* const memory = allocate();
    if (memory != nullptr)
        add(blocks, 1);
    return memory;
}

} // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
    return allocated([&] { return SLUICE_TEST_HEAP(malloc)(size); });
}

void* calloc(std::size_t count, std::size_t size) noexcept {
    return allocated([&] { return SLUICE_TEST_HEAP(calloc)(count, size); });
}

void free(void* memory) noexcept {
    if (memory != nullptr)
        add(blocks, -1);
    SLUICE_TEST_HEAP(free)(memory);
}

void* realloc(void* memory, std::size_t size) noexcept {
    if (memory == nullptr)
        return malloc(size);
    if (size == 0) {
        free(memory);
        return nullptr;
    }
    void* const grown = allocated([&] { return SLUICE_TEST_HEAP(realloc)(memory, size); });
    if (grown != nullptr)
        add(blocks, -1);
    return grown;
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
    return allocated([&] { return SLUICE_TEST_HEAP(memalign)(alignment, size); });
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
    *memory = memalign(alignment, size);
    return *memory == nullptr ? ENOMEM : 0;
}

} // extern "C"

// Sanitizers have their own, which do not come to malloc.

void* operator new(std::size_t size) {
    void* const memory = malloc(size);
    return memory != nullptr ? memory : throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    void* const memory = memalign(static_cast<std::size_t>(alignment), size);
    return memory != nullptr ? memory : throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return malloc(size);
}
void* operator new[](std::size_t size) {
    return operator new(size);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return operator new(size, alignment);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return malloc(size);
}

void operator delete(void* memory) noexcept {
    free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    free(memory);
}
void operator delete[](void* memory) noexcept {
    free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    free(memory);
}

#endif
