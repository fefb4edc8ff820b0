// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/error.hpp>

namespace sluice::test {

// Sends back what a connection receives, and ends its output when the input has ended.
template <class Connection>
struct echo_session {
    Connection& connection;

    void start() { connection.input().async_read(*this); }

    void operator()(error_code ec, const read_result& read) {
        if (ec)
            return connection.output().complete(ec == boost::asio::error::eof ? error_code() : ec);
        connection.output().write(read.buffer);
        connection.input().advance(read.buffer.finish());
        connection.output().flush(*this);
    }
    void operator()(error_code ec) {
        if (!ec)
            start();
    }
};
template <class Connection>
echo_session(Connection&) -> echo_session<Connection>;

} // namespace sluice::test
