// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// Where to listen, or whom to call: `host:port`, `[v6]:port`, `:port` or `unix:/path`.
struct address {
    std::string host, port;
    std::string path; ///< of a local socket; else it is empty

    bool is_local() const noexcept { return !path.empty(); }
    std::string text() const;
};

/// Throws `std::invalid_argument`, which says what is wrong.
address parse_address(std::string_view text);

/// A host, an address in digits, or `unix:/path`, with the port beside it. Throws likewise.
address address_of(std::string_view name, std::uint16_t port);

/// What a path, or an address and a port in digits, stand for; nothing if a lookup is needed.
std::vector<endpoint> without_lookup(const address& one);

/// What the address stands for, to listen there: one endpoint or more. Throws
/// `boost::system::system_error`.
std::vector<endpoint> endpoints_to_listen(const address& where);

/// The same, to connect to. Throws likewise.
std::vector<endpoint> endpoints_to_call(const address& whom);

/// `127.0.0.1:80`, `[::1]:80`, `unix:/path` or, of a client that has no path, `unix`.
std::string text_of(const endpoint& one);

/// The same without the port.
std::string host_of(const endpoint& one);

/// The port; 0 for local endpoints.
std::uint16_t port_of(const endpoint& one);
endpoint with_port(const endpoint& one, std::uint16_t port);

/// The path of a local endpoint.
std::string path_of(const endpoint& one);

bool is_local(const endpoint& one) noexcept;

} // namespace support
