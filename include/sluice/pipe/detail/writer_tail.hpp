// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/mutable_segments.hpp>
#include <sluice/memory/pool_state.hpp>

#include <cstddef>
#include <cstdint>

namespace sluice::detail {

// The block a writer fills, and those it got ahead for a scatter read. While the block's own link
// is in no chain (`link_free`), its reference is kept here beside the tail's own.
class writer_tail {
public:
    writer_tail(const segment_pool& pool, std::size_t minimum_segment_size) noexcept
        : pool_(pool.state())
        , minimum_segment_size_(minimum_segment_size) {}
    writer_tail(const writer_tail&) = delete;
    writer_tail& operator=(const writer_tail&) = delete;
    ~writer_tail() { drop(); }

    memory_block* block() const noexcept { return block_; }
    std::byte* cursor() const noexcept { return cursor_; }
    std::size_t room() const noexcept { return static_cast<std::size_t>(room_end_ - cursor_); }
    void fill(std::size_t n) noexcept { cursor_ += n; }

    // The writer's byte at `total`, of those in this block.
    const std::byte* address_of(std::uint64_t total) const noexcept {
        return reinterpret_cast<const std::byte*>(origin_ + static_cast<std::uintptr_t>(total));
    }

    // Another block of at least `minimum` bytes, from those ahead if the first of them will do.
    memory_block* next_block(std::size_t minimum);

    // Goes on in `fresh`; `total` is the writer's next byte. There must be no block.
    void adopt(memory_block* fresh, std::uint64_t total) noexcept;

    // Gets blocks ahead until there is room for `total` bytes in at most `max_blocks` blocks.
    // Throws `std::bad_alloc`; what it got until then is kept ahead.
    void reserve(std::size_t total, std::size_t max_blocks = static_cast<std::size_t>(-1));

    // The room for `total` bytes that reserve got.
    mutable_segments pieces(std::size_t total) const noexcept;

    void release_block() noexcept;
    void drop() noexcept; // the block and those ahead

    bool link_free = false;

private:
    static void release_ahead(memory_block*& first) noexcept;

    pool_state& pool_;
    std::size_t minimum_segment_size_;
    memory_block* block_ = nullptr;
    std::byte* cursor_ = nullptr;
    std::byte* room_end_ = nullptr;
    std::uintptr_t origin_ = 0;
    memory_block* ahead_ = nullptr;
};

} // namespace sluice::detail
