// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment.hpp>
#include <sluice/memory/segment_pool.hpp>

#include <array>
#include <mutex>

namespace sluice::detail {

// What the handles of a pool share. It deletes itself when the last handle is gone and the last
// block and link are back.
class pool_state {
public:
    explicit pool_state(const segment_pool_options& options);
    pool_state(const pool_state&) = delete;
    pool_state& operator=(const pool_state&) = delete;

    void add_handle() noexcept { handles_.fetch_add(1, std::memory_order_relaxed); }
    void drop_handle() noexcept;

    // A block with one reference and a payload of at least `minimum`, which may be 0.
    memory_block* acquire(std::size_t minimum);
    segment* acquire_link();

    // Takes a block whose last reference is gone. `recycle` is the quick way, for callers that
    // hold a handle.
    void put(memory_block* block) noexcept;
    void recycle(memory_block* block) noexcept;
    void put_link(segment* link) noexcept;

    std::size_t segment_size() const noexcept { return options_.segment_size; }
    segment_pool::statistics stats() const noexcept;
    void trim() noexcept;

private:
    static constexpr unsigned class_count = 8;
    static constexpr unsigned uncached = class_count;
    static constexpr std::size_t max_free_links = 1024;

    ~pool_state() = default;
    unsigned size_class_of(std::size_t minimum) const noexcept;
    memory_block* allocate(std::size_t payload, unsigned size_class);
    void deallocate(memory_block* block) noexcept;
    void deallocate(segment* link) noexcept;
    bool put_locked(memory_block* block) noexcept;
    void empty_caches() noexcept;
    bool finished() const noexcept { return closed_ && existing_ == 0; }
    void note_peak() noexcept;
    void settle_peak() const noexcept;

    const segment_pool_options options_;
    std::atomic<std::size_t> handles_{1};
    std::atomic<memory_block*> hot_{nullptr}; // the block given back last, taken without the lock
    mutable std::atomic<bool> hot_was_taken_{false};

    mutable std::mutex mutex_;
    std::array<memory_block*, class_count> free_{};
    segment* free_links_ = nullptr;
    std::size_t free_link_count_ = 0;
    std::size_t existing_ = 0;    // blocks and links that came from upstream and did not go back
    std::size_t bytes_total_ = 0; // payload of all existing blocks
    std::size_t bytes_free_ = 0;  // payload of those in free_
    mutable std::size_t peak_in_use_ = 0;
    std::uint64_t upstream_allocations_ = 0;
    bool closed_ = false;
};

inline void memory_block::release(std::uint32_t count) noexcept {
    if (references.load(std::memory_order_acquire) == count ||
        references.fetch_sub(count, std::memory_order_acq_rel) == count)
        pool.put(this);
}

} // namespace sluice::detail
