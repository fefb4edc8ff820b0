// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace sluice {

/// How `async_pump` works.
struct pump_options {
    /// Completes the sink when the source ends: a writer with `complete`, a socket with
    /// `shutdown(shutdown_send)`. When the source fails, a writer is completed with that error, and
    /// a socket is left to its owner: its peer must not take the failure for an end. Never when the
    /// pump was cancelled.
    bool complete_sink = true;

    /// The most bytes that are read from a stream at once. Reads begin small and grow to this while
    /// the stream fills them. A writer's `pause_threshold` may be exceeded by one such read.
    std::size_t max_read_size = 256 * 1024;
};

} // namespace sluice
