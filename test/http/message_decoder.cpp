// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "http/counted_new.hpp"
#include "support/http_frames.hpp"
#include <sluice/http/message_encoder.hpp>
#include <sluice/parse/framed_writer.hpp>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <doctest/doctest.h>

#include <cstdio>

using sluice::byte_reader;
using sluice::errc;
using sluice::error_code;
using sluice::framed_reader;
using sluice::framed_writer;
using sluice::pipe_options;
using namespace sluice::test;
namespace beast_http = boost::beast::http;

namespace {

std::string chunked(std::string_view body, std::size_t chunk) {
    std::string text = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
        const std::string_view part = body.substr(0, chunk);
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        text += size + std::string(part) + "\r\n";
    }
    return text + "0\r\n\r\n";
}

} // namespace

TEST_CASE("sluice::http::message_decoder: the limits can be changed while it is used") {
    http_arrival<true> arrival(0);
    const auto post = [](std::size_t size) {
        return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
               std::string(size, 'x');
    };
    arrival.with().max_body_size(10);
    CHECK(arrival.with().max_body_size() == 10);
    arrival.part(post(10));
    CHECK(arrival.seen().end == asio::error::would_block);
    arrival.part("POST / HTTP/1.1\r\n"); // holds for a header that has begun
    arrival.with().max_body_size(100);
    arrival.part("Content-Length: 100\r\n\r\n");
    arrival.with().max_body_size(5); // and not for one that is complete
    arrival.part(std::string(100, 'x'));
    CHECK(arrival.seen().end == asio::error::would_block);
    arrival.with().max_header_size(100);
    arrival.part("POST / HTTP/1.1\r\nA: " + std::string(79, 'y'));
    CHECK(arrival.seen().end == asio::error::would_block);
    arrival.with().max_header_size(99);
    arrival.part("\r");
    CHECK(arrival.seen().end == beast_http::error::header_limit);
}

TEST_CASE("sluice::http::response_decoder: a response without its body is announced") {
    http_arrival<false> arrival(16);
    const std::string_view head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    arrival.part(head.substr(0, 20));
    arrival.with().expect_no_body();
    arrival.part(head.substr(20));
    CHECK(arrival.seen().messages == "200 OK 11\nContent-Length=5\n\n|\n");
    arrival.part(std::string(head) + "hello");
    const http_frames seen = arrival.end();
    CHECK(seen.messages.ends_with("\nhello|\n"));
    CHECK(seen.end == asio::error::eof);
}

TEST_CASE("sluice::http::message_decoder: a body of known length is waited for as a whole") {
    test_pipe pipe(with_thresholds(100, 50));
    framed_reader requests(pipe.reader, sluice::http::request_decoder<>());
    const std::string body(10'000, 'b');
    int calls = 0;
    requests.async_next([&](error_code ec, const beast_http::request<beast_http::string_body>& r) {
        CHECK_FALSE(ec);
        CHECK((r.body() == body));
        ++calls;
    });
    (void)pipe.publish("POST / HTTP/1.1\r\nContent-Length: 10000\r\n\r\n");
    pipe.poll();
    const auto reads = pipe.stats().reads;
    for (std::size_t i = 0; i != body.size(); i += 100) {
        (void)pipe.publish(body.substr(i, 100));
        pipe.poll();
    }
    CHECK(calls == 1);
    CHECK(pipe.stats().reads == reads + 1);
}

TEST_CASE("sluice::http::message_decoder: more than may be buffered is refused with the header") {
    pipe_options options;
    options.max_buffered = 1000;
    test_pipe pipe(options);
    framed_reader requests(pipe.reader, sluice::http::request_decoder<>());
    (void)pipe.publish("POST / HTTP/1.1\r\nContent-Length: 10000\r\n\r\n");
    CHECK(requests.try_next().error() == errc::buffer_limit_exceeded);
}

TEST_CASE("sluice::http::message_decoder: what drips in is neither copied nor parsed again") {
    const std::string body(200'000, 'c');
    const std::string text = chunked(body, 1000);
    sluice::http::request_decoder<> decoder;
    const std::size_t before = bytes_allocated();
    for (std::size_t size = 1; size < text.size(); size += 7) {
        byte_reader in(std::string_view(text).substr(0, size));
        if (!decoder.decode(in).needs_more())
            FAIL("it is not whole");
    }
    byte_reader in(text);
    const auto message = decoder.decode(in);
    CHECK(bytes_allocated() - before < 4 * body.size());
    REQUIRE(static_cast<bool>(message));
    CHECK((message->body() == body));
    CHECK(in.empty());
}

TEST_CASE("sluice::http::message_decoder: other bodies, and a decoder that is moved in a message") {
    using body = beast_http::vector_body<unsigned char>;
    sluice::http::request_decoder<body> first;
    byte_reader half(std::string_view("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na"));
    CHECK(first.decode(half).needed() == 41);
    sluice::http::request_decoder<body> second(std::move(first));
    byte_reader whole(std::string_view("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd"));
    const auto message = second.decode(whole);
    REQUIRE(static_cast<bool>(message));
    CHECK(message->body() == std::vector<unsigned char>{'a', 'b', 'c'});
    CHECK(whole.remaining() == 1);

    sluice::http::request_decoder<beast_http::empty_body> none;
    byte_reader unwanted(std::string_view("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"));
    CHECK(none.decode(unwanted).error() == beast_http::error::unexpected_body);
}

TEST_CASE("sluice::http::message_decoder: after an error the same bytes give the same error") {
    sluice::http::request_decoder<> decoder;
    const std::string_view bad = "GET / HTTP/9.9\r\n\r\n";
    for (int i = 0; i != 2; ++i) {
        byte_reader in(bad);
        CHECK(decoder.decode(in).error() == beast_http::error::bad_version);
    }
    byte_reader good(std::string_view("GET / HTTP/1.1\r\n\r\n"));
    CHECK(static_cast<bool>(decoder.decode(good)));
}

TEST_CASE("sluice::http::message_encoder: what it writes is decoded again") {
    for (const bool in_chunks : {false, true}) {
        for (const std::size_t size : segment_sizes) {
            test_pipe pipe(with_segments(size));
            framed_writer requests(pipe.writer, sluice::http::message_encoder());
            beast_http::request<beast_http::string_body> sent{beast_http::verb::post, "/path", 11};
            sent.set(beast_http::field::host, "here");
            sent.body() = std::string(1000, 'b') + "\r\n\r\n";
            sent.chunked(in_chunks);
            sent.prepare_payload();
            CHECK(requests.write(sent));
            CHECK(requests.write(std::as_const(sent)));
            sent.body() = "";
            sent.prepare_payload();
            CHECK(requests.write(sent));
            CHECK(requests.try_flush());
            framed_reader received(pipe.reader, sluice::http::request_decoder<>());
            for (const std::size_t length : {1004u, 1004u, 0u}) {
                const auto message = received.try_next();
                REQUIRE(message.has_value());
                CHECK(message->target() == "/path");
                CHECK((*message)["Host"] == "here");
                CHECK(message->body().size() == length);
            }
            CHECK(received.try_next().error() == asio::error::would_block);
        }
    }
}

TEST_CASE("sluice::http::message_encoder: a body that fails leaves nothing written") {
    test_pipe pipe;
    framed_writer responses(pipe.writer, sluice::http::message_encoder());
    beast_http::response<beast_http::buffer_body> response{beast_http::status::ok, 11};
    response.body().data = nullptr;
    response.body().more = true;
    const auto written = responses.write(response);
    CHECK(written.error() == beast_http::error::need_buffer);
    CHECK(responses.unflushed() == 0);
}
