// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace bench {

/// A socket that waits and never gets anything: with it the context polls the operating system, as
/// it does in any real program.
class idle_socket {
public:
    explicit idle_socket(boost::asio::io_context& context) : here_(context), there_(context) {
        boost::asio::local::connect_pair(here_, there_);
        here_.async_wait(socket::wait_read, [](boost::system::error_code) {});
    }

private:
    using socket = boost::asio::local::stream_protocol::socket;

    socket here_, there_;
};

} // namespace bench
