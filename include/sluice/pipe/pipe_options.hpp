// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sluice {

/// How the end that makes progress possible resumes the other end's waiting operation.
enum class resumption {
    /// Through `dispatch`: on the same executor the other end's handler runs at once, inside the
    /// call that made progress. Resumptions do not nest: one that would run inside another one is
    /// posted.
    dispatch,
    /// Through `post`: always queued, so that small chunks gather before the other end looks.
    post
};

/// What a pipe is made with. Sizes are in bytes.
///
/// In a coroutine under GCC 12, give options a name before the expression that awaits: that
/// compiler destroys braced temporaries in such an expression twice, and so the pool's handle.
///
/// \snippet test/doc/concepts_test.cpp thresholds
struct pipe_options {
    /// A flush waits once so many published bytes are unexamined. 0: never.
    std::size_t pause_threshold = 64 * 1024;

    /// A waiting flush goes on when fewer bytes are unexamined; 0: when none are. Absent: half of
    /// pause_threshold, which it must not exceed.
    std::optional<std::size_t> resume_threshold = {};

    /// A reader that holds examined bytes back and asks for more fails with
    /// `errc::buffer_limit_exceeded` when more than this many are unconsumed. 0: no limit.
    std::size_t max_buffered = std::size_t{16} << 20;

    /// The least size of a segment that is taken from the pool.
    std::size_t minimum_segment_size = 4 * 1024;

    /// How a waiting read, and how a waiting flush is resumed.
    /// @{
    resumption reader_resumption = resumption::dispatch;
    resumption writer_resumption = resumption::dispatch;
    /// @}

    /// Where the memory comes from.
    segment_pool pool = default_segment_pool();
};

/// What has gone through a pipe since it was made or reset.
struct pipe_statistics {
    std::uint64_t bytes_in;      ///< published
    std::uint64_t bytes_out;     ///< consumed, or dropped by the reader's completion
    std::uint64_t flushes;       ///< calls that published something
    std::uint64_t reads;         ///< reads that were delivered
    std::uint64_t pauses;        ///< times the writer was told to wait
    std::uint64_t peak_buffered; ///< the most bytes that were published and not consumed
};

} // namespace sluice
