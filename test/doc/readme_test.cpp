// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/stream_pairs.hpp"
#include <sluice/sluice.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

// [readme
// Answers each line with its length.
asio::awaitable<void> answer(sluice::pipe_reader& in, sluice::pipe_writer& out) {
    for (bool more = true; more;) {
        const sluice::read_result read = co_await in.async_read(use_awaitable);
        sluice::readable_buffer rest = read.buffer;
        while (const auto newline = rest.find('\n')) {
            const auto line = rest.slice(rest.start(), *newline);
            out.write(asio::buffer(std::to_string(line.size()) + '\n'));
            rest = rest.slice(line.size() + 1);
        }
        in.advance(rest.start(), rest.finish()); // consumed the lines, examined everything
        co_await out.flush(use_awaitable);       // waits while the client lags behind
        more = !read.completed;
    }
    out.complete();
}

asio::awaitable<void> serve(tcp::socket socket) {
    sluice::connection<tcp::socket> client(std::move(socket));
    co_await (client.async_run(use_awaitable) && answer(client.input(), client.output()));
}
// readme]

TEST_CASE("README: each line is answered with its length") {
    asio::io_context context;
    sluice::test::tcp_pair sockets(context);
    auto served = asio::co_spawn(context, serve(std::move(sockets.far)), asio::use_future);
    std::string answers;
    for (const std::string_view piece : {"one\nthr", "ee\n\n", "seventeen chars..\nrest"}) {
        asio::write(sockets.near, asio::buffer(piece));
        context.poll();
    }
    sockets.near.shutdown(tcp::socket::shutdown_send);
    asio::async_read(sockets.near, asio::dynamic_buffer(answers),
                     [](sluice::error_code ec, std::size_t) { CHECK(ec == asio::error::eof); });
    context.run();
    served.get();
    CHECK(answers == "3\n5\n0\n17\n");
}
