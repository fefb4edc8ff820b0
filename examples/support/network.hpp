// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace support {

// The io_context's own executor type everywhere: it is cheaper than the type-erased one. One kind
// of socket for TCP over IPv4 and IPv6, and for local ones.
using executor = boost::asio::io_context::executor_type;
using protocol = boost::asio::generic::stream_protocol;
using endpoint = protocol::endpoint;
using stream_socket = boost::asio::basic_stream_socket<protocol, executor>;
using acceptor = boost::asio::basic_socket_acceptor<protocol, executor>;
using clock = std::chrono::steady_clock;
using timer = boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Awaits an operation; errors are part of the result and not thrown.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<executor>> awaited{};

} // namespace support
