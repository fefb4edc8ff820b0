// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "counting_socket.hpp"
#include "support/network.hpp"
#include <sluice/stream/connection.hpp>

namespace resp_server {

using support::acceptor;
using support::awaitable;
using support::awaited;
using support::clock;
using support::executor;
using support::stream_socket;
using support::timer;

using connection = sluice::connection<counting_socket>;
using output_writer = connection::writer_type;

} // namespace resp_server
