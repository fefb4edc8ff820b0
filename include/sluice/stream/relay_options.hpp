// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/pipe_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice {

/// How `async_relay` works.
struct relay_options {
    /// The pipes between the streams, one in each direction: how much may lie between a fast side
    /// and a slow one.
    pipe_options between;

    /// The most bytes that are read from a stream at once.
    std::size_t max_read_size = 256 * 1024;

    /// How long one direction may go on after the other one has ended; 0: without a limit.
    std::chrono::milliseconds half_close_timeout = std::chrono::seconds(60);

    /// How long neither direction may move a byte; 0: without a limit. Noticed up to an eighth
    /// later.
    std::chrono::milliseconds idle_timeout{0};
};

/// What became of one direction of a relay.
struct relay_direction {
    std::uint64_t bytes = 0; ///< written to the sink
    error_code reason;       ///< no error: the source ended orderly, and the sink was told
};

struct relay_result {
    relay_direction a_to_b, b_to_a;
};

} // namespace sluice
