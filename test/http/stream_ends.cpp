// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// HTTP straight over streams: sluice::http::async_read and async_write over stream_reader and
// stream_writer, unchanged.
#include "support/outcome.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace beast_http = boost::beast::http;
using sluice::stream_reader;
using sluice::stream_writer;
using namespace sluice::test;
using asio::use_awaitable;

namespace {

using request = beast_http::request<beast_http::string_body>;
using response = beast_http::response<beast_http::string_body>;

template <class Socket>
asio::awaitable<void> serve(Socket& socket, int count) {
    stream_reader in(socket);
    stream_writer out(socket);
    for (int i = 0; i != count; ++i) {
        beast_http::request_parser<beast_http::string_body> parser;
        co_await sluice::http::async_read(in, parser, use_awaitable);
        response answer(beast_http::status::ok, 11);
        answer.body() = parser.get().body() + " to " + std::string(parser.get().target());
        answer.prepare_payload();
        co_await sluice::http::async_write(out, answer, use_awaitable);
    }
    beast_http::request_parser<beast_http::string_body> none;
    const auto [ec, n] = co_await sluice::http::async_read(in, none, as_result);
    CHECK(ec == beast_http::error::end_of_stream);
    out.complete();
    co_await out.async_wait_reader_completed(use_awaitable);
}

template <class Socket>
asio::awaitable<void> ask(Socket& socket, int count, std::size_t size) {
    stream_reader in(socket);
    stream_writer out(socket);
    for (int i = 0; i != count; ++i) {
        request question(beast_http::verb::post, "/" + std::to_string(i), 11);
        question.body() = std::string(size, 'q');
        question.prepare_payload();
        co_await sluice::http::async_write(out, question, use_awaitable);
        beast_http::response_parser<beast_http::string_body> parser;
        co_await sluice::http::async_read(in, parser, use_awaitable);
        CHECK(parser.get().body() == std::string(size, 'q') + " to /" + std::to_string(i));
    }
    out.complete();
    const auto [ec, read] = co_await in.async_read(as_result);
    CHECK_FALSE(ec);
    CHECK(read.completed);
    CHECK(read.buffer.empty());
}

} // namespace

TEST_CASE_TEMPLATE("HTTP over stream_reader and stream_writer", Pair, tcp_pair, local_pair) {
    for (const std::size_t size : {0u, 10u, 500'000u}) {
        asio::io_context context;
        Pair pair(context);
        int ended = 0;
        const auto done = [&](std::exception_ptr failure) {
            CHECK_FALSE(failure);
            ++ended;
        };
        asio::co_spawn(context, serve(pair.far, 5), done);
        asio::co_spawn(context, ask(pair.near, 5, size), done);
        context.run();
        CHECK(ended == 2);
    }
}

TEST_CASE("HTTP over stream_reader: what follows an upgrade stays for the next protocol") {
    asio::io_context context;
    local_pair pair(context);
    stream_reader in(pair.far);
    asio::write(pair.near,
                asio::buffer(std::string("GET / HTTP/1.1\r\nUpgrade: x\r\n\r\nnext protocol")));
    beast_http::request_parser<beast_http::string_body> parser;
    CHECK(sluice::http::try_read(in, parser).has_value());
    CHECK(in.try_read()->buffer.equals("next protocol"));
}
