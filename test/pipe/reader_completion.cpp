// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("rule 11: cancel_pending_read wakes the read that waits, with what is buffered") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.at(1), view.finish());
    read_outcome read, next;
    pipe.reader.async_read(read.handler());
    pipe.poll();
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(read.succeeded());
    CHECK(read.result.cancelled);
    CHECK(read.text() == "bc");
    CHECK(read.result.examined == read.result.buffer.finish());
    pipe.reader.async_read(next.handler());
    pipe.poll();
    CHECK(next.pending());
}

TEST_CASE("rule 11: without a read that waits it is remembered, once") {
    test_pipe pipe;
    pipe.reader.cancel_pending_read();
    pipe.reader.cancel_pending_read();
    read_outcome first, second;
    pipe.reader.async_read(first.handler());
    pipe.poll();
    CHECK(first.succeeded());
    CHECK(first.result.cancelled);
    pipe.reader.async_read(second.handler());
    pipe.poll();
    CHECK(second.pending());
    pipe.reader.cancel_pending_read();
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(second.result.cancelled);
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
}

TEST_CASE("rule 11: a refused read does not use it up") {
    test_pipe pipe;
    REQUIRE(pipe.publish("a"));
    REQUIRE(pipe.reader.try_read().has_value());
    pipe.reader.cancel_pending_read();
    CHECK(pipe.reader.try_read().error() == errc::advance_required);
    pipe.reader.consume(0);
    const read_result read = pipe.reader.try_read().value();
    CHECK(read.cancelled);
    CHECK(read.buffer.equals("a"));
    CHECK_FALSE(pipe.reader.try_read().value().cancelled);
}

TEST_CASE("rule 11: coroutines") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.reader.cancel_pending_read();
        const read_result cancelled = co_await pipe.reader.async_read();
        CHECK(cancelled.cancelled);
        CHECK(cancelled.buffer.empty());
        REQUIRE(pipe.publish("a"));
        const read_result read = co_await pipe.reader.async_read();
        CHECK_FALSE(read.cancelled);
        CHECK(read.buffer.equals("a"));
    });
}

TEST_CASE("rule 12: complete drops what is buffered, and flushes fail from then on") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        for (const error_code reason : {error_code(), error_code(errc::malformed_frame)}) {
            const pipe_options options = with_thresholds(4, 2, with_segments(size));
            test_pipe pipe(options);
            const error_code expected = reason ? reason : asio::error::broken_pipe;
            wait_outcome pending, later, drained, batched;
            pipe.write("abcdef");
            pipe.writer.flush(pending.handler());
            pipe.writer.async_wait_drained(drained.handler());
            pipe.poll();
            CHECK(pending.pending());
            pipe.reader.complete(reason);
            CHECK(options.pool.stats().bytes_in_use == 0);
            CHECK(pipe.reader.buffered() == 0);
            pipe.poll();
            CHECK(pending.failed(expected));
            CHECK(drained.failed(expected));

            pipe.write("gh");
            pipe.writer.flush(later.handler());
            CHECK(pipe.writer.try_flush().error() == expected);
            writable_buffer batch = pipe.writer.alloc();
            batch.write(asio::buffer("ij", 2));
            batch.flush(batched.handler());
            pipe.poll();
            CHECK(later.failed(expected));
            CHECK(batched.failed(expected));
        }
    }
}

TEST_CASE("rule 12: what is written after that costs no memory that grows") {
    const pipe_options options = with_segments(16);
    test_pipe pipe(options);
    REQUIRE(pipe.publish("abc"));
    const preserved_buffer kept = pipe.reader.try_read().value().buffer.preserve();
    pipe.reader.complete();
    for (int i = 0; i != 1'000; ++i) {
        pipe.write(std::string(40, 'x'));
        pipe.writer.append(kept);
        pipe.writer.prepare_sequence(100);
        pipe.writer.commit(70);
        writable_buffer batch = pipe.writer.alloc();
        batch.write(asio::buffer("batch", 5));
        batch.append(kept);
        batch.commit();
        if (i % 3 == 0)
            CHECK(pipe.writer.try_flush().error() == asio::error::broken_pipe);
        CHECK(options.pool.stats().bytes_in_use <= 20 * 16);
    }
    pipe.writer.complete();
    CHECK(options.pool.stats().bytes_in_use == 16); // what is preserved
}

TEST_CASE("rule 12: reading afterwards is refused") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    const read_cursor start = view.start();
    pipe.reader.complete();
    read_outcome read, at_least;
    pipe.reader.async_read(read.handler());
    pipe.reader.async_read_at_least(0, at_least.handler());
    pipe.poll();
    CHECK(read.failed(errc::already_completed));
    CHECK(at_least.failed(errc::already_completed));
    CHECK(pipe.reader.try_read().error() == errc::already_completed);
    CHECK(thrown_by([&] { pipe.reader.advance(start); }) == errc::already_completed);
    CHECK(thrown_by([&] { pipe.reader.consume(0); }) == errc::already_completed);
    pipe.reader.cancel_pending_read();
    CHECK(pipe.reader.try_read().error() == errc::already_completed);
}

TEST_CASE("rule 12: a read that waits is aborted, also when it was resumed already") {
    test_pipe waiting, resumed;
    read_outcome first, second;
    waiting.reader.async_read(first.handler());
    waiting.reader.complete();
    resumed.reader.async_read(second.handler());
    REQUIRE(resumed.publish("a"));
    resumed.reader.complete();
    waiting.poll();
    resumed.poll();
    CHECK(first.failed(asio::error::operation_aborted));
    CHECK(second.failed(asio::error::operation_aborted));
}

TEST_CASE("rule 12: coroutines") {
    test_pipe pipe(with_thresholds(1, 0));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("abc");
        CHECK(pipe.writer.try_flush().error() == asio::error::would_block);
        pipe.reader.complete(errc::malformed_frame);
        const auto [flushed] = co_await pipe.writer.flush(as_result);
        CHECK(flushed == errc::malformed_frame);
        const auto [watched] = co_await pipe.writer.async_wait_reader_completed(as_result);
        CHECK(watched == errc::malformed_frame);
        const auto [refused, none] = co_await pipe.reader.async_read(as_result);
        CHECK(refused == errc::already_completed);
    });
}

TEST_CASE("rule 21: async_wait_reader_completed completes when the reader does, with its error") {
    for (const error_code reason : {error_code(), error_code(errc::malformed_frame)}) {
        test_pipe pipe;
        wait_outcome early, second, late;
        pipe.writer.async_wait_reader_completed(early.handler());
        pipe.writer.async_wait_reader_completed(second.handler());
        REQUIRE(pipe.publish("abc"));
        CHECK(pipe.take() == "abc");
        pipe.poll();
        CHECK(early.pending());
        CHECK_FALSE(pipe.writer.reader_completed());
        pipe.reader.complete(reason);
        CHECK(pipe.writer.reader_completed());
        pipe.poll();
        CHECK(early.failed(reason));
        CHECK(second.failed(reason));
        pipe.writer.async_wait_reader_completed(late.handler());
        pipe.poll();
        CHECK(late.failed(reason));
    }
}

TEST_CASE("rule 21: it goes on waiting when the writer has completed") {
    test_pipe pipe;
    wait_outcome watched;
    pipe.writer.async_wait_reader_completed(watched.handler());
    pipe.writer.complete();
    pipe.poll();
    CHECK(watched.pending());
    pipe.reader.complete();
    pipe.poll();
    CHECK(watched.succeeded());
}

TEST_CASE("rule 21: coroutines") {
    test_pipe pipe;
    bool finished = false;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            const auto [ec] = co_await pipe.writer.async_wait_reader_completed(as_result);
            CHECK(ec == errc::reader_abandoned);
            finished = true;
        },
        asio::detached);
    pipe.poll();
    CHECK_FALSE(finished);
    { const pipe_reader gone = std::move(pipe.reader); }
    pipe.poll();
    CHECK(finished);
}
