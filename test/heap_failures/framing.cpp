// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while messages are written to a pipe and found in it.
#include "heap_failures/course.hpp"
#include "heap_failures/passage.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/length_prefix_decoder.hpp>
#include <sluice/parse/length_prefix_encoder.hpp>
#include <sluice/pipe/memory_reader.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/write.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("rule 27: a memory_reader shows the same again when an allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        passage bytes;
        memory_reader reader(context.get_executor(),
                             readable_buffer::over(asio::buffer(bytes.all())));
        read_fate read;
        now.carry_out(context, {bytes.reading(reader, read)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: frames are whole when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        const pipe_options options = narrow_pipe();
        std::optional<sluice::pipe> ends;
        now.attempt([&] { ends.emplace(context, options); });
        framed_writer<pipe_writer&, length_prefix_encoder> out(ends->writer);
        framed_reader<pipe_reader&, length_prefix_decoder> in(ends->reader);
        passage bytes;
        wait_fate written;
        fate_of<readable_buffer> read;
        now.carry_out(context,
                      {{written, [&] { out.async_write(bytes.next_text(), written.handler()); },
                        [&] {
                            bytes.sent();
                            return !bytes.all_sent();
                        }},
                       {read, [&] { in.async_next(read.handler()); },
                        [&] {
                            bytes.receive(std::exchange(read.result, {}));
                            return !bytes.arrived();
                        }}});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: async_write says what it has written when an allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        const pipe_options options = narrow_pipe();
        std::optional<sluice::pipe> ends;
        now.attempt([&] { ends.emplace(context, options); });
        passage bytes;
        fate_of<std::size_t> written;
        read_fate read;
        now.carry_out(context,
                      {{written,
                        [&] {
                            bytes.sent(std::exchange(written.result, 0)); // by one that failed
                            sluice::async_write(ends->writer, bytes.rest(), written.handler());
                        },
                        [&] {
                            ends->writer.complete();
                            return false;
                        }},
                       bytes.reading(ends->reader, read)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE(
    "rule 27: a message of HTTP is whole, or an error, when an allocation of the heap fails") {
    namespace http = boost::beast::http;
    with_every_failure([](course& now) {
        asio::io_context context;
        const pipe_options options = narrow_pipe();
        std::optional<sluice::pipe> ends;
        now.attempt([&] { ends.emplace(context, options); });
        http::response<http::string_body> message(http::status::ok, 11);
        message.set("Sluice-Test", std::string(100, 'x'));
        message.body() = numbered_bytes(200);
        message.prepare_payload();
        http::response_parser<http::string_body> parser;
        fate_of<std::size_t> written, read;
        const auto give_up = [&] {
            ends->writer.complete(no_memory);
            ends->reader.complete(no_memory);
        };
        now.carry_out(
            context, {{written,
                       [&] { sluice::http::async_write(ends->writer, message, written.handler()); },
                       {},
                       give_up},
                      {read,
                       [&] { sluice::http::async_read(ends->reader, parser, read.handler()); },
                       {},
                       give_up}});
        const bool whole = !written.ec && !read.ec;
        CHECK((whole ? parser.get().body() == message.body()
                     : written.ec == no_memory || read.ec == no_memory));
    });
}

TEST_CASE("rule 27: a message of HTTP goes on when there is no memory for the header of a chunk") {
    namespace http = boost::beast::http;
    const std::string before = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello";
    const std::string chunk = "\r\n1;a=" + std::string(10'000, 'x') + "\r\n!\r\n0\r\n\r\n";
    with_every_failure([&](course& now) {
        asio::io_context context;
        sluice::pipe ends(context, narrow_pipe());
        ends.writer.write(asio::buffer(before + chunk));
        ends.writer.complete();
        http::response_parser<http::string_body> parser;
        CHECK(sluice::http::try_read_header(ends.reader, parser).has_value());
        parser.get().body().reserve(100); // its want of memory is Beast's matter
        fate_of<std::size_t> read;
        now.carry_out(context, {{read, [&] {
                                     sluice::http::async_read(ends.reader, parser, read.handler());
                                 }}});
        CHECK_FALSE(read.ec);
        CHECK(parser.get().body() == "hello!");
    });
}
