// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace sluice {

/// How `async_pump` works.
struct pump_options {
    /// At the end of the source, and at its errors, completes the sink: a writer with `complete`, a
    /// socket with `shutdown(shutdown_send)`. Never when the pump was cancelled.
    bool complete_sink = true;

    /// The most bytes that are read from a stream at once. Reads begin small and grow to this while
    /// the stream fills them.
    std::size_t max_read_size = 256 * 1024;
};

} // namespace sluice
