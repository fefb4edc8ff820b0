// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/network.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/stream/pipe_stream.hpp>

namespace websocket_chat {

using support::acceptor;
using support::awaitable;
using support::awaited;
using support::clock;
using support::executor;
using support::stream_socket;
using support::timer;

using connection = sluice::connection<stream_socket>;
/// The ends of a connection's pipes, as a stream for Beast.
using piped_stream = sluice::pipe_stream<connection::reader_type&, connection::writer_type&>;

} // namespace websocket_chat
