// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pipe_traffic.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

const error_code read_errors[] = {asio::error::connection_reset, asio::error::broken_pipe,
                                  asio::error::timed_out};

template <class Stream>
struct pumping_in {
    asio::io_context context;
    Stream stream{context.get_executor()};
    sluice::pipe_options options;
    sluice::pipe pipe;
    transfer_outcome outcome;

    explicit pumping_in(sluice::pipe_options o = segments_of(64)) : options(o), pipe(context, o) {}

    void start(sluice::pump_options how = {}) {
        sluice::async_pump(stream, pipe.writer, how, outcome.handler());
        CHECK(outcome.calls == 0); // never inside the initiating function
    }
    void poll() {
        context.restart();
        context.poll();
    }
    error_code read_error() {
        const auto read = pipe.reader.try_read();
        return read.has_error() ? read.error() : error_code();
    }
};

} // namespace

TEST_CASE_TEMPLATE("rule 28: a stream is read to its end, however it comes in pieces", Stream,
                   scripted_stream, scripted_socket) {
    const std::string bytes = numbered_bytes(20'000);
    for (const std::size_t piece : {1u, 7u, 64u, 5000u, 20'000u})
        for (const std::size_t segment : {1u, 64u, 16384u}) {
            pumping_in<Stream> p(segments_of(segment, 0));
            p.stream.deliver_in_pieces(bytes, piece);
            p.stream.deliver_end();
            p.start();
            p.context.run();
            CHECK(p.outcome.done());
            CHECK(!p.outcome.ec);
            CHECK(p.outcome.bytes == bytes.size());
            const auto read = p.pipe.reader.try_read();
            REQUIRE(read.has_value());
            CHECK(read->completed);
            CHECK(read->buffer.equals(bytes));
        }
}

TEST_CASE_TEMPLATE("async_pump from a stream: an empty stream", Stream, scripted_stream,
                   scripted_socket) {
    pumping_in<Stream> p;
    p.stream.deliver_end();
    p.start();
    p.context.run();
    CHECK(p.outcome.done());
    CHECK(!p.outcome.ec);
    CHECK(p.outcome.bytes == 0);
    CHECK(p.pipe.reader.try_read()->completed);
}

TEST_CASE_TEMPLATE("async_pump from a stream: an error arrives behind the bytes before it", Stream,
                   scripted_stream, scripted_socket) {
    for (const error_code& error : read_errors)
        for (const bool with_bytes : {false, true}) {
            pumping_in<Stream> p;
            p.stream.deliver("some");
            p.stream.deliver(with_bytes ? "more" : "", error);
            p.start();
            p.context.run();
            CHECK(p.outcome.done());
            CHECK(p.outcome.ec == error);
            CHECK(p.outcome.bytes == (with_bytes ? 8 : 4));
            CHECK(drain(p.pipe.reader) == (with_bytes ? "somemore" : "some"));
            CHECK(p.read_error() == error);
        }
}

TEST_CASE_TEMPLATE("async_pump from a stream: operation_aborted leaves the writer open", Stream,
                   scripted_stream, scripted_socket) {
    pumping_in<Stream> p;
    p.stream.deliver("some", asio::error::operation_aborted);
    p.start();
    p.context.run();
    CHECK(p.outcome.ec == asio::error::operation_aborted);
    CHECK(p.outcome.bytes == 4);
    CHECK(drain(p.pipe.reader) == "some");
    CHECK(p.read_error() == asio::error::would_block);
}

TEST_CASE_TEMPLATE("async_pump from a stream: without complete_sink the writer stays open", Stream,
                   scripted_stream, scripted_socket) {
    for (const error_code& end : {error_code(asio::error::eof), read_errors[0]}) {
        pumping_in<Stream> p;
        p.stream.deliver("some", end);
        p.start({.complete_sink = false});
        p.context.run();
        CHECK(p.outcome.ec == (end == asio::error::eof ? error_code() : end));
        CHECK(drain(p.pipe.reader) == "some");
        CHECK(p.read_error() == asio::error::would_block);
        p.pipe.writer.write(asio::buffer("!", 1));
        p.pipe.writer.complete();
        CHECK(drain(p.pipe.reader) == "!");
    }
}

TEST_CASE_TEMPLATE("async_pump from a stream: max_read_size is kept to, down to nothing", Stream,
                   scripted_stream, scripted_socket) {
    const std::string bytes = numbered_bytes(5000);
    for (const std::size_t most : {0u, 1u, 10u, 1000u}) {
        pumping_in<Stream> p(segments_of(16, 0));
        p.stream.deliver(bytes, asio::error::eof);
        p.start({.max_read_size = most});
        p.context.run();
        CHECK(p.outcome.bytes == bytes.size());
        CHECK(p.stream.largest_read <= std::max<std::size_t>(most, 1));
        CHECK(drain(p.pipe.reader) == bytes);
    }
}

TEST_CASE_TEMPLATE("async_pump from a stream: reads scatter, and grow", Stream, scripted_stream,
                   scripted_socket) {
    pumping_in<Stream> p(segments_of(16384, 0));
    p.stream.deliver(numbered_bytes(4'000'000), asio::error::eof);
    p.start({.max_read_size = 100'000});
    p.context.run();
    CHECK(p.outcome.bytes == 4'000'000);
    CHECK(p.stream.largest_read == 100'000);
    CHECK(p.stream.reads < 60);
}

TEST_CASE_TEMPLATE("async_pump from a stream: a slow reader holds the stream back", Stream,
                   scripted_stream, scripted_socket) {
    pumping_in<Stream> p(segments_of(256, 2000));
    p.stream.deliver(numbered_bytes(500'000), asio::error::eof);
    p.start({.max_read_size = 1000});
    p.poll();
    CHECK(p.pipe.reader.buffered() <= 3000);
    numbered_reading seen;
    numbered_reader{p.pipe.reader, seen, 100}.start();
    p.poll();
    CHECK(seen.ec == asio::error::eof);
    CHECK(seen.in_order);
    CHECK(seen.count == 500'000);
    CHECK(seen.most <= 3000);
    CHECK(p.outcome.done());
    CHECK(p.outcome.bytes == 500'000);
    CHECK(p.options.pool.stats().peak_bytes_in_use <= 5000);
    CHECK(p.options.pool.stats().bytes_in_use == 0);
}

TEST_CASE_TEMPLATE("async_pump from a stream: the reader completes while the pump reads", Stream,
                   scripted_stream, scripted_socket) {
    for (const error_code& why : {error_code(), read_errors[2]}) {
        pumping_in<Stream> p;
        p.start();
        p.poll();
        p.pipe.reader.complete(why);
        p.poll();
        CHECK(p.outcome.calls == 0); // it is noticed with the next bytes
        p.stream.deliver("some");
        p.poll();
        CHECK(p.outcome.done());
        CHECK(p.outcome.ec == (why ? why : error_code(asio::error::broken_pipe)));
        CHECK(p.outcome.bytes == 4);
        CHECK(p.options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("async_pump from a stream: the reader completes while the pump waits for it",
                   Stream, scripted_stream, scripted_socket) {
    for (const error_code& why : {error_code(), read_errors[2]}) {
        pumping_in<Stream> p(segments_of(64, 10));
        p.stream.deliver(numbered_bytes(100));
        p.start();
        p.poll();
        CHECK(p.outcome.calls == 0);
        p.pipe.reader.complete(why);
        p.poll();
        CHECK(p.outcome.done());
        CHECK(p.outcome.ec == (why ? why : error_code(asio::error::broken_pipe)));
        CHECK(p.outcome.bytes == 100);
        CHECK(p.options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("async_pump from a stream: the reader is destroyed", Stream, scripted_stream,
                   scripted_socket) {
    pumping_in<Stream> p(segments_of(64, 10));
    p.stream.deliver(numbered_bytes(100));
    p.start();
    p.poll();
    { const auto gone = std::move(p.pipe.reader); }
    p.poll();
    CHECK(p.outcome.done());
    CHECK(p.outcome.ec == sluice::errc::reader_abandoned);
}

TEST_CASE_TEMPLATE("async_pump from a stream: into a completed writer", Stream, scripted_stream,
                   scripted_socket) {
    pumping_in<Stream> p;
    p.pipe.writer.complete();
    p.stream.deliver("some");
    p.start();
    p.context.run();
    CHECK(p.outcome.done());
    CHECK(p.outcome.ec == sluice::errc::already_completed);
    CHECK(p.outcome.bytes == 0);
}
