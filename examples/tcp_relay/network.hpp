// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/address.hpp"

namespace tcp_relay {

using support::acceptor;
using support::address;
using support::awaitable;
using support::awaited;
using support::clock;
using support::endpoint;
using support::executor;
using support::stream_socket;
using support::timer;

} // namespace tcp_relay
