// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <thread>
#include <utility>

namespace bench {

/// How often this thread has asked malloc and its relatives for memory. Counted below operator
/// new, because Asio uses aligned_alloc for its operations.
std::uint64_t allocations() noexcept;
void add_allocations(std::uint64_t count) noexcept;

/// A thread whose allocations count as those of the one that joins it.
class counted_thread {
public:
    template <class Function>
    explicit counted_thread(Function work)
        : thread_([this, work = std::move(work)]() mutable {
            work();
            count_ = allocations();
        }) {}
    counted_thread(const counted_thread&) = delete;
    counted_thread& operator=(const counted_thread&) = delete;
    ~counted_thread() {
        thread_.join();
        add_allocations(count_);
    }

private:
    std::uint64_t count_ = 0;
    std::thread thread_;
};

} // namespace bench
