// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p4_http/server.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/stream/connection.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace bench {

namespace {

using connection = sluice::connection<tcp_socket>;
constexpr auto as_tuple = asio::as_tuple(asio::deferred);

// Answers all that is buffered, sends the answers in one go, and waits for more.
awaitable answer_requests(connection::reader_type& in, connection::writer_type& out) {
    for (bool more = true; more;) {
        request_parser parser;
        const auto parsed = sluice::http::try_read(in, parser);
        error_code ec = parsed ? error_code() : parsed.error();
        if (ec == asio::error::would_block) {
            if (out.try_flush().has_error())
                co_await out.flush(asio::deferred);
            std::tie(ec, std::ignore) = co_await sluice::http::async_read(in, parser, as_tuple);
        }
        if (ec)
            break;
        sluice::http::write(out, answer_to(parser.get())).value();
        more = parser.get().keep_alive();
    }
    out.complete();
    in.complete();
}

awaitable converse(tcp_socket socket) {
    using namespace asio::experimental::awaitable_operators;
    connection client(std::move(socket));
    co_await (client.async_run(asio::use_awaitable_t<executor>()) &&
              answer_requests(client.input(), client.output()));
}

} // namespace

void serve_sluice_coroutine(tcp_socket socket) {
    const executor where = socket.get_executor();
    asio::co_spawn(where, converse(std::move(socket)), asio::detached);
}

} // namespace bench
