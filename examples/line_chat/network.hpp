// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/connection.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace line_chat {

// The io_context's own executor type everywhere: it is cheaper than the type-erased one.
using executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
using connection = sluice::connection<tcp_socket>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Awaits an operation; errors are part of the result and not thrown.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<executor>> awaited{};

} // namespace line_chat
