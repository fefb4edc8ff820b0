// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/memory/pool_state.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>

namespace sluice::detail {

// The unused rest of a block, with a reference to it.
struct block_room {
    memory_block* block = nullptr;
    std::byte* cursor = nullptr;

    std::size_t size() const noexcept {
        return block == nullptr ? 0 : static_cast<std::size_t>(block->payload_end() - cursor);
    }
    void release() noexcept {
        if (block != nullptr)
            block->release();
        block = nullptr;
        cursor = nullptr;
    }
};

// A private chain of bytes whose positions begin at 0, filled by one thread: what is in a batch.
class chain_builder {
public:
    // The pool must have a handle for as long as the builder lives.
    chain_builder(pool_state& pool, std::size_t minimum_segment_size) noexcept
        : pool_(&pool)
        , minimum_segment_size_(minimum_segment_size) {}
    chain_builder(chain_builder&& other) noexcept;
    chain_builder& operator=(chain_builder&& other) noexcept;
    ~chain_builder() { clear(); }

    // Room to begin in, taken over with its reference. Only for a builder that has none.
    void adopt(block_room room) noexcept { room_ = room; }
    block_room take_room() noexcept;

    boost::asio::mutable_buffer memory() const noexcept { return {room_.cursor, prepared_}; }
    void ensure(std::size_t minimum);
    void advance(std::size_t n);
    boost::asio::mutable_buffer reserve(std::size_t n);
    void append(const preserved_buffer& bytes);

    std::uint64_t size() const noexcept { return size_; }
    readable_buffer view() const noexcept;

    segment* first() const noexcept { return first_; }
    segment* last() const noexcept { return last_; }

    // Forgets the chain, which somebody else took over.
    void detach() noexcept;
    // Gives everything back.
    void clear() noexcept;

private:
    void link(segment* added) noexcept;
    void swap(chain_builder& other) noexcept;

    pool_state* pool_;
    std::size_t minimum_segment_size_;
    segment* first_ = nullptr;
    segment* last_ = nullptr;
    segment* ready_ = nullptr; // the link for the next bytes in room_; null while last_ shows them
    block_room room_;
    std::size_t prepared_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t stream_ = next_stream_id();
};

} // namespace sluice::detail
