// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "http/counted_new.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> total{0};

} // namespace

std::size_t sluice::test::bytes_allocated() noexcept {
    return total;
}

// Here alone, where no caller is seen together with its memory: compilers take the pair of them for
// a mistake.
void* operator new(std::size_t size) {
    total += size;
    if (void* memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
