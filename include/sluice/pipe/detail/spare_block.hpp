// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstddef>
#include <new>

namespace sluice::detail {

// Keeps the memory of the last operation of a kind for the next one. Asio's own cache holds two
// blocks per thread, which a pipe with a waiting operation on either end uses up alone.
class spare_block {
public:
    spare_block() noexcept = default;
    spare_block(const spare_block&) = delete;
    spare_block& operator=(const spare_block&) = delete;
    ~spare_block() { ::operator delete(kept_.load(std::memory_order_relaxed)); }

    void* take(std::size_t size) {
        header* kept = kept_.exchange(nullptr, std::memory_order_acquire);
        if (kept != nullptr && kept->size >= size)
            return kept;
        ::operator delete(kept);
        return ::operator new(size);
    }

    void give(void* memory, std::size_t size) noexcept {
        header* kept = new (memory) header{size};
        ::operator delete(kept_.exchange(kept, std::memory_order_acq_rel));
    }

private:
    struct header {
        std::size_t size;
    };

    std::atomic<header*> kept_{nullptr};
};

} // namespace sluice::detail
