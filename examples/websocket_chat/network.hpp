// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/connection.hpp>
#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace websocket_chat {

// The io_context's own executor type everywhere: it is cheaper than the type-erased one.
using executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
using clock = std::chrono::steady_clock;
using timer = boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor>;
using connection = sluice::connection<tcp_socket>;
/// The ends of a connection's pipes, as a stream for Beast.
using piped_stream = sluice::pipe_stream<connection::reader_type&, connection::writer_type&>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Awaits an operation; errors are part of the result and not thrown.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<executor>> awaited{};

} // namespace websocket_chat
