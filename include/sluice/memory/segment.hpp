// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

class pool_state;
struct memory_block;

// One link of a chain of bytes. A link holds one reference to its block. It spans from `base` to
// the base of the next link; how far the last link reaches is known to whoever looks at the chain.
// A link is written once, before it can be reached; only `next` is set later.
struct segment {
    memory_block* block = nullptr;
    const std::byte* data = nullptr; // the byte at stream position `base`
    std::uint64_t base = 0;
    std::atomic<segment*> next{nullptr};
    segment* previous = nullptr; // dangles once the previous link is gone; views know where to stop
};

// A reference-counted piece of memory; the payload follows the header. `link` serves the first
// chain that shows the block, so that the common case needs no second allocation.
struct memory_block {
    memory_block(pool_state& owner, std::size_t payload, unsigned cls) noexcept
        : pool(owner)
        , size(payload)
        , size_class(cls) {}

    std::byte* payload() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
    std::byte* payload_end() noexcept { return payload() + size; }
    void retain() noexcept { references.fetch_add(1, std::memory_order_relaxed); }
    void release(std::uint32_t count = 1) noexcept;

    pool_state& pool;
    std::size_t size;
    segment link;
    memory_block* next_free = nullptr;
    std::atomic<std::uint32_t> references{1};
    unsigned size_class;
    std::atomic<bool> preserved{false}; // some preserved_buffer has shared it since it was acquired
};

// Gives a link and its reference back.
void release_segment(segment* link) noexcept;

// Gives back the links from `first` to the end of the chain.
void release_chain(segment* first) noexcept;

} // namespace sluice::detail
