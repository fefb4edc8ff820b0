// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pipe_traffic.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <doctest/doctest.h>

#include <optional>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

const error_code write_errors[] = {asio::error::connection_reset, asio::error::broken_pipe,
                                   asio::error::timed_out, asio::error::eof};

template <class Stream>
struct pumping_out {
    asio::io_context context;
    Stream stream{context.get_executor()};
    sluice::pipe_options options;
    sluice::pipe pipe;
    transfer_outcome outcome;

    explicit pumping_out(sluice::pipe_options o = segments_of(64)) : options(o), pipe(context, o) {}

    void put(std::string_view bytes) {
        pipe.writer.write(asio::buffer(bytes));
        (void)pipe.writer.try_flush();
    }
    void start(sluice::pump_options how = {}) {
        sluice::async_pump(pipe.reader, stream, how, outcome.handler());
        CHECK(outcome.calls == 0); // never inside the initiating function
    }
    void poll() {
        context.restart();
        context.poll();
    }
};

} // namespace

TEST_CASE_TEMPLATE("rule 28: a pipe is written to its end, however short the writes", Stream,
                   scripted_stream, scripted_socket) {
    const std::string bytes = numbered_bytes(5000);
    for (const std::size_t most : {1u, 63u, 64u, 65u, 5000u})
        for (const std::size_t segment : {1u, 64u, 16384u}) {
            pumping_out<Stream> p(segments_of(segment));
            p.stream.accept_all(most);
            p.put(bytes);
            p.pipe.writer.complete();
            p.start();
            p.context.run();
            CHECK(p.outcome.done());
            CHECK(!p.outcome.ec);
            CHECK(p.outcome.bytes == bytes.size());
            CHECK(p.stream.written == bytes);
            CHECK(p.stream.shutdowns == 1);
            CHECK(p.options.pool.stats().bytes_in_use == 0);
        }
}

TEST_CASE_TEMPLATE("rule 29: writes to a stream gather", Stream, scripted_stream, scripted_socket) {
    pumping_out<Stream> p(segments_of(100));
    p.stream.accept_all();
    p.put(numbered_bytes(1000));
    p.start();
    p.poll();
    REQUIRE(p.stream.writes.size() == 1);
    CHECK(p.stream.writes[0].pieces == 10);
    CHECK(p.stream.writes[0].bytes == 1000);
}

TEST_CASE_TEMPLATE("async_pump to a stream: an empty pipe, and one without an end of its own",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool complete_sink : {true, false}) {
        pumping_out<Stream> p;
        p.stream.accept_all();
        p.pipe.writer.complete();
        p.start({.complete_sink = complete_sink});
        p.context.run();
        CHECK(p.outcome.done());
        CHECK(!p.outcome.ec);
        CHECK(p.outcome.bytes == 0);
        CHECK(p.stream.writes.empty());
        CHECK(p.stream.shutdowns == (complete_sink ? 1 : 0));
    }
}

TEST_CASE_TEMPLATE("async_pump to a stream: its write_errors reach the writer, the count is exact",
                   Stream, scripted_stream, scripted_socket) {
    for (const error_code& error : write_errors)
        for (const std::size_t with : {0u, 3u}) {
            // What a socket that can be tried reports, it reports without bytes.
            if (std::is_same_v<Stream, scripted_stream> || with == 0) {
                pumping_out<Stream> p(segments_of(64, 10));
                p.stream.accept(5);
                p.stream.accept(with, error);
                p.put(numbered_bytes(20));
                transfer_outcome flushed;
                p.pipe.writer.flush(flushed.handler());
                p.start();
                p.context.run();
                CHECK(p.outcome.done());
                CHECK(p.outcome.ec == error);
                CHECK(p.outcome.bytes == 5 + with);
                CHECK(is_numbered(p.stream.written));
                CHECK(flushed.ec == error);
                CHECK(p.stream.shutdowns == 0);
                CHECK(p.options.pool.stats().bytes_in_use == 0);
            }
        }
}

TEST_CASE_TEMPLATE("async_pump to a stream: the writer's error comes behind the bytes", Stream,
                   scripted_stream, scripted_socket) {
    pumping_out<Stream> p;
    p.stream.accept_all(3);
    p.put("0123456789");
    p.pipe.writer.complete(asio::error::timed_out);
    p.start();
    p.context.run();
    CHECK(p.outcome.done());
    CHECK(p.outcome.ec == asio::error::timed_out);
    CHECK(p.outcome.bytes == 10);
    CHECK(p.stream.written == "0123456789");
    CHECK(p.stream.shutdowns == 0); // that would look like an orderly end
}

TEST_CASE_TEMPLATE("async_pump to a stream: the writer completes or goes while the pump reads",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool orderly : {true, false}) {
        pumping_out<Stream> p;
        p.stream.accept_all();
        p.start();
        p.poll();
        if (orderly)
            p.pipe.writer.complete();
        else
            auto gone = std::move(p.pipe.writer);
        p.poll();
        CHECK(p.outcome.done());
        CHECK(p.outcome.ec == (orderly ? error_code() : sluice::errc::writer_abandoned));
    }
}

TEST_CASE_TEMPLATE("async_pump to a stream: cancel_pending_read ends it, another one goes on",
                   Stream, scripted_stream, scripted_socket) {
    pumping_out<Stream> p;
    p.stream.accept_all(4);
    p.start();
    p.poll();
    p.pipe.reader.cancel_pending_read();
    p.poll();
    CHECK(p.outcome.done());
    CHECK(p.outcome.ec == asio::error::operation_aborted);
    p.put("0123456789");
    p.pipe.reader.cancel_pending_read(); // the next read, too
    p.outcome = {};
    p.start();
    p.poll();
    CHECK(p.outcome.ec == asio::error::operation_aborted);
    const std::uint64_t before = p.outcome.bytes;
    p.outcome = {};
    p.start();
    p.pipe.writer.complete();
    p.poll();
    CHECK(!p.outcome.ec);
    CHECK(p.outcome.bytes + before == 10);
    CHECK(p.stream.written == "0123456789");
}

TEST_CASE_TEMPLATE("async_pump to a stream: bytes that were examined before are moved at once",
                   Stream, scripted_stream, scripted_socket) {
    pumping_out<Stream> p;
    p.stream.accept_all();
    p.put("abc");
    const auto read = p.pipe.reader.try_read();
    p.pipe.reader.advance(read->buffer.at(1), read->buffer.finish());
    p.start();
    p.poll();
    CHECK(p.stream.written == "bc");
    p.put("d");
    p.poll();
    CHECK(p.stream.written == "bcd");
}

TEST_CASE_TEMPLATE(
    "async_pump to a stream: bytes that were examined before are not lost at the end", Stream,
    scripted_stream, scripted_socket) {
    pumping_out<Stream> p;
    p.stream.accept_all();
    p.put("abc");
    p.pipe.writer.complete();
    const auto read = p.pipe.reader.try_read();
    CHECK(read->completed);
    p.pipe.reader.advance(read->buffer.start(), read->buffer.finish());
    p.start();
    p.context.run();
    CHECK(!p.outcome.ec);
    CHECK(p.outcome.bytes == 3);
    CHECK(p.stream.written == "abc");
}

TEST_CASE_TEMPLATE("async_pump to a stream: a quick producer and sink leave others their turn",
                   Stream, scripted_stream, scripted_socket) {
    pumping_out<Stream> p(segments_of(64, 64));
    p.stream.accept_all();
    p.start();
    p.poll();
    numbered_writer{p.pipe.writer, 640'000, 64}();
    std::optional<std::size_t> at;
    asio::steady_timer timer(p.context, std::chrono::steady_clock::now());
    timer.async_wait([&](error_code) { at = p.stream.written.size(); });
    p.context.restart();
    p.context.run();
    REQUIRE(at);
    CHECK(*at < 320'000);
    CHECK(p.stream.written.size() == 640'000);
    CHECK(is_numbered(p.stream.written));
}

TEST_CASE_TEMPLATE("async_pump to a stream: from a completed reader, or one that was not advanced",
                   Stream, scripted_stream, scripted_socket) {
    pumping_out<Stream> p;
    p.stream.accept_all();
    p.put("abc");
    const auto read = p.pipe.reader.try_read();
    REQUIRE(read.has_value());
    p.start();
    p.context.run();
    CHECK(p.outcome.ec == sluice::errc::advance_required);
    CHECK(p.stream.written.empty());
    p.pipe.reader.complete();
    p.outcome = {};
    p.start();
    p.poll();
    CHECK(p.outcome.done());
    CHECK(p.outcome.ec == sluice::errc::already_completed);
}
