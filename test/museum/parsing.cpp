// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Bugs of Netty, Beast, aiohttp and Node.js in what takes messages out of bytes, as tests of this
// library.
#include "support/numbered_bytes.hpp"
#include "support/test_pipe.hpp"
#include <sluice/http/message_decoder.hpp>
#include <sluice/http/read.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/stream/pipe_stream.hpp>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <vector>

using namespace sluice;
using namespace sluice::test;
namespace beast_http = boost::beast::http;

namespace {

// Takes lines, and runs out of memory at the third call of each line.
struct failing_decoder {
    using frame_type = readable_buffer;
    line_decoder lines = line_decoder();
    int calls = 0;
    decoded<frame_type> decode(byte_reader& in) {
        if (++calls % 3 == 0)
            throw std::bad_alloc();
        return lines.decode(in);
    }
};

using request_parser = beast_http::request_parser<beast_http::string_body>;

std::string post(std::string_view body) {
    return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

constexpr std::string_view upgrade = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                     "Upgrade: websocket\r\n\r\n";

} // namespace

// What had been cumulated was lost to everybody, the pool included, when adding to it failed.
TEST_CASE("Netty: buffers leaked when the cumulator throws") {
    const pipe_options options = with_segments(16);
    {
        test_pipe pipe(options);
        framed_reader lines(pipe.reader, failing_decoder{});
        std::vector<std::string> seen;
        int failures = 0;
        for (int i = 0; i != 100; ++i) {
            (void)pipe.publish("a line of some segments " + std::to_string(i) + "\nthe next");
            for (;;) {
                try {
                    const auto line = lines.try_next();
                    if (!line)
                        break;
                    seen.push_back(line->to_string());
                } catch (const std::bad_alloc&) {
                    ++failures;
                }
            }
        }
        CHECK(failures > 50);
        REQUIRE(seen.size() == 100);
        CHECK(seen[0] == "a line of some segments 0");
        CHECK(seen[99] == "the nexta line of some segments 99");
    }
    CHECK(options.pool.stats().bytes_in_use == 0);
}

// Each chunk kept a whole buffer alive, however little of it was used.
TEST_CASE("Netty: one-byte chunks blow up memory") {
    pipe_options options = with_thresholds(0, 0, with_segments(4096));
    options.max_buffered = 0;
    test_pipe pipe(options);
    constexpr std::size_t count = 50'000;
    for (std::size_t i = 0; i != count; ++i) {
        const char byte = numbered_byte(i);
        (void)pipe.writer.prepare(512); // as one who reads from a socket would
        if (i % 2) {
            std::memcpy(pipe.writer.prepare(512).data(), &byte, 1);
            pipe.writer.commit(1);
        } else {
            pipe.write({&byte, 1});
        }
        REQUIRE(pipe.writer.try_flush());
    }
    CHECK(options.pool.stats().bytes_in_use < 2 * count);
    CHECK(is_numbered(pipe.take()));
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    CHECK(options.pool.stats().bytes_in_use == 0);
}

// A message that spanned buffers was flattened together with what lay behind it, and beyond.
TEST_CASE("Beast: parser flatten over-read") {
    const std::string text = post("body"), behind = "GET /behind HTTP/1.1\r\n\r\n";
    for (const std::size_t segment : {1, 2, 16})
        for (std::size_t cut = 1; cut <= text.size() + behind.size(); ++cut) {
            test_pipe pipe(with_segments(segment));
            request_parser parser;
            const std::string all = text + behind;
            (void)pipe.publish(all.substr(0, cut));
            result<std::size_t> taken = http::try_read(pipe.reader, parser);
            std::size_t sum = taken ? *taken : 0;
            (void)pipe.publish(all.substr(cut));
            if (!parser.is_done())
                taken = http::try_read(pipe.reader, parser);
            REQUIRE(taken.has_value());
            sum = std::max(sum, *taken);
            CHECK(parser.get().body() == "body");
            CHECK(pipe.reader.buffered() == behind.size());
            CHECK(pipe.take() == behind);
        }
}

// Frames that had come with the handshake were in a buffer that the continuation did not look at.
TEST_CASE("Beast: continuation frames dropped with leftovers") {
    // "Hel", "lo, ", "world" as one message: text, continuation, last continuation.
    const std::string frames = {"\x01\x03Hel\x00\x04lo, \x80\x05world", 18};
    for (std::size_t cut = 1; cut <= upgrade.size() + frames.size(); ++cut) {
        asio::io_context context;
        auto [client, server] =
            make_pipe_streams(asio::any_io_executor(context.get_executor()), with_segments(16));
        const std::string all = std::string(upgrade) + frames;
        CHECK(client.write_some(asio::buffer(all, cut)) == cut);
        beast_http::request_parser<beast_http::empty_body> parser;
        (void)http::try_read(server.reader(), parser);
        if (cut != all.size())
            (void)client.write_some(asio::buffer(all.substr(cut)));
        if (!parser.is_done())
            (void)http::try_read(server.reader(), parser);
        REQUIRE(parser.upgrade());
        std::string message;
        for (bool last = false; !last;) { // as a WebSocket would, from the stream
            unsigned char head[2];
            error_code ec;
            REQUIRE(server.read_some(asio::buffer(head), ec) == 2);
            last = (head[0] & 0x80) != 0;
            std::string part(head[1], '\0');
            REQUIRE(server.read_some(asio::buffer(part), ec) == part.size());
            message += part;
        }
        CHECK(message == "Hello, world");
    }
}

// What the parser was shown a second time, because it had asked for more, counted again.
TEST_CASE("Beast: body limit counted twice on need-more") {
    for (const std::size_t segment : {1, 16}) {
        for (const bool chunked : {false, true}) {
            const std::string body(100, 'b');
            const std::string text =
                chunked ? "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + body +
                              "\r\n0\r\n\r\n"
                        : post(body);
            for (const std::size_t limit : {100, 99}) {
                test_pipe decoded_pipe(with_segments(segment)), pipe(with_segments(segment));
                framed_reader requests(decoded_pipe.reader,
                                       http::request_decoder<>({.max_body_size = limit}));
                request_parser parser;
                parser.body_limit(limit);
                error_code first = asio::error::would_block, second = asio::error::would_block;
                for (const char& byte : text) {
                    (void)decoded_pipe.publish({&byte, 1});
                    (void)pipe.publish({&byte, 1});
                    if (first == asio::error::would_block)
                        first = requests.try_next().error();
                    if (second == asio::error::would_block)
                        second = http::try_read(pipe.reader, parser).error();
                }
                const error_code expected =
                    limit == 100 ? error_code() : error_code(beast_http::error::body_limit);
                CHECK(first == expected);
                CHECK(second == expected);
            }
        }
    }
}

// The bytes behind an upgrade were given to the next protocol, and kept for it once more.
TEST_CASE("aiohttp: message tail kept twice") {
    for (std::size_t cut = 1; cut != upgrade.size() + 8; ++cut) {
        test_pipe pipe(with_segments(16));
        framed_reader requests(pipe.reader, http::request_decoder<>());
        const std::string all = std::string(upgrade) + "the tail";
        bool seen = false;
        for (const std::string& part : {all.substr(0, cut), all.substr(cut)}) {
            (void)pipe.publish(part);
            if (!seen && requests.try_next())
                seen = true;
        }
        REQUIRE(seen);
        requests.release();
        CHECK(pipe.take() == "the tail");
        CHECK(pipe.reader.buffered() == 0);
        CHECK(requests.try_next().error() == asio::error::would_block);
    }
}

// The parser stopped one byte behind the header of an upgrade.
TEST_CASE("Node.js: one byte lost at protocol upgrade") {
    for (std::size_t first = 1; first <= upgrade.size(); ++first)
        for (const std::size_t step : {1, 7, 1000}) {
            test_pipe pipe(with_segments(step == 7 ? 1 : 16));
            beast_http::request_parser<beast_http::empty_body> parser;
            const std::string all = std::string(upgrade) + "\x81\x02hi";
            std::size_t from = 0;
            for (std::size_t n = first; from != all.size(); n = step) {
                (void)pipe.publish(all.substr(from, n));
                from += std::min(n, all.size() - from);
                if (!parser.is_done())
                    (void)http::try_read_header(pipe.reader, parser);
            }
            CHECK(parser.upgrade());
            CHECK(pipe.take() == "\x81\x02hi");
        }
}
