// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/segment_pool.hpp>

#include <cstddef>

namespace sluice {

/// What a `stream_writer` is made with. Sizes are in bytes.
/// In a coroutine under GCC 12, give them a name: see `pipe_options`.
struct stream_writer_options {
    /// The least size of a segment that is taken from the pool.
    std::size_t minimum_segment_size = 4 * 1024;

    /// Where the memory comes from.
    segment_pool pool = default_segment_pool();
};

} // namespace sluice
