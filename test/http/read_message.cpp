// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_outcome.hpp"
#include <sluice/http/read.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <doctest/doctest.h>

#include <optional>

namespace http = boost::beast::http;
using namespace sluice::test;
using sluice::error_code;

namespace {

struct reading {
    boost::asio::io_context context;
    sluice::pipe pipe;
    explicit reading(std::size_t segment_size = 4096)
        : pipe(context, with_segments_of(segment_size)) {}

    void put(std::string_view bytes) {
        pipe.writer.write(boost::asio::buffer(bytes));
        (void)pipe.writer.try_flush();
    }
    struct answer {
        error_code ec;
        std::size_t taken;
    };
    template <bool isRequest>
    answer read(http::basic_parser<isRequest>& parser) {
        return finish(
            [&](auto handler) { sluice::http::async_read(pipe.reader, parser, handler); });
    }
    template <bool isRequest>
    answer read_header(http::basic_parser<isRequest>& parser) {
        return finish(
            [&](auto handler) { sluice::http::async_read_header(pipe.reader, parser, handler); });
    }
    std::string rest() {
        const auto left = pipe.reader.try_read();
        return left.has_error() ? "" : left->buffer.to_string();
    }

private:
    template <class Start>
    answer finish(Start start) {
        std::optional<answer> got;
        start([&](error_code ec, std::size_t n) { got = answer{ec, n}; });
        CHECK(!got); // never inside the initiating function
        context.restart();
        context.run();
        REQUIRE(got);
        return *got;
    }
};

} // namespace

TEST_CASE("http::async_read takes pipelined messages one by one, and nothing behind them") {
    for (const std::size_t size : {1u, 7u, 4096u}) {
        reading r(size);
        const std::string first = "POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
        const std::string second = "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
        const std::string third =
            "POST /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
        r.put(first + second + third + "what follows");
        string_parser<true> one, two, three;
        auto got = r.read(one);
        CHECK(!got.ec);
        CHECK(got.taken == first.size());
        CHECK(one.get().body() == "abc");
        got = r.read(two);
        CHECK(!got.ec);
        CHECK(got.taken == second.size());
        CHECK(two.get().target() == "/2");
        got = r.read(three);
        CHECK(!got.ec);
        CHECK(got.taken == third.size());
        CHECK(three.get().body() == "hi");
        CHECK(r.rest() == "what follows");
    }
}

TEST_CASE("http::async_read leaves what follows an upgrade in the pipe") {
    reading r(16);
    r.put("GET /chat HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    const std::string frames("\x81\x85\0\0\0\0hello\r\n\r\n", 15);
    r.put(frames);
    http::request_parser<http::empty_body> parser;
    CHECK(!r.read(parser).ec);
    CHECK(parser.upgrade());
    CHECK(r.rest() == frames);
}

TEST_CASE("http::async_read_header stops behind the header, async_read goes on from there") {
    for (const std::size_t size : {1u, 16u, 4096u}) {
        reading r(size);
        const std::string header = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
        r.put(header + "hello" + "more");
        string_parser<true> parser;
        auto got = r.read_header(parser);
        CHECK(!got.ec);
        CHECK(got.taken == header.size());
        CHECK(parser.is_header_done());
        CHECK(!parser.is_done());
        CHECK(r.pipe.reader.buffered() == 9);
        got = r.read(parser);
        CHECK(!got.ec);
        CHECK(got.taken == 5);
        CHECK(parser.get().body() == "hello");
        got = r.read(parser); // there is nothing left to do
        CHECK(!got.ec);
        CHECK(got.taken == 0);
        CHECK(r.rest() == "more");
    }
}

TEST_CASE("http::try_read and try_read_header go on where they stopped") {
    reading r(16);
    string_parser<true> parser;
    CHECK(sluice::http::try_read_header(r.pipe.reader, parser).error() ==
          boost::asio::error::would_block);
    r.put("POST / HTTP/1.1\r\nContent-Le");
    CHECK(sluice::http::try_read_header(r.pipe.reader, parser).error() ==
          boost::asio::error::would_block);
    r.put("ngth: 5\r\n\r\nhe");
    CHECK(sluice::http::try_read_header(r.pipe.reader, parser).has_value());
    CHECK(r.pipe.reader.buffered() == 2);
    CHECK(sluice::http::try_read(r.pipe.reader, parser).error() == boost::asio::error::would_block);
    r.put("llo!");
    CHECK(*sluice::http::try_read(r.pipe.reader, parser) == 3);
    CHECK(parser.get().body() == "hello");
    CHECK(r.rest() == "!");
}

TEST_CASE("http::async_read: the lazy ones do not change the parser before they start") {
    reading r;
    r.put("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
    string_parser<true> parser;
    auto header = sluice::http::async_read_header(r.pipe.reader, parser, boost::asio::deferred);
    auto message = sluice::http::async_read(r.pipe.reader, parser, boost::asio::deferred);
    bool done = false;
    std::move(header)([&](error_code ec, std::size_t) {
        CHECK(!ec);
        CHECK(!parser.is_done());
        CHECK(r.pipe.reader.buffered() == 5);
        std::move(message)([&](error_code, std::size_t) { done = parser.is_done(); });
    });
    r.context.run();
    CHECK(done);
}

TEST_CASE("http::async_read shows chunk extensions and trailers to the parser") {
    reading r(8);
    r.put("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3;a=1;b=\"x y\"\r\nabc\r\n2\r\nde\r\n0;end\r\nSum: 5\r\nEtag: e\r\n\r\n!");
    http::response_parser<http::string_body> parser;
    std::string extensions;
    auto seen = [&](std::uint64_t, boost::beast::string_view text, error_code&) {
        extensions.append(text.data(), text.size()).append("|");
    };
    parser.on_chunk_header(seen);
    CHECK(!r.read(parser).ec);
    CHECK(extensions == ";a=1;b=\"x y\"||;end|");
    CHECK(parser.get().body() == "abcde");
    CHECK(parser.get()["Sum"] == "5");
    CHECK(parser.get()["ETag"] == "e");
    CHECK(r.rest() == "!");
}

TEST_CASE("http::async_read: a response without a length ends with the stream") {
    reading r(8);
    http::response_parser<http::string_body> parser;
    r.put("HTTP/1.1 200 OK\r\n\r\nall of it");
    r.pipe.writer.complete();
    CHECK(!r.read(parser).ec);
    CHECK(parser.is_done());
    CHECK(parser.get().body() == "all of it");
}

TEST_CASE("http::async_read: a buffer_body takes what fits and asks for a buffer") {
    for (const std::size_t size : {1u, 5u, 4096u}) {
        reading r(size);
        const std::string body = "0123456789abcdefghij";
        r.put("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n" + body + "next");
        http::request_parser<http::buffer_body> parser;
        CHECK(!r.read_header(parser).ec);
        std::string got;
        while (!parser.is_done()) {
            char room[7];
            parser.get().body().data = room;
            parser.get().body().size = sizeof room;
            const error_code ec = r.read(parser).ec;
            CHECK((!ec || ec == http::error::need_buffer));
            got.append(room, sizeof room - parser.get().body().size);
            if (ec && ec != http::error::need_buffer)
                break;
        }
        CHECK(got == body);
        CHECK(r.rest() == "next");
    }
}

namespace {

// Reads one request after the other, each with a new parser.
struct request_loop {
    sluice::pipe_reader& reader;
    std::size_t& count;
    std::optional<string_parser<true>> parser{};

    void next() {
        parser.emplace();
        sluice::http::async_read(reader, *parser, [this](error_code ec, std::size_t) {
            if (ec) {
                CHECK(ec == http::error::end_of_stream);
                return;
            }
            CHECK(parser->get().target() == "/" + std::to_string(count));
            ++count;
            next();
        });
    }
};

struct request_writer {
    sluice::pipe_writer& writer;
    std::size_t left;
    std::size_t sent = 0;

    void operator()(error_code ec = {}) {
        CHECK(!ec);
        for (int i = 0; i != 100 && left != 0; ++i, --left)
            writer.write(boost::asio::buffer("GET /" + std::to_string(sent++) +
                                             " HTTP/1.1\r\nHost: example.com\r\n\r\n"));
        if (left == 0)
            return writer.complete();
        writer.flush(std::move(*this));
    }
};

} // namespace

TEST_CASE("http::async_read: 100,000 pipelined requests under back-pressure") {
    boost::asio::io_context context;
    sluice::pipe_options options;
    options.pause_threshold = 2000;
    options.pool = sluice::segment_pool({.segment_size = 4096});
    sluice::pipe pipe(context, options);
    std::size_t count = 0;
    request_loop loop{pipe.reader, count};
    loop.next();
    request_writer{pipe.writer, 100'000}();
    context.run();
    CHECK(count == 100'000);
    CHECK(options.pool.stats().bytes_in_use == 0);
    CHECK(options.pool.stats().peak_bytes_in_use < 64 * 1024);
}
