// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/memory/poison.hpp>
#include <sluice/pipe/detail/consumer.hpp>

#include <algorithm>

namespace sluice::detail {

void consumer::release_idle() noexcept {
    const std::uint64_t consumed = consumed_.load(std::memory_order_relaxed);
    switch (source_.unlink_consumed(consumed)) {
    case unlinked::nothing:
        return;
    case unlinked::all:
        release_all(nullptr);
        return;
    case unlinked::all_but_last:
        release_all(last_);
        return;
    }
}

void consumer::discard() noexcept {
    const auto [end, first] = source_.discard();
    if (head_ == nullptr)
        head_ = last_ = first;
    release_all(nullptr);
    delivery_ = delivery::none;
    consumed_.store(end, std::memory_order_release);
    examined_.exchange(end, std::memory_order_seq_cst);
}

void consumer::reset() noexcept {
    consumed_.store(0, std::memory_order_relaxed);
    examined_.store(0, std::memory_order_relaxed);
    stream_ = next_stream_id();
    delivery_ = delivery::none;
}

void consumer::release_head(segment* next) noexcept {
    segment* gone = head_;
    if (last_ == gone)
        last_ = next;
    head_ = next;
    memory_block* block = gone->block;
    pool_state& pool = source_.pool();
    if (gone != &block->link)
        block->pool.put_link(gone);
    if (&block->pool == &pool && block->references.load(std::memory_order_acquire) == 1)
        pool.recycle(block);
    else
        block->release();
}

// The links are no longer reachable for the producer.
void consumer::release_all(segment* until) noexcept {
    while (head_ != until)
        release_head(next_of(head_));
    head_ = last_ = nullptr;
}

void consumer::poison_consumed(std::uint64_t from, std::uint64_t to) const noexcept {
    for (const segment* link = head_; link != nullptr && from != to; link = next_of(link)) {
        const segment* next = next_of(link);
        const std::uint64_t end = next != nullptr && next->base < to ? next->base : to;
        if (end > from && !link->block->preserved.load(std::memory_order_relaxed))
            poison(link->data + (from - link->base), static_cast<std::size_t>(end - from));
        from = std::max(from, end);
    }
}

} // namespace sluice::detail
