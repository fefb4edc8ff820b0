// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "address.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace support {

/// Binds a socket, which does not listen yet; `before_bind` may set its options. A path at which
/// nobody listens any more is taken over. Throws `boost::system::system_error`.
acceptor bind_acceptor(boost::asio::io_context& context, const endpoint& at,
                       const std::function<void(acceptor&)>& before_bind = {});

/// Closes it, and removes the file of a local one.
void close_acceptor(acceptor& one) noexcept;

/// Calls `open` for all that an address stands for. What this machine does not have, such as the
/// IPv6 half of "localhost", is left out, unless nothing remains: that throws
/// `boost::system::system_error`, which names the address.
void for_each_endpoint(const address& where, const std::function<void(const endpoint&)>& open);

/// The sockets that a server listens on.
class listener {
public:
    explicit listener(boost::asio::io_context& context,
                      std::function<void(acceptor&)> before_bind = {});
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;
    ~listener() { close(); }

    /// Listens at all the address stands for. Where port 0 is given, the first socket chooses one
    /// for all. Throws `boost::system::system_error`.
    void listen(const address& where);

    /// The same at each of these: hosts, addresses in digits, or `unix:/path`. Without any, at the
    /// loopback addresses.
    void listen(const std::vector<std::string>& names, std::uint16_t port);

    auto begin() noexcept { return acceptors_.begin(); }
    auto end() noexcept { return acceptors_.end(); }

    /// Where: `127.0.0.1:80`, `unix:/path`.
    const std::vector<std::string>& where() const noexcept { return where_; }
    /// 0 when all are local.
    std::uint16_t port() const noexcept { return port_; }

    void close() noexcept;

private:
    boost::asio::io_context& context_;
    std::function<void(acceptor&)> before_bind_;
    std::list<acceptor> acceptors_;
    std::vector<std::string> where_;
    std::uint16_t port_ = 0;
};

} // namespace support
