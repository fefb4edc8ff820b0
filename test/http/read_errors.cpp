// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_outcome.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include <sluice/http/read.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <optional>

namespace http = boost::beast::http;
namespace asio = boost::asio;
using namespace sluice::test;
using sluice::error_code;

namespace {

// Reads a message of which only `bytes` come; then the writer completes, with `end`.
error_code error_of(std::string_view bytes, error_code end = {}) {
    asio::io_context context;
    sluice::pipe pipe(context, with_segments_of(16));
    string_parser<true> parser;
    error_code got;
    sluice::http::async_read(pipe.reader, parser, [&](error_code ec, std::size_t) { got = ec; });
    context.poll();
    pipe.writer.write(asio::buffer(bytes));
    (void)pipe.writer.try_flush();
    context.poll();
    pipe.writer.complete(end);
    context.run();
    return got;
}

} // namespace

TEST_CASE("http::async_read tells an end between messages from one within") {
    CHECK(error_of("") == http::error::end_of_stream);
    CHECK(error_of("G") == http::error::partial_message);
    CHECK(error_of("GET / HTTP/1.1\r\n\r") == http::error::partial_message);
    CHECK(error_of("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx") ==
          http::error::partial_message);
    CHECK(error_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r") ==
          http::error::partial_message);
}

TEST_CASE("http::async_read reports the error of the writer, at any place") {
    const error_code reset = asio::error::connection_reset;
    const std::string_view message = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nxy";
    for (std::size_t n = 0; n != message.size(); ++n)
        CHECK(error_of(message.substr(0, n), reset) == reset);
    CHECK(!error_of(message, reset));
}

TEST_CASE("http::async_read: a header that never ends is refused, however it arrives") {
    for (const std::size_t piece : {1u, 10u, 1000u})
        for (const std::size_t segment : {16u, 1000u, 16384u}) {
            asio::io_context context;
            sluice::pipe pipe(context, with_segments_of(segment));
            string_parser<true> parser;
            std::optional<error_code> got;
            sluice::http::async_read(pipe.reader, parser,
                                     [&](error_code ec, std::size_t) { got = ec; });
            std::size_t sent = 0;
            pipe.writer.write(asio::buffer(std::string_view("GET / HTTP/1.1\r\nA: ")));
            for (; !got && sent < 100'000; sent += piece) {
                pipe.writer.write(asio::buffer(std::string(piece, 'x')));
                (void)pipe.writer.try_flush();
                context.poll();
            }
            CAPTURE(piece);
            CAPTURE(segment);
            REQUIRE(got);
            CHECK(*got == http::error::header_limit);
            CHECK(sent <= 2 * 8192 + piece); // the parser's limit is 8192
        }
}

TEST_CASE("http::async_read: the body limit holds for every framing") {
    const std::string bodies[] = {
        "Content-Length: 11\r\n\r\n01234567890",
        "Transfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n7\r\n4567890\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
    };
    for (const std::size_t size : {1u, 16u, 4096u})
        for (const std::string& body : bodies) {
            asio::io_context context;
            sluice::pipe pipe(context, with_segments_of(size));
            string_parser<true> parser;
            parser.body_limit(10);
            pipe.writer.write(asio::buffer("POST / HTTP/1.1\r\n" + body));
            (void)pipe.writer.try_flush();
            const auto got = sluice::http::try_read(pipe.reader, parser);
            CHECK(got.error() == http::error::body_limit);
            CHECK(parser.get().body().size() <= 10);
        }
    for (const std::size_t size : {1u, 16u, 4096u}) {
        asio::io_context context;
        sluice::pipe pipe(context, with_segments_of(size));
        string_parser<false> parser;
        parser.body_limit(10);
        pipe.writer.write(asio::buffer(std::string_view("HTTP/1.1 200 OK\r\n\r\n01234567890")));
        (void)pipe.writer.try_flush();
        CHECK(sluice::http::try_read(pipe.reader, parser).error() == http::error::body_limit);
    }
}

TEST_CASE("http::async_read: cancelled between any two bytes, it goes on with the same parser") {
    const std::string message = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3;e\r\nabc\r\n0\r\nA: b\r\n\r\n";
    for (const auto type : all_types)
        for (const std::size_t size : {1u, 4096u}) {
            asio::io_context context;
            sluice::pipe pipe(context, with_segments_of(size));
            string_parser<true> parser;
            asio::cancellation_signal signal;
            std::size_t total = 0, aborted = 0;
            bool done = false;
            for (std::size_t i = 0; i <= message.size(); ++i) {
                sluice::http::async_read(
                    pipe.reader, parser,
                    asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::size_t n) {
                        total += n;
                        done = !ec;
                        aborted += ec == asio::error::operation_aborted;
                    }));
                if (i == message.size())
                    break;
                pipe.writer.write(asio::buffer(message.substr(i, 1)));
                (void)pipe.writer.try_flush();
                context.restart();
                context.poll();
                add_to_proof(6, "cancellations of HTTP messages", 1);
                if (i % 2 == 0)
                    signal.emit(type);
                else if (!done)
                    pipe.reader.cancel_pending_read();
                context.restart();
                context.poll();
            }
            context.restart();
            context.run();
            CHECK(done);
            CHECK(aborted == message.size() - 1);
            CHECK(total == message.size());
            CHECK(parser.get().body() == "abc");
            CHECK(parser.get()["A"] == "b");
            CHECK(pipe.reader.buffered() == 0);
        }
}

// The writer's handler runs inside the read's own advance.
TEST_CASE("http::async_read: a cancellation by a handler that the read has woken is not lost") {
    asio::io_context context;
    auto options = with_segments_of(4096);
    options.pause_threshold = 4;
    sluice::pipe pipe(context, options);
    string_parser<true> parser;
    asio::cancellation_signal signal;
    std::optional<error_code> got;
    sluice::http::async_read(
        pipe.reader, parser,
        asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::size_t) { got = ec; }));
    context.poll();
    asio::post(context, [&] {
        asio::post(context, [&] {
            pipe.writer.write(asio::buffer(std::string_view("GET / HTTP")));
            pipe.writer.flush([&](error_code) { signal.emit(asio::cancellation_type::terminal); });
        });
    });
    context.poll();
    REQUIRE(got);
    CHECK(*got == asio::error::operation_aborted);
}

TEST_CASE("http::async_read: a broken message leaves what the parser did not take") {
    asio::io_context context;
    sluice::pipe pipe(context, with_segments_of(16));
    string_parser<true> parser;
    pipe.writer.write(asio::buffer(std::string_view("GET / HTTP/1.1\r\nbad field\r\n\r\nrest")));
    (void)pipe.writer.try_flush();
    CHECK(sluice::http::try_read(pipe.reader, parser).error() == http::error::bad_field);
    const auto left = pipe.reader.try_read();
    REQUIRE(left.has_value());
    CHECK(left->buffer.equals("bad field\r\n\r\nrest"));
}
