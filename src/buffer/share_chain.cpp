// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/share_chain.hpp>
#include <sluice/memory/pool_state.hpp>

#include <cstring>

namespace sluice::detail {

namespace {

// A block that holds these bytes, with one reference: the link's share of the piece's own block, or
// a copy, if nobody owns the memory.
memory_block* share_block(memory_block* owner, asio::const_buffer& piece) {
    if (owner != nullptr) {
        owner->retain();
        return owner;
    }
    memory_block* copy = default_segment_pool().state().acquire(piece.size());
    std::memcpy(copy->payload(), piece.data(), piece.size());
    piece = {copy->payload(), piece.size()};
    return copy;
}

} // namespace

shared_chain share_chain(const readable_buffer& source) {
    shared_chain result;
    if (source.empty())
        return result;
    std::uint64_t base = 0;
    const segment* last = buffer_access::last(source);
    const segment* from = buffer_access::first(source);
    try {
        for (asio::const_buffer piece : source) {
            memory_block* block = share_block(from->block, piece);
            segment* link = nullptr;
            try {
                link = block->pool.acquire_link();
            } catch (...) {
                block->release();
                throw;
            }
            block->preserved.store(true, std::memory_order_relaxed);
            link->block = block;
            link->data = static_cast<const std::byte*>(piece.data());
            link->base = base;
            link->next.store(nullptr, std::memory_order_relaxed);
            link->previous = result.last;
            if (result.last != nullptr)
                result.last->next.store(link, std::memory_order_relaxed);
            else
                result.first = link;
            result.last = link;
            base += piece.size();
            if (from != last)
                from = from->next.load(std::memory_order_relaxed);
        }
    } catch (...) {
        release_chain(result.first);
        throw;
    }
    return result;
}

} // namespace sluice::detail
