// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace sluice {

namespace detail {
class pool_state;
}

/// What a `segment_pool` is made with.
struct segment_pool_options {
    /// Payload bytes of a pooled segment, at least 1. Longer requests are served too: by powers of
    /// two of it up to 128 segments from the pool, beyond that from the upstream resource each
    /// time.
    std::size_t segment_size = 16 * 1024;

    /// At most so many payload bytes are kept for reuse; the rest goes back upstream.
    std::size_t max_cached_bytes = std::size_t{64} << 20;

    /// Where memory comes from. It must outlive the pool and all memory taken from it. It is called
    /// under the pool's own lock, so it needs none if nobody else uses it.
    std::pmr::memory_resource* upstream = std::pmr::new_delete_resource();
};

/// The source of a pipe's memory: a cache of equal segments, shared by any number of pipes.
///
/// It is a handle; copies share one pool. The pool lives until the last handle is gone and the last
/// segment has come back, so preserved bytes outlive every handle.
///
/// *Thread safety.* Distinct and shared objects: safe, copies of one handle included; one handle
/// object must not be assigned while another thread uses that same object.
///
/// \snippet test/doc/reference_test.cpp segment_pool
class segment_pool {
public:
    /// Throws `std::invalid_argument` for a segment size of 0 or a null upstream.
    explicit segment_pool(segment_pool_options options = {});
    /// Another handle of the same pool.
    /// @{
    segment_pool(const segment_pool& other) noexcept;
    segment_pool& operator=(const segment_pool& other) noexcept;
    /// @}
    ~segment_pool();

    /// What the pool has lent out and got.
    struct statistics {
        std::size_t bytes_in_use;           ///< payload bytes lent out
        std::size_t bytes_cached;           ///< payload bytes kept for reuse
        std::size_t peak_bytes_in_use;      ///< the most that was ever lent out at once
        std::uint64_t upstream_allocations; ///< calls of the upstream resource for memory
    };
    /// As it is now.
    statistics stats() const noexcept;

    /// Payload bytes of a segment: see `segment_pool_options`.
    std::size_t segment_size() const noexcept;

    /// Gives every cached segment back to the upstream resource.
    void trim() noexcept;

    /// Whether they are handles of one pool.
    friend bool operator==(const segment_pool&, const segment_pool&) noexcept = default;

    /// For the library's own layers.
    detail::pool_state& state() const noexcept { return *state_; }

private:
    detail::pool_state* state_;
};

/// The pool used where none is named. It lives as long as the program.
segment_pool& default_segment_pool();

} // namespace sluice
