// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment_pool.hpp>

#include <cstddef>

namespace sluice {

/// What a `stream_reader` is made with. Sizes are in bytes.
/// In a coroutine under GCC 12, give them a name: see `pipe_options`.
struct stream_reader_options {
    /// A reader that holds examined bytes back and asks for more fails with
    /// `errc::buffer_limit_exceeded` when more than this many are unconsumed. 0: no limit. Never is
    /// more than one byte beyond it taken from the stream.
    std::size_t max_buffered = std::size_t{16} << 20;

    /// The most that is read from a socket at once. Reads begin small and grow to this while the
    /// socket fills them. Streams that wait with the memory they read into get 16 KiB at most.
    std::size_t max_read_size = 256 * 1024;

    /// The least size of a segment that is taken from the pool.
    std::size_t minimum_segment_size = 4 * 1024;

    /// Where the memory comes from.
    segment_pool pool = default_segment_pool();
};

} // namespace sluice
