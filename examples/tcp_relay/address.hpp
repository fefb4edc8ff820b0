// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcp_relay {

// The io_context's own executor type everywhere: it is cheaper than the type-erased one. One kind
// of socket for TCP over IPv4 and IPv6, and for local ones.
using executor = boost::asio::io_context::executor_type;
using protocol = boost::asio::generic::stream_protocol;
using endpoint = protocol::endpoint;
using socket = boost::asio::basic_stream_socket<protocol, executor>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Where to listen, or whom to call: `host:port`, `[v6]:port`, `:port` or `unix:/path`.
struct address {
    std::string host, port;
    std::string path; ///< of a local socket; else it is empty

    bool is_local() const noexcept { return !path.empty(); }
    std::string text() const;
};

/// Throws `std::invalid_argument`, which says what is wrong.
address parse_address(std::string_view text);

/// What the address stands for, to listen there: one endpoint or more. Throws
/// `boost::system::system_error`.
std::vector<endpoint> endpoints_to_listen(const address& where);

/// The same, to connect to; never waits for an address in digits. Throws likewise.
awaitable<std::vector<endpoint>> endpoints_to_call(const address& whom);

/// `127.0.0.1:80`, `[::1]:80`, `unix:/path` or, of a client that has no path, `unix`.
std::string text_of(const endpoint& one);

/// The port; 0 for local endpoints.
unsigned short port_of(const endpoint& one);
endpoint with_port(const endpoint& one, unsigned short port);

bool is_local(const endpoint& one) noexcept;

} // namespace tcp_relay
