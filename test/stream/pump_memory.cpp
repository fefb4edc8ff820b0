// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <memory>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {} // namespace

TEST_CASE_TEMPLATE("rule 27: a pump without memory says so; with memory another goes on", Stream,
                   scripted_stream, scripted_socket) {
    for (std::size_t allocations = 0;; ++allocations) {
        failing_memory memory;
        asio::io_context context;
        auto options = segments_of(64, 0);
        options.pool = sluice::segment_pool({.segment_size = 64, .upstream = &memory});
        sluice::pipe pipe(context, options);
        Stream stream(context.get_executor());
        stream.deliver_in_pieces(numbered_bytes(1000), 100);
        transfer_outcome outcome;
        memory.fail_after(allocations);
        sluice::async_pump(stream, pipe.writer, {.complete_sink = false, .max_read_size = 150},
                           outcome.handler());
        CHECK(outcome.calls == 0);
        poll(context);
        memory.never_fail();
        if (outcome.calls == 0) { // it had enough
            CHECK(allocations > 10);
            CHECK(pipe.reader.buffered() == 1000);
            break;
        }
        CHECK(outcome.done());
        CHECK(outcome.ec == boost::system::errc::not_enough_memory);
        CHECK(pipe.reader.buffered() == outcome.bytes);
        const std::uint64_t before = outcome.bytes;
        outcome = {};
        stream.deliver_end();
        sluice::async_pump(stream, pipe.writer, {}, outcome.handler());
        poll(context);
        CHECK(outcome.done());
        CHECK(!outcome.ec);
        CHECK(before + outcome.bytes == 1000);
        CHECK(drain(pipe.reader) == numbered_bytes(1000));
    }
}

TEST_CASE_TEMPLATE("rule 27: a pump without memory completes its sink", Stream, scripted_stream,
                   scripted_socket) {
    failing_memory memory;
    asio::io_context context;
    auto options = segments_of(64, 0);
    options.pool = sluice::segment_pool({.segment_size = 64, .upstream = &memory});
    sluice::pipe pipe(context, options);
    Stream stream(context.get_executor());
    stream.deliver(numbered_bytes(1000));
    transfer_outcome outcome;
    numbered_reading seen;
    numbered_reader{pipe.reader, seen}.start();
    memory.fail_after(0);
    sluice::async_pump(stream, pipe.writer, {}, outcome.handler());
    poll(context);
    CHECK(outcome.done());
    CHECK(outcome.ec == boost::system::errc::not_enough_memory);
    CHECK(seen.ec == boost::system::errc::not_enough_memory);
}

TEST_CASE_TEMPLATE("async_pump: a context that goes while pumps run takes them with it", Stream,
                   scripted_stream, scripted_socket) {
    for (int steps = 0; steps != 12; ++steps) {
        auto options = segments_of(64, 100);
        const auto witness = std::make_shared<int>();
        {
            asio::io_context context;
            Stream in(context.get_executor()), out(context.get_executor());
            sluice::pipe pipe(context, options);
            in.deliver_in_pieces(numbered_bytes(1000), 70);
            out.accept(10);
            const auto never = [witness](error_code, std::uint64_t) { CHECK(false); };
            sluice::async_pump(in, pipe.writer, {}, never);
            sluice::async_pump(pipe.reader, out, {}, never);
            for (int i = 0; i != steps; ++i)
                context.poll_one();
        }
        CHECK(witness.use_count() == 1);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("async_pump: pipes that go first, then the context", Stream, scripted_stream,
                   scripted_socket) {
    const auto witness = std::make_shared<int>();
    asio::io_context context;
    auto options = segments_of(64, 100);
    {
        Stream in(context.get_executor());
        auto pipe = std::make_unique<sluice::pipe>(context, options);
        in.deliver(numbered_bytes(1000));
        transfer_outcome outcome;
        sluice::async_pump(in, pipe->writer, {},
                           [witness, done = outcome.handler()](
                               error_code ec, std::uint64_t n) mutable { done(ec, n); });
        poll(context);
        CHECK(outcome.calls == 0);
        pipe->reader.complete(); // a pump ends before the pipe may go
        poll(context);
        CHECK(outcome.ec == asio::error::broken_pipe);
        pipe.reset();
    }
    CHECK(witness.use_count() == 1);
    CHECK(options.pool.stats().bytes_in_use == 0);
}
