// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace sluice {

/// The version of the Redis protocol.
enum class resp_version {
    resp2 = 2, ///< of all servers
    resp3 = 3  ///< of Redis 6 and later, after HELLO 3
};

/// What the decoders of RESP accept. Sizes are in bytes.
struct resp_options {
    /// The most bytes of a frame as a whole. A pipe that holds it needs a `max_buffered` as large.
    std::size_t max_size = std::size_t{16} << 20;

    /// The most bytes of one bulk string.
    std::size_t max_bulk_size = std::size_t{16} << 20;

    /// The most bytes of a line with its end: a simple string, an error, a number, an inline
    /// command. At least 32.
    std::size_t max_line_size = 64 * 1024;

    /// The most values of a frame, nested ones and itself included; the most arguments of a
    /// command.
    std::size_t max_elements = 1024 * 1024;

    /// How deep aggregates may be nested: 1 allows an array of strings.
    std::size_t max_depth = 32;

    /// Whether a command may be a line of words, as one types it; else it is an array of bulk
    /// strings always.
    bool inline_commands = true;
};

} // namespace sluice
