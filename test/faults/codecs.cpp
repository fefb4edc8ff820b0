// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/faulty_stream.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

using namespace sluice::test;
namespace http = boost::beast::http;

namespace {

const std::size_t frames = proof_amount(5, 15);
const std::size_t requests = proof_amount(1, 4);

const sluice::segment_pool& pool() {
    static const sluice::segment_pool one({.segment_size = 16});
    return one;
}
template <class Stream>
auto reader_of(Stream& stream) {
    return sluice::stream_reader<Stream&>(
        stream, {.max_read_size = 10, .minimum_segment_size = 1, .pool = pool()});
}
template <class Stream>
auto writer_of(Stream& stream) {
    return sluice::stream_writer<Stream&>(stream, {.minimum_segment_size = 1, .pool = pool()});
}

std::string line(std::size_t number) {
    return "line " + std::string(number % 5, '*') + std::to_string(number);
}

template <class Stream>
void read_frames(fault& what) {
    std::string content;
    for (std::size_t i = 0; i != frames; ++i)
        content += line(i) + "\n";
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream", content);
        sluice::framed_reader lines(reader_of(stream), sluice::line_decoder());
        std::size_t taken = 0;
        unsigned errors = 0;
        while (true) {
            unsigned calls = 0;
            error_code ec;
            lines.async_next([&](error_code e, const sluice::readable_buffer& got) {
                ++calls;
                ec = e;
                if (!e && taken != frames)
                    CHECK(line(taken).starts_with(got.to_string()));
                taken += !e && got.equals(line(taken));
            });
            poll(context);
            REQUIRE(calls == 1);
            if (!ec)
                continue;
            if (ec == asio::error::operation_aborted && ++errors == 1)
                continue; // the wait was cancelled, or reading is over for good
            CHECK((ec == asio::error::eof || (what.has_struck() && ec == what.ec) ||
                   (what.has_struck() && ec == sluice::errc::truncated_frame)));
            break;
        }
        if (!what.has_struck() || stream.given() == content.size())
            CHECK(taken == frames);
    }
    CHECK(pool().stats().bytes_in_use == 0);
}

template <class Stream>
void write_frames(fault& what) {
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream");
        sluice::framed_writer lines(writer_of(stream), sluice::line_encoder());
        std::string all;
        for (std::size_t i = 0; i != frames; ++i) {
            wait_outcome written;
            lines.async_write(line(i), written.handler());
            all += line(i) + "\n";
            poll(context);
            REQUIRE(written.calls == 1);
            if (!written.ec && !what.has_struck())
                CHECK(stream.written() == all);
            if (written.ec) {
                CHECK(what.has_struck());
                CHECK(written.ec == what.ec);
            }
        }
        CHECK(all.starts_with(stream.written()));
        if (!what.has_struck())
            CHECK(stream.written() == all);
    }
    CHECK(pool().stats().bytes_in_use == 0);
}

template <class Stream>
void read_requests(fault& what) {
    std::string content;
    for (std::size_t i = 0; i != requests; ++i)
        content += "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n01234567890123456789";
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream", content);
        auto reader = reader_of(stream);
        std::size_t taken = 0;
        error_code ec;
        unsigned errors = 0;
        while (!ec) {
            http::request_parser<http::string_body> parser;
            for (bool again = true; again;) {
                unsigned calls = 0;
                sluice::http::async_read(reader, parser, [&](error_code e, auto...) {
                    ++calls;
                    ec = e;
                });
                poll(context);
                REQUIRE(calls == 1);
                again = ec == asio::error::operation_aborted && ++errors == 1;
            }
            if (!ec) {
                CHECK(parser.get().body() == "01234567890123456789");
                ++taken;
            }
        }
        CHECK((ec == http::error::end_of_stream || (what.has_struck() && ec == what.ec) ||
               (what.has_struck() && ec == http::error::partial_message)));
        CHECK(taken == stream.given() / (content.size() / requests));
        if (!what.has_struck())
            CHECK(taken == requests);
    }
    CHECK(pool().stats().bytes_in_use == 0);
}

template <class Stream>
void write_request(fault& what) {
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream");
        auto writer = writer_of(stream);
        http::request<http::string_body> request(http::verb::post, "/", 11);
        request.body() = std::string(10 * requests, 'b');
        request.prepare_payload();
        const std::string expected =
            "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(request.body().size()) +
            "\r\n\r\n" + request.body();
        unsigned calls = 0;
        error_code ec;
        sluice::http::async_write(writer, request, [&](error_code e, auto...) {
            ++calls;
            ec = e;
        });
        poll(context);
        REQUIRE(calls == 1);
        CHECK(expected.starts_with(stream.written()));
        if (ec)
            CHECK((what.has_struck() && ec == what.ec));
        else
            CHECK(stream.written() == expected);
    }
    CHECK(pool().stats().bytes_in_use == 0);
}

} // namespace

TEST_CASE("faults: frames, both ways") {
    play_faults("frames from a stream", read_frames<faulty_stream>);
    play_faults("frames to a socket", write_frames<faulty_socket>);
}

TEST_CASE("faults: HTTP messages, both ways") {
    play_faults("requests from a socket", read_requests<faulty_socket>);
    play_faults("a request to a stream", write_request<faulty_stream>);
}
