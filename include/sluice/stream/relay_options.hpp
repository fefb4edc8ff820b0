// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/pipe_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace sluice {

/// What became of one direction of a relay.
struct relay_direction {
    std::uint64_t bytes = 0; ///< written to the sink
    error_code reason;       ///< no error: the source ended orderly, and the sink was told
};

/// What became of a relay.
struct relay_result {
    /// What was read from the first stream, and what was read from the second.
    /// @{
    relay_direction a_to_b, b_to_a;
    /// @}
};

/// How `async_relay` works. A limit of 0 is none; what exceeds a limit is noticed up to an eighth
/// of it later.
struct relay_options {
    /// No aggregate: of these GCC 12 destroys temporaries twice in coroutines.
    relay_options() {}

    /// Sockets and pipes of the system: the kernel moves the bytes, where it can (on Linux
    /// `splice`), and they do not come into the process. Up to a megabyte may then lie between the
    /// sides.
    bool system_copy = true;

    /// Otherwise the pipes between the streams, one in each direction: how much may lie between a
    /// fast side and a slow one.
    pipe_options between;

    /// The most bytes that are read from a stream at once.
    std::size_t max_read_size = 256 * 1024;

    /// How long one direction may go on after the other one has ended; and for how long a stream
    /// may take nothing of the last bytes that it is to get.
    std::chrono::milliseconds half_close_timeout = std::chrono::seconds(60);

    /// How long neither direction may move a byte.
    std::chrono::milliseconds idle_timeout{0};

    /// Called with what was written so far, after bytes have moved, but not more often than once in
    /// the interval; on the executor of the completion handler. What it throws comes out of the
    /// context, and the relay ends with `operation_aborted`.
    std::function<void(const relay_result&)> progress;
    /// The least time between two calls.
    std::chrono::milliseconds progress_interval = std::chrono::seconds(1);
};

} // namespace sluice
