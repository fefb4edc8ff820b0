// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/pipe/detail/writer_tail.hpp>

#include <algorithm>
#include <utility>

namespace sluice::detail {

memory_block* writer_tail::next_block(std::size_t minimum) {
    if (ahead_ != nullptr && ahead_->size >= minimum)
        return std::exchange(ahead_, ahead_->next_free);
    return pool_.acquire(std::max(minimum, minimum_segment_size_));
}

void writer_tail::adopt(memory_block* fresh, std::uint64_t total) noexcept {
    fresh->references.store(2, std::memory_order_relaxed);
    block_ = fresh;
    link_free = true;
    cursor_ = fresh->payload();
    room_end_ = fresh->payload_end();
    origin_ = reinterpret_cast<std::uintptr_t>(cursor_) - static_cast<std::uintptr_t>(total);
}

void writer_tail::reserve(std::size_t total, std::size_t max_blocks) {
    std::size_t have = room();
    std::size_t count = 1;
    for (memory_block** next = &ahead_; have < total; next = &(*next)->next_free) {
        const std::size_t missing = total - have;
        const bool last = ++count == max_blocks;
        if (last && *next != nullptr && (*next)->size < missing)
            release_ahead(*next);
        if (*next == nullptr) {
            memory_block* fresh =
                pool_.acquire(std::max(last ? missing : 0, minimum_segment_size_));
            fresh->next_free = nullptr;
            *next = fresh;
        }
        have += (*next)->size;
    }
}

mutable_segments writer_tail::pieces(std::size_t total) const noexcept {
    mutable_segments result;
    result.push_back({cursor_, std::min(total, room())});
    for (memory_block* next = ahead_; result.size() < total; next = next->next_free)
        result.push_back({next->payload(), std::min(next->size, total - result.size())});
    return result;
}

void writer_tail::release_block() noexcept {
    if (block_ == nullptr)
        return;
    const std::uint32_t count = link_free ? 2 : 1;
    if (block_->references.load(std::memory_order_acquire) == count)
        pool_.recycle(block_);
    else
        block_->release(count);
    block_ = nullptr;
    link_free = false;
    cursor_ = room_end_ = nullptr;
}

void writer_tail::drop() noexcept {
    release_block();
    release_ahead(ahead_);
}

void writer_tail::release_ahead(memory_block*& first) noexcept {
    while (first != nullptr)
        std::exchange(first, first->next_free)->release();
}

} // namespace sluice::detail
