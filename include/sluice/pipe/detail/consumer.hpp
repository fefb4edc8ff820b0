// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/throw_error.hpp>
#include <sluice/memory/poison.hpp>
#include <sluice/pipe/detail/producer.hpp>
#include <sluice/pipe/read_result.hpp>

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

    enum class delivery { none, optional, required };

    // Delivers everything up to the published position.
    void deliver(std::uint64_t published, delivery kind, read_result& result) noexcept {
        const std::uint64_t start = consumed_.load(std::memory_order_relaxed);
        if (published != start)
            look_up(start, published);
        delivery_ = kind;
        delivered_ = published;
        result.buffer = published == start
                            ? buffer_access::make(nullptr, start, nullptr, start, stream_)
                            : buffer_access::make(head_, start, last_, published, stream_);
        const std::uint64_t examined = examined_.load(std::memory_order_relaxed);
        result.examined = examined == start
                              ? result.buffer.start()
                              : buffer_access::cursor(result.buffer, examined, examined_link_);
    }
    bool must_advance() const noexcept { return delivery_ == delivery::required; }
    // A new read begins: what need not be answered no longer can be.
    void forget_delivery() noexcept {
        if (delivery_ == delivery::optional)
            delivery_ = delivery::none;
    }

    // Answers a delivery, and releases what lies wholly before the consumed position. Throws with
    // nothing changed.
    void advance(const read_cursor& consumed, const read_cursor& examined) {
        require_delivery("sluice::pipe_reader::advance");
        if (!delivered(consumed) || !delivered(examined) ||
            examined.position() < consumed.position())
            refuse("sluice::pipe_reader::advance");
        advance_to(consumed.position(), examined.position(), buffer_access::link(examined));
    }
    void consume(std::size_t n) {
        require_delivery("sluice::pipe_reader::consume");
        const std::uint64_t start = consumed_.load(std::memory_order_relaxed);
        if (n > delivered_ - start)
            refuse("sluice::pipe_reader::consume");
        advance_to(start + n, start + n, nullptr);
    }

    // Gives back what only a writer that goes on at once would have use for.
    void release_idle() noexcept;

    // Drops everything, for good.
    void discard() noexcept;

    void reset() noexcept;

private:
    static segment* next_of(const segment* link) noexcept {
        return link->next.load(std::memory_order_acquire);
    }
    bool delivered(const read_cursor& cursor) const noexcept {
        const std::uint64_t start = consumed_.load(std::memory_order_relaxed);
        return buffer_access::stream(cursor) == stream_ &&
               cursor.position() - start <= delivered_ - start;
    }
    void require_delivery(const char* what) const {
        if (delivery_ == delivery::none)
            throw_error(errc::no_read_to_advance, what);
    }
    [[noreturn]] static void refuse(const char* what) { throw_error(errc::invalid_cursor, what); }

    // Brings head_ and last_ up to date.
    void look_up(std::uint64_t start, std::uint64_t published) noexcept {
        if (head_ == nullptr)
            head_ = last_ = source_.first();
        for (segment* next; (next = next_of(last_)) != nullptr && next->base < published;)
            last_ = next;
        release_before(start);
    }
    void release_before(std::uint64_t position) noexcept {
        for (segment* next; (next = next_of(head_)) != nullptr && next->base <= position;)
            release_head(next);
    }
    // The link is that of the examined cursor; it may be null when the positions are equal.
    void advance_to(std::uint64_t consumed, std::uint64_t examined, const segment* link) noexcept {
        if constexpr (poisoning)
            poison_consumed(consumed_.load(std::memory_order_relaxed), consumed);
        delivery_ = delivery::none;
        examined_link_ = link;
        consumed_.store(consumed, std::memory_order_release);
        examined_.exchange(examined, std::memory_order_seq_cst);
        if (head_ == nullptr)
            return;
        release_before(consumed);
        if (last_is_full(consumed))
            release_idle();
    }
    bool last_is_full(std::uint64_t finish) const noexcept {
        return head_ == last_ &&
               head_->data + (finish - head_->base) == head_->block->payload_end();
    }
    void release_head(segment* next) noexcept;
    void release_all(segment* until) noexcept;
    void poison_consumed(std::uint64_t from, std::uint64_t to) const noexcept;

    producer& source_;
    std::atomic<std::uint64_t> consumed_{0};
    std::atomic<std::uint64_t> examined_{0};
    segment* head_ = nullptr; // the first link not released
    segment* last_ = nullptr; // the last one seen published
    const segment* examined_link_ = nullptr;
    delivery delivery_ = delivery::none;
    std::uint64_t delivered_ = 0; // where what was delivered ends
    std::uint64_t stream_ = next_stream_id();
};

} // namespace sluice::detail
