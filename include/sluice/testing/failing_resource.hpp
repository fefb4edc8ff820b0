// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/fail_point.hpp>

#include <atomic>
#include <cstddef>
#include <memory_resource>
#include <new>

namespace sluice::testing {

/// Memory of which each allocation is a point that may fail: with `std::bad_alloc`. It knows what
/// was not given back.
///
/// *Lifetimes.* The fail point stays as long as memory is allocated, the resource as long as any of
/// its memory is out.
///
/// *Thread safety.* Any thread, at any time, like its upstream.
class failing_resource final : public std::pmr::memory_resource {
public:
    /// Memory comes from `upstream`.
    explicit failing_resource(fail_point& point, std::pmr::memory_resource* upstream =
                                                     std::pmr::new_delete_resource()) noexcept
        : point_(point)
        , upstream_(upstream) {}

    /// Bytes that were allocated and not given back.
    std::size_t outstanding() const noexcept { return outstanding_; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (point_.fails())
            throw std::bad_alloc();
        void* const memory = upstream_->allocate(bytes, alignment);
        outstanding_ += bytes;
        return memory;
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
        outstanding_ -= bytes;
        upstream_->deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    fail_point& point_;
    std::pmr::memory_resource* upstream_;
    std::atomic<std::size_t> outstanding_ = 0;
};

} // namespace sluice::testing
