// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace sluice {

/// Whom to tell how far a pump has come.
struct pump_progress {
    /// Called with the bytes moved so far, after some have moved, but not more often than once in
    /// the interval; on the executor of the completion handler, and not at the end. What it throws
    /// comes out of the context, and the pump ends with `operation_aborted`.
    std::function<void(std::uint64_t)> callback;
    /// The least time between two calls.
    std::chrono::milliseconds interval = std::chrono::seconds(1);
};

/// How `async_pump` works, and when it gives up. A limit of time or rate that is 0 is none; what
/// exceeds one is noticed up to an eighth of it later, and ends the pump with
/// `asio::error::timed_out`, as a terminal cancellation would: no byte of a pipe is lost.
///
/// \snippet test/doc/adapters_test.cpp limits
struct pump_options {
    /// Completes the sink when the source ends: a writer with `complete`, a socket with
    /// `shutdown(shutdown_send)`. When the source fails, a writer is completed with that error, and
    /// a socket is left to its owner: its peer must not take the failure for an end. Never when the
    /// pump was cancelled or out of time.
    bool complete_sink = true;

    /// The most bytes that are read from a stream at once. Reads begin small and grow to this while
    /// the stream fills them. A writer's `pause_threshold` may be exceeded by one such read.
    std::size_t max_read_size = 256 * 1024;

    /// The most bytes to move. Behind them the pump ends as if the source had; what follows stays
    /// in the source.
    std::uint64_t byte_limit = std::numeric_limits<std::uint64_t>::max();

    /// The fastest way the system has, where it has one (on Linux `splice` between sockets and
    /// pipes, `sendfile` from a file to a socket): the bytes do not come into the process.
    bool system_copy = true;

    /// How long no byte may arrive in the sink, for want of bytes or of room.
    std::chrono::milliseconds idle_timeout{0};

    /// How long it may take in all.
    std::chrono::milliseconds total_timeout{0};

    /// The least bytes a second, averaged over each stretch of `rate_period`.
    /// @{
    std::uint64_t min_rate = 0;
    std::chrono::milliseconds rate_period = std::chrono::seconds(10);
    /// @}

    /// Stays until the pump completes.
    const pump_progress* progress = nullptr;
};

} // namespace sluice
