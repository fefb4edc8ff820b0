// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sluice {

/// What a `file_reader` is made with. Sizes are in bytes.
/// In a coroutine under GCC 12, give them a name: see `pipe_options`.
struct file_reader_options {
    /// The range that is read: where it begins, counted from the position of the file, which is 0
    /// when it was just opened; and the most that it holds.
    /// @{
    std::uint64_t offset = 0;
    std::uint64_t length = std::numeric_limits<std::uint64_t>::max();
    /// @}

    /// Reading goes on while fewer than this many bytes wait to be examined. Never does it stop
    /// before one piece waits.
    std::size_t read_ahead = 256 * 1024;

    /// How much is read at once: a piece. At least 1.
    std::size_t piece_size = 128 * 1024;

    /// A reader that holds examined bytes back and asks for more fails with
    /// `errc::buffer_limit_exceeded` when more than this many are unconsumed. 0: no limit.
    std::size_t max_buffered = std::size_t{16} << 20;

    /// Where the memory comes from.
    segment_pool pool = default_segment_pool();
};

} // namespace sluice
