// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <memory_resource>
#include <new>

namespace sluice::test {

// Memory that runs out when a test says so, and counts what is out. Several threads may use it.
class failing_memory final : public std::pmr::memory_resource {
public:
    void fail_after(std::size_t allocations) noexcept { left_ = allocations; }
    void never_fail() noexcept { left_ = std::numeric_limits<std::size_t>::max(); }
    std::size_t failures() const noexcept { return failures_; }
    std::size_t outstanding() const noexcept { return outstanding_; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (left_ == 0) {
            ++failures_;
            throw std::bad_alloc();
        }
        --left_;
        void* memory = std::pmr::new_delete_resource()->allocate(bytes, alignment);
        outstanding_ += bytes;
        return memory;
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
        outstanding_ -= bytes;
        std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::atomic<std::size_t> left_ = std::numeric_limits<std::size_t>::max();
    std::atomic<std::size_t> failures_ = 0;
    std::atomic<std::size_t> outstanding_ = 0;
};

} // namespace sluice::test
