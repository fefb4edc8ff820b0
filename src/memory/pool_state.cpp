// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/memory/poison.hpp>
#include <sluice/memory/pool_state.hpp>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

namespace sluice::detail {

pool_state::pool_state(const segment_pool_options& options) : options_(options) {
    if (options.segment_size == 0)
        throw std::invalid_argument("sluice::segment_pool: segment_size is 0");
    if (options.upstream == nullptr)
        throw std::invalid_argument("sluice::segment_pool: upstream is null");
}

void pool_state::drop_handle() noexcept {
    if (handles_.fetch_sub(1, std::memory_order_acq_rel) != 1)
        return;
    bool last = false;
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
        empty_caches();
        last = finished();
    }
    if (last)
        delete this;
}

unsigned pool_state::size_class_of(std::size_t minimum) const noexcept {
    unsigned size_class = 0;
    while (size_class < class_count && minimum > options_.segment_size << size_class)
        ++size_class;
    return size_class;
}

memory_block* pool_state::acquire(std::size_t minimum) {
    if (minimum <= options_.segment_size && hot_.load(std::memory_order_relaxed) != nullptr) {
        if (memory_block* block = hot_.exchange(nullptr, std::memory_order_acquire)) {
            hot_was_taken_.store(true, std::memory_order_relaxed);
            block->references.store(1, std::memory_order_relaxed);
            unpoison(block->payload(), block->size);
            return block;
        }
    }
    const unsigned size_class = size_class_of(minimum);
    std::lock_guard lock(mutex_);
    settle_peak();
    memory_block* block = nullptr;
    if (size_class != uncached && free_[size_class] != nullptr) {
        block = free_[size_class];
        free_[size_class] = block->next_free;
        bytes_free_ -= block->size;
        block->references.store(1, std::memory_order_relaxed);
        block->preserved.store(false, std::memory_order_relaxed);
        unpoison(block->payload(), block->size);
    } else {
        const std::size_t payload =
            size_class == uncached ? minimum : options_.segment_size << size_class;
        block = allocate(payload, size_class);
    }
    note_peak();
    return block;
}

memory_block* pool_state::allocate(std::size_t payload, unsigned size_class) {
    if (payload > std::numeric_limits<std::ptrdiff_t>::max() - sizeof(memory_block))
        throw std::bad_alloc();
    void* memory =
        options_.upstream->allocate(sizeof(memory_block) + payload, alignof(memory_block));
    ++existing_;
    ++upstream_allocations_;
    bytes_total_ += payload;
    return new (memory) memory_block(*this, payload, size_class);
}

void pool_state::deallocate(memory_block* block) noexcept {
    const std::size_t payload = block->size;
    unpoison(block->payload(), payload);
    block->~memory_block();
    options_.upstream->deallocate(block, sizeof(memory_block) + payload, alignof(memory_block));
    --existing_;
    bytes_total_ -= payload;
}

segment* pool_state::acquire_link() {
    std::lock_guard lock(mutex_);
    if (free_links_ != nullptr) {
        segment* link = free_links_;
        free_links_ = link->next.load(std::memory_order_relaxed);
        --free_link_count_;
        return link;
    }
    void* memory = options_.upstream->allocate(sizeof(segment), alignof(segment));
    ++existing_;
    ++upstream_allocations_;
    return new (memory) segment;
}

void pool_state::deallocate(segment* link) noexcept {
    link->~segment();
    options_.upstream->deallocate(link, sizeof(segment), alignof(segment));
    --existing_;
}

void pool_state::put_link(segment* link) noexcept {
    bool last = false;
    {
        std::lock_guard lock(mutex_);
        if (closed_ || free_link_count_ >= max_free_links) {
            deallocate(link);
        } else {
            link->next.store(free_links_, std::memory_order_relaxed);
            free_links_ = link;
            ++free_link_count_;
        }
        last = finished();
    }
    if (last)
        delete this;
}

void pool_state::recycle(memory_block* block) noexcept {
    if (block->size_class != 0 || block->preserved.load(std::memory_order_relaxed) ||
        options_.max_cached_bytes < block->size) {
        put(block);
        return;
    }
    poison(block->payload(), block->size);
    if (memory_block* previous = hot_.exchange(block, std::memory_order_acq_rel))
        put(previous);
}

void pool_state::put(memory_block* block) noexcept {
    bool last = false;
    {
        std::lock_guard lock(mutex_);
        last = put_locked(block);
    }
    if (last)
        delete this;
}

bool pool_state::put_locked(memory_block* block) noexcept {
    settle_peak();
    const std::size_t kept_for_hot = options_.segment_size;
    if (closed_ || block->size_class == uncached ||
        bytes_free_ + kept_for_hot + block->size > options_.max_cached_bytes) {
        deallocate(block);
        return finished();
    }
    poison(block->payload(), block->size);
    block->next_free = free_[block->size_class];
    free_[block->size_class] = block;
    bytes_free_ += block->size;
    return false;
}

void pool_state::note_peak() noexcept {
    const std::size_t hot = hot_.load(std::memory_order_relaxed) ? options_.segment_size : 0;
    peak_in_use_ = std::max(peak_in_use_, bytes_total_ - bytes_free_ - hot);
}

// Taking the hot block is not counted as it happens. What is outside the list changes under the
// lock only, so it is what was in use when the hot block was taken since the last time.
void pool_state::settle_peak() const noexcept {
    if (!hot_was_taken_.load(std::memory_order_relaxed))
        return;
    hot_was_taken_.store(false, std::memory_order_relaxed);
    peak_in_use_ = std::max(peak_in_use_, bytes_total_ - bytes_free_);
}

segment_pool::statistics pool_state::stats() const noexcept {
    std::lock_guard lock(mutex_);
    settle_peak();
    const std::size_t hot = hot_.load(std::memory_order_relaxed) ? options_.segment_size : 0;
    const std::size_t cached = bytes_free_ + hot;
    return {bytes_total_ - cached, cached, peak_in_use_, upstream_allocations_};
}

void pool_state::trim() noexcept {
    std::lock_guard lock(mutex_);
    empty_caches();
}

void pool_state::empty_caches() noexcept {
    settle_peak();
    if (memory_block* block = hot_.exchange(nullptr, std::memory_order_acquire))
        deallocate(block);
    for (memory_block*& head : free_) {
        while (head != nullptr) {
            memory_block* block = head;
            head = block->next_free;
            deallocate(block);
        }
    }
    bytes_free_ = 0;
    while (free_links_ != nullptr) {
        segment* link = free_links_;
        free_links_ = link->next.load(std::memory_order_relaxed);
        deallocate(link);
    }
    free_link_count_ = 0;
}

void release_segment(segment* link) noexcept {
    memory_block* block = link->block;
    if (link != &block->link)
        block->pool.put_link(link);
    block->release();
}

void release_chain(segment* first) noexcept {
    while (first != nullptr) {
        segment* next = first->next.load(std::memory_order_acquire);
        release_segment(first);
        first = next;
    }
}

} // namespace sluice::detail
