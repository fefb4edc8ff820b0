// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace bench {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

// All get the quickest executor there is.
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

// Each takes over an accepted socket, and sends back what comes.
void echo_asio(tcp_socket socket);              // with 8 KiB of its own
void echo_sluice_callbacks(tcp_socket socket);  // a reader and a writer on the socket
void echo_sluice_coroutine(tcp_socket socket);  // the same
void echo_sluice_connection(tcp_socket socket); // a pipe in each direction

} // namespace bench
