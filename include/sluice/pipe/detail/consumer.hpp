// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/pipe/detail/producer.hpp>

namespace sluice::detail {

// The consuming side of a pipe: the front of the chain, and how far it was consumed and examined.
// All but the two positions belongs to the reader's thread.
class consumer {
public:
    explicit consumer(producer& source) noexcept : source_(source) {}
    consumer(const consumer&) = delete;
    consumer& operator=(const consumer&) = delete;
    ~consumer() { release_chain(head_ != nullptr ? head_ : source_.first()); }

    std::uint64_t consumed() const noexcept { return consumed_.load(std::memory_order_acquire); }
    std::uint64_t examined() const noexcept { return examined_.load(std::memory_order_acquire); }
    // Ordered against the flags of the pipe: see pipe_state.
    std::uint64_t examined_ordered() const noexcept {
        return examined_.load(std::memory_order_seq_cst);
    }

    // Everything up to the published position.
    readable_buffer view(std::uint64_t published) noexcept;
    read_cursor examined_cursor(const readable_buffer& view) const noexcept;

    // Releases what lies wholly before `consumed`. The link is that of the examined cursor; it may
    // be null when the two are equal.
    void advance(std::uint64_t consumed, std::uint64_t examined, const segment* link) noexcept;

    // Gives back what only a writer that goes on at once would have use for.
    void release_idle() noexcept;

    // Drops everything, for good.
    void discard() noexcept;

    void reset() noexcept;

private:
    void release_head(segment* next) noexcept;
    void release_all(segment* until) noexcept;
    bool last_is_full(std::uint64_t finish) const noexcept;
    void poison_consumed(std::uint64_t from, std::uint64_t to) const noexcept;

    producer& source_;
    std::atomic<std::uint64_t> consumed_{0};
    std::atomic<std::uint64_t> examined_{0};
    segment* head_ = nullptr; // the first link not released
    segment* last_ = nullptr; // the last one seen published
    const segment* examined_link_ = nullptr;
    std::uint64_t stream_ = next_stream_id();
};

} // namespace sluice::detail
