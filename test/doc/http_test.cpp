// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/stream_pairs.hpp"
#include <sluice/http/message_decoder.hpp>
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/sluice.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

namespace {

using request_parser = http::request_parser<http::string_body>;
using response = http::response<http::string_body>;

response answer(const request_parser& parser, const sluice::error_code& ec) {
    response reply(ec ? http::status::bad_request : http::status::ok, 11);
    reply.keep_alive(!ec && parser.keep_alive());
    if (!ec)
        reply.body() = std::string(parser.get().target());
    reply.prepare_payload();
    return reply;
}

// [serve
asio::awaitable<void> serve(sluice::pipe_reader& in, sluice::pipe_writer& out) {
    for (bool keep_alive = true; keep_alive;) {
        request_parser parser;
        sluice::error_code ec = sluice::http::try_read(in, parser).error();
        if (ec == asio::error::would_block) {
            co_await out.flush(use_awaitable); // all that came is answered
            std::tie(ec, std::ignore) =
                co_await sluice::http::async_read(in, parser, asio::as_tuple(use_awaitable));
        }
        if (ec == http::error::end_of_stream)
            break;
        const response reply = answer(parser, ec); // 400 for the errors of the parser
        sluice::http::write(out, reply).value();
        keep_alive = reply.keep_alive();
        if (out.unflushed() >= 64 * 1024)
            co_await out.flush(use_awaitable);
    }
    out.complete(); // sends what is left, and then the end
    in.complete();
}
// serve]

// [connection
asio::awaitable<void> serve(tcp::socket socket) {
    sluice::connection<tcp::socket> client(std::move(socket));
    co_await (client.async_run(use_awaitable) && serve(client.input(), client.output()));
}
// connection]

constexpr std::string_view three_requests = "GET /1 HTTP/1.1\r\n\r\nGET /22 HTTP/1.1\r\n\r\n"
                                            "GET /333 HTTP/1.1\r\n\r\n";

} // namespace

TEST_CASE("doc/http: answers to what is buffered go out with one flush") {
    asio::io_context context;
    sluice::pipe in(context), out(context);
    in.writer.write(asio::buffer(three_requests));
    CHECK(in.writer.try_flush());
    auto served = asio::co_spawn(context, serve(in.reader, out.writer), asio::use_future);
    context.poll();
    CHECK(out.stats().flushes == 1);
    const std::string answers = out.reader.try_read()->buffer.to_string();
    CHECK(answers.ends_with("/333"));
    CHECK(std::ranges::count(answers, '/') == 3 + 3); // of the versions and of the targets
    in.writer.complete();
    context.restart();
    context.run();
    served.get();
}

TEST_CASE("doc/http: a connection serves until the client ends or errs") {
    for (const std::string_view end : {"", "\r\n", "GET /half"}) {
        asio::io_context context;
        sluice::test::tcp_pair sockets(context);
        auto served = asio::co_spawn(context, serve(std::move(sockets.far)), asio::use_future);
        asio::write(sockets.near, asio::buffer(three_requests));
        asio::write(sockets.near, asio::buffer(end));
        sockets.near.shutdown(tcp::socket::shutdown_send);
        std::string answers;
        asio::async_read(sockets.near, asio::dynamic_buffer(answers),
                         [](sluice::error_code, std::size_t) {});
        context.run();
        served.get();
        CHECK(answers.find("/333") != answers.npos);
        CHECK((answers.find("400 Bad Request") != answers.npos) == (end != ""));
    }
}

TEST_CASE("doc/http: a long answer, and a request as a frame") {
    asio::io_context context;
    sluice::pipe pipe(context);
    std::size_t written = 0;
    response reply(http::status::ok, 11);
    reply.body() = std::string(1'000'000, 'x');
    reply.prepare_payload();
    // [async_write
    sluice::http::async_write(pipe.writer, reply, [&](sluice::error_code ec, std::size_t n) {
        written = n;
        pipe.writer.complete(ec);
    });
    // async_write]
    context.poll();
    CHECK(written == 0); // it waits
    CHECK(pipe.reader.buffered() < 500'000);

    sluice::pipe in(context);
    in.writer.write(asio::buffer(three_requests));
    CHECK(in.writer.try_flush());
    std::string targets;
    // [message_decoder
    sluice::framed_reader requests(in.reader, sluice::http::request_decoder<>());
    while (const auto request = requests.try_next())
        targets += request->target();
    // message_decoder]
    CHECK(targets == "/1/22/333");
}
