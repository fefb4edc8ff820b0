// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "service.hpp"
#include "support/listener.hpp"

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

    /// Where it listens: `127.0.0.1:80`, `unix:/path`.
    const std::vector<std::string>& where() const noexcept { return listener_.where(); }
    const statistics& served() const noexcept { return shared_.served; }

private:
    awaitable<> accept_from(acceptor& source);
    void welcome(stream_socket socket);
    awaitable<> keep_time();

    boost::asio::io_context& context_;
    service shared_;
    support::listener listener_;
    timer tick_;
    clock::time_point stopped_{};
};

} // namespace resp_server
