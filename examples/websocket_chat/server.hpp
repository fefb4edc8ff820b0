// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "options.hpp"
#include "room.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <list>
#include <string>
#include <vector>

namespace websocket_chat {

/// Listens, and lets clients into a room.
class server {
public:
    /// Listens on each address of the settings, which it keeps a reference to. Throws
    /// `boost::system::system_error`.
    server(boost::asio::io_context& context, const options& settings);

    /// Stops accepting, and lets each client end in order; those that cannot end are let go after a
    /// moment. Then the context runs out of work.
    void stop();

    std::vector<boost::asio::ip::tcp::endpoint> endpoints() const;

private:
    using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, executor>;

    void listen(const std::string& name, bool optional);
    void listen(const boost::asio::ip::tcp::endpoint& where);
    awaitable<> accept_from(acceptor& source);
    void welcome(tcp_socket socket);

    boost::asio::io_context& context_;
    const options& settings_;
    room room_;
    std::list<acceptor> acceptors_;
    std::list<session*> sessions_;
    timer grace_;
    std::uint16_t port_;
    bool stopping_ = false;
};

} // namespace websocket_chat
