// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "service.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <list>
#include <vector>

namespace resp_server {

/// Listens, accepts clients, and does what time brings.
class server {
public:
    /// Listens on each address of the settings, which it keeps a reference to. Throws
    /// `boost::system::system_error`.
    server(boost::asio::io_context& context, const options& settings);

    /// Stops accepting, and lets each client end in order; those that cannot end are let go after a
    /// moment. Then the context runs out of work.
    void stop();

    std::vector<boost::asio::ip::tcp::endpoint> endpoints() const;
    const statistics& served() const noexcept { return shared_.served; }

private:
    using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, executor>;
    using clock = std::chrono::steady_clock;
    using timer =
        boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor>;

    void listen(const boost::asio::ip::tcp::endpoint& where);
    void listen(const std::string& name, bool optional);
    awaitable<> accept_from(acceptor& source);
    void welcome(tcp_socket socket);
    awaitable<> keep_time();

    boost::asio::io_context& context_;
    service shared_;
    std::list<acceptor> acceptors_;
    timer tick_;
    clock::time_point stopped_{};
};

} // namespace resp_server
