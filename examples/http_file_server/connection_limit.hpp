// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstddef>

namespace file_server {

/// How many connections there may be at a time, over all threads.
class connection_limit {
public:
    explicit connection_limit(std::size_t most) noexcept : most_(most) {}

    bool try_acquire() noexcept {
        if (count_.fetch_add(1, std::memory_order_relaxed) < most_)
            return true;
        release();
        return false;
    }
    void release() noexcept { count_.fetch_sub(1, std::memory_order_relaxed); }

private:
    const std::size_t most_;
    std::atomic<std::size_t> count_{0};
};

} // namespace file_server
