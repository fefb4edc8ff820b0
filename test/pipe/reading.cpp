// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

TEST_CASE(
    "rule 06: a read waits for bytes beyond the examined position, and delivers all there is") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        read_outcome first, second, third;
        pipe.reader.async_read(first.handler());
        pipe.write("abc"); // committed, not published
        pipe.poll();
        CHECK(first.pending());
        REQUIRE(pipe.writer.try_flush());
        pipe.poll();
        CHECK(first.text() == "abc");
        CHECK_FALSE(first.result.completed);
        CHECK_FALSE(first.result.cancelled);

        pipe.reader.advance(first.result.buffer.at(1), first.result.buffer.finish());
        pipe.reader.async_read(second.handler());
        pipe.poll();
        CHECK(second.pending());
        REQUIRE(pipe.publish("de"));
        pipe.poll();
        CHECK(second.text() == "bcde");
        CHECK(second.result.examined == second.result.buffer.at(2));

        pipe.reader.advance(second.result.buffer.at(1), second.result.buffer.at(3));
        pipe.reader.async_read(third.handler());
        pipe.poll();
        CHECK(third.text() == "cde");
        CHECK(third.result.examined == third.result.buffer.at(2));
    }
}

TEST_CASE("rule 06: what is published before the handler runs is delivered with the rest") {
    pipe_options options;
    options.reader_resumption = resumption::post;
    test_pipe pipe(options);
    read_outcome read;
    pipe.reader.async_read(read.handler());
    REQUIRE(pipe.publish("ab"));
    REQUIRE(pipe.publish("cd"));
    CHECK(read.pending());
    pipe.poll();
    CHECK(read.text() == "abcd");
}

TEST_CASE("rule 06: a read completes on completion and on cancellation") {
    test_pipe pipe;
    read_outcome cancelled, completed;
    pipe.reader.async_read(cancelled.handler());
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(cancelled.succeeded());
    CHECK(cancelled.result.cancelled);
    pipe.reader.async_read(completed.handler());
    pipe.writer.complete();
    pipe.poll();
    CHECK(completed.succeeded());
    CHECK(completed.result.completed);
}

TEST_CASE("rule 06: try_read delivers what a read would deliver at once") {
    test_pipe pipe;
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    REQUIRE(pipe.publish("abc"));
    const read_result first = pipe.reader.try_read().value();
    CHECK(first.buffer.equals("abc"));
    pipe.reader.advance(first.buffer.at(1), first.buffer.finish());
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    REQUIRE(pipe.publish("d"));
    const read_result second = pipe.reader.try_read().value();
    CHECK(second.buffer.equals("bcd"));
    CHECK(second.examined == second.buffer.at(2));
    pipe.reader.consume(3);
    pipe.reader.cancel_pending_read();
    CHECK(pipe.reader.try_read().value().cancelled);
    pipe.writer.complete();
    const read_result last = pipe.reader.try_read().value();
    CHECK(last.completed);
    CHECK(last.buffer.empty());
    pipe.reader.consume(0);
    CHECK(pipe.reader.try_read().error() == asio::error::eof);
}

TEST_CASE("rule 06: coroutines") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        run(pipe.context, [&]() -> asio::awaitable<void> {
            pipe.write("abc");
            co_await pipe.writer.flush(asio::use_awaitable);
            const read_result first = co_await pipe.reader.async_read(asio::use_awaitable);
            CHECK(first.buffer.equals("abc"));
            pipe.reader.advance(first.buffer.at(1), first.buffer.finish());
            pipe.write("de");
            co_await pipe.writer.flush(asio::use_awaitable);
            const read_result second = co_await pipe.reader.async_read(asio::use_awaitable);
            CHECK(second.buffer.equals("bcde"));
            CHECK(second.examined - second.buffer.start() == 2);
        });
    }
}

TEST_CASE("rule 07: a delivered read must be advanced before the next") {
    test_pipe pipe;
    read_outcome first, second, third, again;
    REQUIRE(pipe.publish("abc"));
    pipe.reader.async_read(first.handler());
    pipe.poll();
    pipe.reader.async_read(second.handler());
    pipe.poll();
    CHECK(second.failed(errc::advance_required));
    CHECK(second.text().empty());
    CHECK(pipe.reader.try_read().error() == errc::advance_required);
    pipe.reader.async_read_at_least(1, third.handler());
    pipe.poll();
    CHECK(third.failed(errc::advance_required));
    CHECK(first.text() == "abc");
    pipe.reader.advance(first.result.buffer.at(1));
    pipe.reader.async_read(again.handler());
    pipe.poll();
    CHECK(again.text() == "bc");
}

TEST_CASE("rule 07: an advance that comes after the next read has begun does not save that") {
    test_pipe pipe;
    REQUIRE(pipe.publish("a"));
    const read_result first = pipe.reader.try_read().value();
    read_outcome next;
    pipe.reader.async_read(next.handler());
    pipe.reader.advance(first.buffer.finish());
    pipe.poll();
    CHECK(next.failed(errc::advance_required));
    CHECK(pipe.reader.buffered() == 0);
}

TEST_CASE("rule 07: a second read fails with read_pending, and leaves the first alone") {
    test_pipe pipe;
    read_outcome first, second, at_least;
    pipe.reader.async_read(first.handler());
    pipe.reader.async_read(second.handler());
    pipe.reader.async_read_at_least(0, at_least.handler());
    CHECK(pipe.reader.try_read().error() == errc::read_pending);
    pipe.poll();
    CHECK(first.pending());
    CHECK(second.failed(errc::read_pending));
    CHECK(at_least.failed(errc::read_pending));
    REQUIRE(pipe.publish("a"));
    pipe.poll();
    CHECK(first.text() == "a");
}

TEST_CASE("rule 07: reads that end in an error or cancelled need no advance") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    pipe.reader.cancel_pending_read();
    CHECK(pipe.reader.try_read().value().cancelled);
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    CHECK(view.equals("abc"));
    pipe.reader.advance(view.start(), view.finish());

    pipe.writer.complete(errc::malformed_frame);
    for (int i = 0; i != 2; ++i) {
        read_outcome failed;
        pipe.reader.async_read(failed.handler());
        pipe.poll();
        CHECK(failed.failed(errc::malformed_frame));
        CHECK(failed.text() == "abc");
    }
}

TEST_CASE("rule 07: reads that end in an error or cancelled may be advanced") {
    test_pipe pipe;
    read_outcome cancelled, failed;
    REQUIRE(pipe.publish("abc"));
    pipe.reader.cancel_pending_read();
    pipe.reader.async_read(cancelled.handler());
    pipe.poll();
    CHECK(cancelled.result.cancelled);
    CHECK(cancelled.text() == "abc");
    const readable_buffer view = cancelled.result.buffer;
    pipe.reader.advance(view.at(1), view.finish());
    CHECK(pipe.reader.buffered() == 2);

    pipe.writer.complete(errc::malformed_frame);
    pipe.reader.async_read(failed.handler());
    pipe.poll();
    CHECK(failed.failed(errc::malformed_frame));
    CHECK(failed.text() == "bc");
    pipe.reader.consume(2);
    CHECK(pipe.reader.buffered() == 0);
    CHECK(pipe.reader.try_read().error() == errc::malformed_frame);
}

TEST_CASE("rule 07: coroutines") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        REQUIRE(pipe.publish("abc"));
        const read_result read = co_await pipe.reader.async_read(asio::use_awaitable);
        const auto [required, none] = co_await pipe.reader.async_read(as_result);
        CHECK(required == errc::advance_required);
        CHECK(none.buffer.empty());
        pipe.reader.advance(read.buffer.finish());
        pipe.reader.cancel_pending_read();
        const auto [ec, cancelled] = co_await pipe.reader.async_read(as_result);
        CHECK_FALSE(ec);
        CHECK(cancelled.cancelled);
        REQUIRE(pipe.publish("d"));
        const auto [again, next] = co_await pipe.reader.async_read(as_result);
        CHECK_FALSE(again);
        CHECK(next.buffer.equals("d"));
    });
}
