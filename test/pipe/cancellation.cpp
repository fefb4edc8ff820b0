// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/proof.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::test;
using asio::bind_cancellation_slot;
using asio::cancellation_type;

namespace {

constexpr cancellation_type types_and_all[] = {cancellation_type::terminal,
                                               cancellation_type::partial, cancellation_type::total,
                                               cancellation_type::all};

} // namespace

TEST_CASE("rule 03: a cancelled read completes with operation_aborted, and takes no byte along") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        std::string seen;
        for (const cancellation_type type : types_and_all) {
            asio::cancellation_signal signal;
            read_outcome first, second;
            pipe.reader.async_read(bind_cancellation_slot(signal.slot(), first.handler()));
            pipe.poll();
            signal.emit(type);
            add_to_proof(6, "cancellations of waits of pipes", 1);
            CHECK(first.pending());
            pipe.poll();
            CHECK(first.failed(asio::error::operation_aborted));
            CHECK_FALSE(signal.slot().has_handler());

            pipe.reader.async_read_at_least(
                4, bind_cancellation_slot(signal.slot(), second.handler()));
            REQUIRE(pipe.publish("abc"));
            pipe.poll();
            CHECK(second.pending());
            signal.emit(type);
            add_to_proof(6, "cancellations of waits of pipes", 1);
            pipe.poll();
            CHECK(second.failed(asio::error::operation_aborted));
            seen += pipe.take();
        }
        CHECK(seen == "abcabcabcabc");
    }
}

TEST_CASE("rule 03: what is examined stays examined when a read is cancelled") {
    test_pipe pipe;
    asio::cancellation_signal signal;
    read_outcome cancelled, next;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.at(1), view.finish());
    pipe.reader.async_read(bind_cancellation_slot(signal.slot(), cancelled.handler()));
    signal.emit(cancellation_type::total);
    pipe.reader.async_read(next.handler());
    pipe.poll();
    CHECK(cancelled.failed(asio::error::operation_aborted));
    CHECK(next.pending());
    REQUIRE(pipe.publish("d"));
    pipe.poll();
    CHECK(next.text() == "bcd");
    CHECK(next.result.examined == next.result.buffer.at(2));
}

TEST_CASE("rule 03: a cancelled flush has published, and the next one waits again") {
    for (const cancellation_type type : types_and_all) {
        test_pipe pipe(with_thresholds(4, 2));
        asio::cancellation_signal signal;
        wait_outcome first, second, third;
        pipe.write("abcd");
        pipe.writer.flush(first.handler());
        pipe.write("ef");
        pipe.writer.flush(bind_cancellation_slot(signal.slot(), second.handler()));
        pipe.writer.flush(third.handler());
        pipe.poll();
        signal.emit(type);
        add_to_proof(6, "cancellations of waits of pipes", 1);
        pipe.poll();
        CHECK(first.pending());
        CHECK(second.failed(asio::error::operation_aborted));
        CHECK(third.pending());
        CHECK(pipe.reader.buffered() == 6);
        CHECK(pipe.take() == "abcdef");
        pipe.poll();
        CHECK(first.succeeded());
        CHECK(third.succeeded());
    }
}

TEST_CASE("rule 03: waits for the reader are cancelled alone") {
    for (const cancellation_type type : types_and_all) {
        test_pipe pipe;
        asio::cancellation_signal signal;
        wait_outcome watched, drained, other_watched, other_drained;
        REQUIRE(pipe.publish("abc"));
        pipe.writer.async_wait_reader_completed(
            bind_cancellation_slot(signal.slot(), watched.handler()));
        pipe.writer.async_wait_reader_completed(other_watched.handler());
        signal.emit(type);
        add_to_proof(6, "cancellations of waits of pipes", 1);
        pipe.writer.async_wait_drained(bind_cancellation_slot(signal.slot(), drained.handler()));
        pipe.writer.async_wait_drained(other_drained.handler());
        signal.emit(type);
        add_to_proof(6, "cancellations of waits of pipes", 1);
        pipe.poll();
        CHECK(watched.failed(asio::error::operation_aborted));
        CHECK(drained.failed(asio::error::operation_aborted));
        CHECK(other_watched.pending());
        CHECK(other_drained.pending());
        CHECK(pipe.take() == "abc");
        pipe.reader.complete();
        pipe.poll();
        CHECK(other_drained.succeeded());
        CHECK(other_watched.succeeded());
    }
}

TEST_CASE("rule 03: the flush of a batch is cancelled like any other") {
    test_pipe pipe(with_thresholds(1, 0));
    asio::cancellation_signal signal;
    wait_outcome flushed;
    writable_buffer batch = pipe.writer.alloc();
    batch.write(asio::buffer("abc", 3));
    batch.flush(bind_cancellation_slot(signal.slot(), flushed.handler()));
    pipe.poll();
    signal.emit(cancellation_type::partial);
    pipe.poll();
    CHECK(flushed.failed(asio::error::operation_aborted));
    CHECK(pipe.take() == "abc");
}

TEST_CASE("rule 03: a signal that comes too late, or asks for nothing, has no effect") {
    test_pipe pipe;
    asio::cancellation_signal signal;
    read_outcome read, ready;
    wait_outcome flushed;
    pipe.reader.async_read(bind_cancellation_slot(signal.slot(), read.handler()));
    signal.emit(cancellation_type::none);
    pipe.poll();
    CHECK(read.pending());
    REQUIRE(pipe.publish("a"));
    pipe.poll();
    CHECK(read.text() == "a");
    signal.emit(cancellation_type::all);
    pipe.poll();
    CHECK(read.calls == 1);
    pipe.reader.consume(1);

    // Ready, but not yet delivered: either result is right, and no byte is lost.
    REQUIRE(pipe.publish("b"));
    pipe.reader.async_read(bind_cancellation_slot(signal.slot(), ready.handler()));
    signal.emit(cancellation_type::all);
    pipe.writer.flush(bind_cancellation_slot(signal.slot(), flushed.handler()));
    signal.emit(cancellation_type::all);
    pipe.poll();
    CHECK(ready.calls == 1);
    CHECK(flushed.calls == 1);
    if (!ready.ec)
        pipe.reader.advance(ready.result.buffer.start());
    CHECK(pipe.take() == "b");
}

TEST_CASE("rule 03: coroutines are cancelled, and find everything in its place") {
    for (const cancellation_type type : types_and_all) {
        test_pipe pipe(with_thresholds(2, 1));
        asio::cancellation_signal read_signal, flush_signal;
        int finished = 0;
        asio::co_spawn(
            pipe.context,
            [&]() -> asio::awaitable<void> {
                co_await asio::this_coro::reset_cancellation_state(
                    asio::enable_total_cancellation());
                const auto [ec, none] = co_await pipe.reader.async_read_at_least(100, as_result);
                CHECK(ec == asio::error::operation_aborted);
                co_await asio::this_coro::reset_cancellation_state();
                const auto [again, read] = co_await pipe.reader.async_read(as_result);
                CHECK_FALSE(again);
                CHECK(read.buffer.equals("ab"));
                pipe.reader.consume(2);
                ++finished;
            },
            bind_cancellation_slot(read_signal.slot(), asio::detached));
        asio::co_spawn(
            pipe.context,
            [&]() -> asio::awaitable<void> {
                co_await asio::this_coro::reset_cancellation_state(
                    asio::enable_total_cancellation());
                pipe.write("ab");
                const auto [lifted] = co_await pipe.writer.flush(as_result);
                CHECK_FALSE(lifted); // the reader asks for more
                const auto [ec] = co_await pipe.writer.async_wait_drained(as_result);
                CHECK(ec == asio::error::operation_aborted);
                ++finished;
            },
            bind_cancellation_slot(flush_signal.slot(), asio::detached));
        pipe.poll();
        CHECK(finished == 0);
        flush_signal.emit(type);
        add_to_proof(6, "cancellations of waits of pipes", 1);
        pipe.poll();
        CHECK(finished == 1);
        read_signal.emit(type);
        add_to_proof(6, "cancellations of waits of pipes", 1);
        pipe.poll();
        CHECK(finished == 2);
    }
}

TEST_CASE("rule 03: cancel_pending_flush completes the flushes that wait, and nothing else") {
    test_pipe pipe(with_thresholds(2, 1));
    wait_outcome first, second, drained, later;
    pipe.writer.cancel_pending_flush();
    pipe.write("ab");
    pipe.writer.flush(first.handler());
    pipe.writer.flush(second.handler());
    pipe.writer.async_wait_drained(drained.handler());
    pipe.poll();
    CHECK(first.pending());
    pipe.writer.cancel_pending_flush();
    pipe.poll();
    CHECK(first.failed(asio::error::operation_aborted));
    CHECK(second.failed(asio::error::operation_aborted));
    CHECK(drained.pending());
    pipe.writer.flush(later.handler());
    pipe.poll();
    CHECK(later.pending()); // it is not remembered
    CHECK(pipe.take() == "ab");
    pipe.poll();
    CHECK(later.succeeded());
    CHECK(drained.succeeded());
}

TEST_CASE("rule 03: a cancellation that the reader asks for while a flush publishes is not lost") {
    pipe_options options = with_thresholds(1, 0);
    options.reader_resumption = resumption::dispatch;
    test_pipe pipe(options);
    asio::cancellation_signal signal;
    wait_outcome flushed;
    pipe.reader.async_read([&](error_code, read_result) { signal.emit(cancellation_type::total); });
    asio::post(pipe.context, [&] {
        pipe.write("a");
        pipe.writer.flush(bind_cancellation_slot(signal.slot(), flushed.handler()));
    });
    pipe.poll();
    CHECK(flushed.failed(asio::error::operation_aborted));
}
