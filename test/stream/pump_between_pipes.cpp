// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using asio::cancellation_type;

namespace {

// A source and a sink, and a pump between them.
struct pumped_pipes {
    asio::io_context context;
    sluice::pipe from, to;
    asio::cancellation_signal signal;
    transfer_outcome outcome;

    explicit pumped_pipes(const pipe_options& source = {}, const pipe_options& sink = {})
        : from(context, source)
        , to(context, sink) {}

    void start(const pump_options& options = {}) {
        async_pump(from.reader, to.writer, options,
                   asio::bind_cancellation_slot(signal.slot(), outcome.handler()));
    }
    void poll() { test::poll(context); }
    void publish(std::string_view text) {
        from.writer.write(asio::buffer(text));
        (void)from.writer.try_flush();
    }
    std::string arrived() {
        const result<read_result> read = to.reader.try_read();
        if (!read)
            return {};
        const std::string text = read->buffer.to_string();
        to.reader.consume(text.size());
        return text;
    }
};

} // namespace

TEST_CASE("rule 29: from reader to writer segments are moved, and the end with them") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        pumped_pipes p(with_segments(size), with_segments(size));
        p.start();
        CHECK(p.outcome.calls == 0);
        p.publish("abc");
        p.poll();
        p.publish("defgh");
        p.poll();
        const read_result read = p.to.reader.try_read().value();
        CHECK(read.buffer.equals("abcdefgh"));
        p.to.reader.consume(8);
        CHECK(p.outcome.calls == 0);
        p.from.writer.write(asio::buffer("last", 4));
        p.from.writer.complete();
        p.poll();
        CHECK(p.outcome.done());
        CHECK_FALSE(p.outcome.ec);
        CHECK(p.outcome.bytes == 12);
        CHECK(p.to.reader.try_read().value().completed);
    }
}

TEST_CASE("rule 29: no byte is copied: the sink shows the memory of the source") {
    pumped_pipes p;
    const asio::mutable_buffer memory = p.from.writer.prepare(100);
    p.from.writer.commit(100);
    (void)p.from.writer.try_flush();
    p.start();
    p.poll();
    CHECK(p.to.reader.try_read().value().buffer.front().data() == memory.data());
}

TEST_CASE("rule 28: the source's error comes behind its bytes, and ends the sink") {
    for (const bool complete_sink : {true, false}) {
        pumped_pipes p;
        pump_options options;
        options.complete_sink = complete_sink;
        p.publish("abc");
        p.from.writer.complete(errc::malformed_frame);
        p.start(options);
        p.poll();
        CHECK(p.outcome.ec == errc::malformed_frame);
        CHECK(p.outcome.bytes == 3);
        CHECK(p.arrived() == "abc");
        CHECK(p.to.reader.try_read().error() == (complete_sink
                                                     ? make_error_code(errc::malformed_frame)
                                                     : error_code(asio::error::would_block)));
    }
}

TEST_CASE("rule 28: the sink's error ends the source") {
    pumped_pipes p;
    p.start();
    p.poll();
    p.to.reader.complete(errc::frame_too_large);
    p.publish("abc");
    p.poll();
    CHECK(p.outcome.ec == errc::frame_too_large);
    p.publish("more");
    CHECK(p.from.writer.try_flush().error() == errc::frame_too_large);
}

TEST_CASE("rule 28: back-pressure of the sink reaches the source") {
    pumped_pipes p(with_thresholds(10, 5), with_thresholds(4, 2));
    p.start();
    for (int i = 0; i != 4; ++i) {
        p.publish("abcd");
        p.poll();
    }
    CHECK(p.to.reader.buffered() == 4);
    CHECK(p.from.reader.buffered() == 12);
    CHECK(p.from.writer.try_flush().error() == asio::error::would_block);
    std::string all;
    for (int i = 0; i != 4; ++i) {
        all += p.arrived();
        p.poll();
    }
    CHECK(all == "abcdabcdabcdabcd");
}

TEST_CASE("rule 28: cancelled wherever it waits, no byte is lost, and another pump goes on") {
    for (const cancellation_type type : all_types) {
        for (const bool sink_is_full : {false, true}) {
            pumped_pipes p({}, with_thresholds(3, 2));
            p.start();
            p.publish("abc");
            p.poll();
            if (!sink_is_full)
                CHECK(p.arrived() == "abc");
            p.poll();
            p.publish("def");
            p.signal.emit(type);
            p.poll();
            CHECK(p.outcome.ec == asio::error::operation_aborted);
            std::string arrived = sink_is_full ? "" : "abc";
            CHECK(p.outcome.bytes == arrived.size() + p.to.reader.buffered());
            p.outcome = {};
            p.start();
            p.poll();
            arrived += p.arrived();
            p.poll();
            arrived += p.arrived();
            CHECK(arrived == "abcdef");
        }
    }
}

TEST_CASE("rule 28: cancel_pending_read of the source ends the pump") {
    pumped_pipes p;
    p.start();
    p.poll();
    p.from.reader.cancel_pending_read();
    p.poll();
    CHECK(p.outcome.ec == asio::error::operation_aborted);
}

TEST_CASE("rule 27: a link that cannot be had is reported, and nothing is lost") {
    failing_memory memory;
    pipe_options options;
    segment_pool_options pool;
    pool.upstream = &memory;
    pool.segment_size = 4;
    options.pool = segment_pool(pool);
    options.minimum_segment_size = 1;
    pumped_pipes p(options, options);
    p.publish("abcdefghijklmnop");
    memory.fail_after(0);
    p.start();
    p.poll();
    CHECK(p.outcome.ec == boost::system::errc::not_enough_memory);
    CHECK(p.outcome.bytes == 0);
    memory.never_fail();
    p.outcome = {};
    p.start();
    p.poll();
    CHECK(p.arrived() == "abcdefghijklmnop");
}

TEST_CASE("rule 02: a future and a coroutine for a pump between pipes") {
    pumped_pipes p;
    p.publish("abc");
    p.from.writer.complete();
    auto moved = async_pump(p.from.reader, p.to.writer, {}, asio::use_future);
    p.poll();
    CHECK(moved.get() == 3);
    pumped_pipes q;
    q.publish("abcd");
    q.from.writer.complete();
    run(q.context, [&]() -> asio::awaitable<void> {
        CHECK(co_await async_pump(q.from.reader, q.to.writer, {}, asio::use_awaitable) == 4);
    });
}

TEST_CASE("async_pump between pipes: cancelled when room has come, and before it goes on") {
    for (const cancellation_type type :
         {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
        pipe_options narrow = with_segments(16);
        narrow.pause_threshold = 3;
        narrow.resume_threshold = 2;
        pumped_pipes p({}, narrow);
        p.start();
        p.publish("abc");
        p.poll();
        CHECK(p.arrived() == "abc");
        p.signal.emit(type);
        p.poll();
        CHECK(p.outcome.calls == 1);
        CHECK(p.outcome.ec == asio::error::operation_aborted);
        CHECK(p.outcome.bytes == 3);
        p.publish("more");
        p.poll();
        CHECK(p.from.reader.try_read().value().buffer.equals("more"));
        p.from.reader.consume(0);
    }
}
