// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory_resource>
#include <new>

namespace sluice::test {

// Knows what is allocated through it, and can refuse one allocation. Several threads may use it.
class watched_resource : public std::pmr::memory_resource {
public:
    std::size_t live() const noexcept { return live_; }               // allocations not given back
    std::size_t allocations() const noexcept { return allocations_; } // ever made

    // The `nth` allocation from now on fails, once; 0 is the next one.
    void fail_at(std::size_t nth) noexcept {
        failing_ = true;
        until_failure_ = nth;
    }
    void never_fail() noexcept { failing_ = false; }
    bool failure_is_due() const noexcept { return failing_; }

private:
    void* do_allocate(std::size_t size, std::size_t alignment) override {
        if (failing_ && until_failure_-- == 0) {
            failing_ = false;
            throw std::bad_alloc();
        }
        void* memory = std::pmr::new_delete_resource()->allocate(size, alignment);
        ++live_;
        ++allocations_;
        return memory;
    }
    void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
        --live_;
        std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
    }
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::atomic<std::size_t> live_ = 0;
    std::atomic<std::size_t> allocations_ = 0;
    std::atomic<std::size_t> until_failure_ = 0;
    std::atomic<bool> failing_ = false;
};

} // namespace sluice::test
