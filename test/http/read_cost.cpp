// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "http/counted_new.hpp"
#include "support/http_outcome.hpp"
#include <sluice/http/read.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace sluice::test;

namespace {

// Feeds the message in pieces that never lie together, and returns what that allocates beyond
// parsing it in one piece.
std::size_t cost_of_dripping(const std::string& message, std::size_t piece,
                             prepare_parser<true> prepare, std::size_t segment_size = 16) {
    std::size_t in_one = bytes_allocated();
    CHECK(beast_outcome<true>(message, prepare).error == "");
    in_one = bytes_allocated() - in_one;

    boost::asio::io_context context;
    sluice::pipe pipe(context, with_segments_of(segment_size));
    pipe.writer.write(boost::asio::buffer(message)); // fills the pool
    pipe.writer.complete();
    pipe.reader.complete();
    pipe.reset();

    string_parser<true> parser;
    prepare(parser);
    const std::size_t before = bytes_allocated();
    for (std::size_t i = 0; i < message.size(); i += piece) {
        pipe.writer.write(
            boost::asio::buffer(message.data() + i, std::min(piece, message.size() - i)));
        (void)pipe.writer.try_flush();
        const auto got = sluice::http::try_read(pipe.reader, parser);
        if (got.has_error() && got.error() != boost::asio::error::would_block)
            FAIL(got.error().message());
    }
    CHECK(parser.is_done());
    const std::size_t cost = bytes_allocated() - before;
    return cost < in_one ? 0 : cost - in_one;
}

const prepare_parser<true> unlimited = [](string_parser<true>& parser) {
    parser.header_limit(10'000'000);
    parser.body_limit(boost::none);
};

} // namespace

TEST_CASE("http::try_read: a header that drips in is copied a few times, not once per piece") {
    std::string message = "GET / HTTP/1.1\r\n";
    while (message.size() < 200'000)
        message += "Field-" + std::to_string(message.size()) + ": some value\r\n";
    message += "\r\n";
    for (const std::size_t piece : {7u, 100u, 5000u}) {
        CAPTURE(piece);
        CHECK(cost_of_dripping(message, piece, unlimited) < 6 * message.size());
    }
}

TEST_CASE("http::try_read: a header of 8 KiB that drips in costs no large copy at all") {
    const std::string message = "GET / HTTP/1.1\r\nA: " + std::string(8000, 'x') + "\r\n\r\n";
    for (const std::size_t segment : {16u, 4096u})
        CHECK(cost_of_dripping(message, 1, as_it_is<true>, segment) < 4 * message.size());
}

TEST_CASE("http::try_read: what lies behind a header in two segments is not copied") {
    const std::string body(300'000, 'b');
    const std::string header = "POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n";
    boost::asio::io_context context;
    sluice::pipe pipe(context, with_segments_of(32));
    pipe.writer.write(boost::asio::buffer(header + body + header));
    (void)pipe.writer.try_flush();
    string_parser<true> parser;
    const std::size_t before = bytes_allocated();
    CHECK(*sluice::http::try_read_header(pipe.reader, parser) == header.size());
    CHECK(bytes_allocated() - before < 2000);
    CHECK(pipe.reader.buffered() == body.size() + header.size());
}

TEST_CASE("http::try_read: bodies are not copied") {
    const std::string body(300'000, 'b');
    CHECK(cost_of_dripping("POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n" + body, 3000,
                           as_it_is<true>) < 4 * body.size());
}

TEST_CASE("http::try_read: the header of a chunk that drips in is not copied once per piece") {
    const std::string message = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3;e=\"" +
                                std::string(15'000, 'x') + "\"\r\nabc\r\n0\r\n\r\n";
    CHECK(cost_of_dripping(message, 5, as_it_is<true>) < 10 * message.size());
}
