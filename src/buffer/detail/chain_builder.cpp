// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/detail/chain_builder.hpp>
#include <sluice/buffer/share_chain.hpp>
#include <sluice/detail/throw_error.hpp>

#include <algorithm>
#include <utility>

namespace sluice::detail {

chain_builder::chain_builder(chain_builder&& other) noexcept
    : chain_builder(*other.pool_, other.minimum_segment_size_) {
    swap(other);
}

chain_builder& chain_builder::operator=(chain_builder&& other) noexcept {
    chain_builder(std::move(other)).swap(*this);
    return *this;
}

void chain_builder::swap(chain_builder& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(minimum_segment_size_, other.minimum_segment_size_);
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(ready_, other.ready_);
    std::swap(room_, other.room_);
    std::swap(prepared_, other.prepared_);
    std::swap(size_, other.size_);
    std::swap(stream_, other.stream_);
}

block_room chain_builder::take_room() noexcept {
    prepared_ = 0;
    if (ready_ != nullptr) {
        if (ready_ != &room_.block->link)
            pool_->put_link(ready_);
        room_.block->release();
        ready_ = nullptr;
    }
    return std::exchange(room_, {});
}

void chain_builder::ensure(std::size_t minimum) {
    minimum = std::max<std::size_t>(minimum, 1);
    if (room_.size() < minimum) {
        memory_block* fresh = pool_->acquire(std::max(minimum, minimum_segment_size_));
        take_room().release();
        fresh->retain();
        fresh->link.data = fresh->payload();
        ready_ = &fresh->link;
        ready_->block = fresh;
        room_ = {fresh, fresh->payload()};
    } else if (ready_ == nullptr && (last_ == nullptr || last_->block != room_.block ||
                                     last_->data + (size_ - last_->base) != room_.cursor)) {
        ready_ = pool_->acquire_link();
        room_.block->retain();
        ready_->block = room_.block;
    }
    prepared_ = room_.size();
}

void chain_builder::advance(std::size_t n) {
    if (n > prepared_)
        throw_error(errc::commit_exceeds_prepared, "sluice: commit");
    if (n == 0)
        return;
    if (ready_ != nullptr) {
        ready_->data = room_.cursor;
        link(std::exchange(ready_, nullptr));
    }
    room_.cursor += n;
    prepared_ -= n;
    size_ += n;
}

boost::asio::mutable_buffer chain_builder::reserve(std::size_t n) {
    ensure(n);
    const boost::asio::mutable_buffer region(room_.cursor, n);
    advance(n);
    return region;
}

void chain_builder::append(const preserved_buffer& bytes) {
    const shared_chain chain = share_chain(bytes.buffer());
    for (segment* next = chain.first; next != nullptr;) {
        segment* added = std::exchange(next, next->next.load(std::memory_order_relaxed));
        const std::uint64_t end = next == nullptr ? bytes.size() : next->base;
        const std::uint64_t length = end - added->base;
        link(added);
        size_ += length;
    }
    prepared_ = 0;
}

void chain_builder::link(segment* added) noexcept {
    added->base = size_;
    added->previous = last_;
    added->next.store(nullptr, std::memory_order_relaxed);
    if (last_ == nullptr)
        first_ = added;
    else
        last_->next.store(added, std::memory_order_relaxed);
    last_ = added;
}

readable_buffer chain_builder::view() const noexcept {
    return buffer_access::make(first_, 0, last_, size_, stream_);
}

void chain_builder::detach() noexcept {
    first_ = last_ = nullptr;
    size_ = 0;
    prepared_ = 0;
    stream_ = next_stream_id();
}

void chain_builder::clear() noexcept {
    take_room().release();
    release_chain(first_);
    detach();
}

} // namespace sluice::detail
