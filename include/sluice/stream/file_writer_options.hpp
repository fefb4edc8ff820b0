// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sluice {

/// How a `file_writer` opens its file, which is made if it is not there.
enum class file_opening {
    truncate, ///< empties it
    append,   ///< writes behind what it holds, whoever else writes there
    update    ///< keeps it, and writes over what it holds
};

/// What a `file_writer` is made with. Sizes are in bytes.
/// In a coroutine under GCC 12, give them a name: see `pipe_options`.
struct file_writer_options {
    /// For a writer that opens the file itself.
    file_opening opening = file_opening::truncate;

    /// The range that is written: where it begins, counted from the position of the file, which is
    /// 0 when it was just opened; and the most that it holds: more fails with `file_too_large`.
    /// What is appended has no offset.
    /// @{
    std::uint64_t offset = 0;
    std::uint64_t length = std::numeric_limits<std::uint64_t>::max();
    /// @}

    /// With 0, a flush completes when the file has taken everything, and tells if it has not. Else
    /// it completes while fewer than this many bytes are still to be written: the producer and the
    /// device work at the same time, and an error comes with a later flush, or with the end.
    std::size_t write_behind = 0;

    /// At the end, waits until the device has everything.
    bool sync_at_end = false;

    /// The least size of a segment that is taken from the pool.
    std::size_t minimum_segment_size = 4 * 1024;

    /// Where the memory comes from.
    segment_pool pool = default_segment_pool();
};

} // namespace sluice
