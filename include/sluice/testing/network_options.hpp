// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sluice::testing {

/// How badly a simulated network behaves. Everything is drawn from its seed.
struct network_options {
    /// A read or write moves from one byte up to so many, and never more.
    std::size_t max_piece = 1000;

    /// How many bytes of one direction may be under way or unread; then writes wait.
    std::size_t window = 8000;

    /// What is written arrives up to so much later, in order. 0: at once.
    std::chrono::nanoseconds max_delay = std::chrono::milliseconds(10);

    /// One in so many attempts of a `network_socket` would block although there is something, as
    /// sockets may. 0: none.
    std::uint64_t would_block_one_in = 8;

    /// One in so many reads and writes finds its connection reset. 0: none.
    std::uint64_t reset_one_in = 0;
};

} // namespace sluice::testing
