// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <memory>

namespace resp_server {

/// The bytes that counted containers have allocated. The server has one thread.
inline std::size_t counted_bytes = 0;

/// std::allocator that keeps count.
template <class T>
struct counted_allocator {
    using value_type = T;

    counted_allocator() = default;
    template <class U>
    counted_allocator(const counted_allocator<U>&) noexcept {}

    T* allocate(std::size_t n) {
        T* const memory = std::allocator<T>().allocate(n);
        counted_bytes += n * sizeof(T);
        return memory;
    }
    void deallocate(T* memory, std::size_t n) noexcept {
        counted_bytes -= n * sizeof(T);
        std::allocator<T>().deallocate(memory, n);
    }
    friend bool operator==(const counted_allocator&, const counted_allocator&) { return true; }
};

} // namespace resp_server
