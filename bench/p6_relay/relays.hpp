// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace bench {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

// All get the quickest executor there is.
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

/// A client, and the target it is connected to.
struct pair_of_sockets {
    tcp_socket client, target;
};
using sockets = std::shared_ptr<pair_of_sockets>;

// Each moves bytes in both directions until both are over.
void relay_sluice(sockets both);
void relay_sluice_copy(sockets both);
void relay_asio_64k(sockets both);
void relay_asio_16k(sockets both);
void relay_splice(sockets both);

/// Sends through a relay: `clients` connections to one port, which arrive at a port that is
/// listened on here and printed first. Prints the bytes that have arrived, and the seconds.
int drive(int argc, char** argv);

} // namespace bench
