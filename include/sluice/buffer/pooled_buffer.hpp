// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/buffer/detail/chain_builder.hpp>
#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/memory/segment_pool.hpp>

namespace sluice {

/// Scratch memory that grows, in segments of a pool: a `BufferWriter` that can be read, and moved
/// into a pipe without a copy: `writer.append(scratch.take())`.
///
/// *Errors.* Whatever needs memory throws `std::bad_alloc`, and has changed nothing then.
///
/// *Lifetimes.* Views are valid until `clear`, `take`, or the end of the buffer; writing more does
/// not end them.
///
/// *Thread safety.* Distinct objects: safe. One object: one thread at a time.
///
/// \snippet test/doc/reference_test.cpp pooled_buffer
class pooled_buffer {
public:
    /// Holds no memory yet. Segments have at least `minimum_segment_size` bytes.
    explicit pooled_buffer(segment_pool pool = default_segment_pool(),
                           std::size_t minimum_segment_size = 4 * 1024)
        : pool_(std::move(pool))
        , bytes_(pool_.state(), minimum_segment_size) {}
    /// The source is empty then, and may be used on.
    /// @{
    pooled_buffer(pooled_buffer&& other) noexcept
        : pool_(other.pool_)
        , bytes_(std::move(other.bytes_)) {}
    pooled_buffer& operator=(pooled_buffer&& other) noexcept {
        if (this != &other) {
            bytes_.clear(); // while its pool is sure to exist
            bytes_ = std::move(other.bytes_);
            pool_ = other.pool_;
        }
        return *this;
    }
    /// @}

    /// Contiguous memory: at least `minimum` bytes, and at least one.
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        bytes_.ensure(minimum);
        return bytes_.memory();
    }
    /// Throws `errc::commit_exceeds_prepared` for more than was prepared, and changes nothing then.
    void commit(std::size_t n) { bytes_.advance(n); }
    /// Commits `n` contiguous bytes that are to be filled in later.
    boost::asio::mutable_buffer reserve(std::size_t n) { return bytes_.reserve(n); }
    /// Adds preserved bytes without a copy.
    void append(const preserved_buffer& more) { bytes_.append(more); }

    /// What was committed.
    readable_buffer view() const noexcept { return bytes_.view(); }
    /// How many bytes were committed.
    std::size_t size() const noexcept { return static_cast<std::size_t>(bytes_.size()); }
    /// Whether none were.
    bool empty() const noexcept { return size() == 0; }

    /// The bytes, which leave the buffer empty.
    preserved_buffer take() {
        preserved_buffer all = view().preserve();
        clear();
        return all;
    }
    /// Drops the bytes, and gives the memory back.
    void clear() noexcept { bytes_.clear(); }

private:
    segment_pool pool_; // goes after what is from it
    detail::chain_builder bytes_;
};

} // namespace sluice
