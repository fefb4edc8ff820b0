// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_frames.hpp"
#include "support/http_outcome.hpp"
#include <sluice/http/read.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace http = boost::beast::http;
using namespace sluice::test;
using sluice::error_code;

namespace {

constexpr std::size_t limit_segment_sizes[] = {1, 16, 4096, 65536};

const prepare_parser<true> at_most_100 = [](string_parser<true>& parser) {
    parser.header_limit(100);
};

// What try_read says of bytes that come in two parts.
std::string error_in_parts(std::string_view bytes, std::size_t cut, std::size_t segment_size,
                           prepare_parser<true> prepare = as_it_is<true>) {
    boost::asio::io_context context;
    piecewise_reading<true> reading(context, segment_size, prepare);
    reading.feed(bytes.substr(0, cut));
    reading.feed(bytes.substr(cut));
    return reading.end().error;
}

std::string message_of(http::error error) {
    return error_code(error).message();
}

const std::string chunked_header = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

} // namespace

TEST_CASE("http::try_read: a header whose lines never end is refused, however they arrive") {
    for (const std::string_view start : {"GET / HTTP/1.1\r\nX", "GET / HTTP/1.1\r\n"})
        for (const std::size_t segment : limit_segment_sizes) {
            boost::asio::io_context context;
            sluice::pipe pipe(context, with_segments_of(segment));
            string_parser<true> parser;
            error_code ec = boost::asio::error::would_block;
            std::size_t sent = 0;
            std::string_view part = start;
            while (ec == boost::asio::error::would_block && sent < 100'000) {
                pipe.writer.write(boost::asio::buffer(part));
                (void)pipe.writer.try_flush();
                sent += part.size();
                part = start.ends_with('X') ? "-1: aaaa\r\nX" : "X-1: aaaa\r\n";
                ec = sluice::http::try_read(pipe.reader, parser).error();
            }
            CAPTURE(segment);
            CHECK(ec == http::error::header_limit);
            CHECK(sent <= 2 * 8192 + part.size()); // the parser's limit is 8192
        }
}

TEST_CASE("http::try_read: the limit of a header counts all its bytes, wherever it is cut") {
    const std::string start = "GET / HTTP/1.1\r\nA: 45678901234567890\r\nB: ";
    for (const std::size_t size : {99u, 100u, 101u, 148u}) {
        const std::string header = start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
        const std::string expected = size > 100 ? message_of(http::error::header_limit) : "";
        for (const std::size_t segment : limit_segment_sizes)
            for (std::size_t cut = 0; cut <= header.size(); ++cut) {
                CAPTURE(size);
                CAPTURE(segment);
                CAPTURE(cut);
                CHECK(error_in_parts(header, cut, segment, at_most_100) == expected);
                CHECK(error_in_parts(header + header, cut, segment, at_most_100) == expected);
            }
    }
}

TEST_CASE("http::try_read: bytes that another has examined are searched for a header's end") {
    boost::asio::io_context context;
    sluice::pipe pipe(context, with_segments_of(16));
    const auto arrive = [&](std::string_view bytes) {
        pipe.writer.write(boost::asio::buffer(bytes));
        (void)pipe.writer.try_flush();
    };
    arrive("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
    const auto seen = pipe.reader.try_read();
    pipe.reader.advance(seen->buffer.start(), seen->buffer.finish());
    arrive("next");
    string_parser<true> parser;
    CHECK(sluice::http::try_read(pipe.reader, parser).has_value());
    CHECK(pipe.reader.buffered() == 4);
}

TEST_CASE("http: the limit of the header of a chunk is the same in every split") {
    constexpr std::size_t longest = 16 * 1024; // with the end of the line before it
    for (const std::size_t size : {longest, longest + 1, longest + 4000}) {
        const std::string line = "\r\n1;a=" + std::string(size - 8, 'x') + "\r\n";
        const std::string before = chunked_header + "1\r\ny";
        const std::string bytes = before + line + "z\r\n0\r\n\r\n";
        const bool good = size <= longest;
        const std::string expected = good ? "" : message_of(http::error::header_limit);
        for (const std::size_t segment : {16u, 4096u, 65536u})
            for (const std::size_t part :
                 std::array<std::size_t, 7>{0, 1, 100, 4096, longest - 1, longest, longest + 1}) {
                CAPTURE(size);
                CAPTURE(segment);
                CAPTURE(part);
                const std::size_t cut = before.size() + part;
                CHECK(error_in_parts(bytes, cut, segment) == expected);
                const http_frames frames = frames_of<true>(bytes, segment, {cut});
                CHECK((frames.messages != "") == good);
                if (!good)
                    CHECK(frames.end == http::error::header_limit);
            }
    }
}

TEST_CASE("http: the limit of a trailer is the same in every split") {
    for (const std::size_t field : {16'000u, 17'000u}) {
        const std::string trailer = "0\r\nA: " + std::string(field, 'x') + "\r\n\r\n";
        const std::string bytes = chunked_header + trailer;
        const std::string expected = field > 16'384 ? message_of(http::error::header_limit) : "";
        for (const std::size_t segment : {16u, 4096u, 65536u})
            for (const std::size_t part : {0u, 100u, 16'384u, 16'385u}) {
                CAPTURE(field);
                CAPTURE(segment);
                CAPTURE(part);
                const std::size_t cut = std::min(chunked_header.size() + part, bytes.size());
                CHECK(error_in_parts(bytes, cut, segment) == expected);
                CHECK((frames_of<true>(bytes, segment, {cut}).messages != "") == (expected == ""));
            }
    }
}
