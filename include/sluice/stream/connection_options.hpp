// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe_options.hpp>
#include <sluice/stream/pump_options.hpp>

#include <chrono>

namespace sluice {

/// What a `connection` is made with.
/// In a coroutine under GCC 12, give them a name: see `pipe_options`.
struct connection_options {
    pipe_options input;  ///< of the pipe with what the peer sends
    pipe_options output; ///< of the pipe with what the peer is to get
    pump_options pump;   ///< of the pumps between them and the stream

    /// When both ends were completed here and the peer still sends, its bytes are dropped for at
    /// most so long before the connection ends: closing a socket with unread bytes would destroy
    /// the last bytes sent on their way.
    std::chrono::milliseconds linger{2000};

    /// How long the handshake may take that `async_run` begins with, if it is told to. 0: for ever.
    std::chrono::milliseconds handshake_timeout{10'000};
};

} // namespace sluice
