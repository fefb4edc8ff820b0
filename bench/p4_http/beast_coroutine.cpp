// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p4_http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace bench {

namespace {

awaitable converse(tcp_socket socket) {
    constexpr asio::use_awaitable_t<executor> use_awaitable;
    boost::beast::flat_buffer buffer;
    for (bool more = true; more;) {
        request_parser parser;
        co_await http::async_read(socket, buffer, parser, use_awaitable);
        const response answer = answer_to(parser.get());
        co_await http::async_write(socket, answer, use_awaitable);
        more = answer.keep_alive();
    }
}

} // namespace

void serve_beast_coroutine(tcp_socket socket) {
    const executor where = socket.get_executor();
    asio::co_spawn(where, converse(std::move(socket)), asio::detached);
}

} // namespace bench
