// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("rule 14a: async_read_at_least counts buffered bytes, examined or not") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        read_outcome first, second, third;
        pipe.reader.async_read_at_least(3, first.handler());
        REQUIRE(pipe.publish("ab"));
        pipe.poll();
        CHECK(first.pending());
        REQUIRE(pipe.publish("cd"));
        pipe.poll();
        CHECK(first.text() == "abcd");
        pipe.reader.advance(first.result.buffer.at(1), first.result.buffer.finish());

        pipe.reader.async_read_at_least(3, second.handler());
        pipe.poll();
        CHECK(second.text() == "bcd");
        CHECK(second.result.examined == second.result.buffer.finish());
        pipe.reader.advance(second.result.buffer.start(), second.result.buffer.finish());

        pipe.reader.async_read_at_least(4, third.handler());
        pipe.poll();
        CHECK(third.pending());
        REQUIRE(pipe.publish("e"));
        pipe.poll();
        CHECK(third.text() == "bcde");
    }
}

TEST_CASE("rule 14a: at least none completes at once") {
    test_pipe pipe;
    read_outcome empty, examined;
    pipe.reader.async_read_at_least(0, empty.handler());
    pipe.poll();
    CHECK(empty.succeeded());
    CHECK(empty.result.buffer.empty());
    pipe.reader.consume(0);
    REQUIRE(pipe.publish("a"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.start(), view.finish());
    pipe.reader.async_read_at_least(0, examined.handler());
    pipe.poll();
    CHECK(examined.succeeded());
    CHECK(examined.text() == "a");
}

TEST_CASE("rule 14a: it lifts the writer's pause until it has its bytes") {
    test_pipe pipe(with_thresholds(4, 2));
    wait_outcome flushed;
    read_outcome read;
    pipe.write("abcd");
    pipe.writer.flush(flushed.handler());
    pipe.poll();
    CHECK(flushed.pending());
    asio::post(pipe.context, [&] {
        pipe.reader.async_read_at_least(10, read.handler());
        CHECK(flushed.succeeded()); // with dispatch, inside it
    });
    pipe.poll();
    CHECK(flushed.succeeded());
    CHECK(pipe.publish("efgh")); // not paused
    CHECK_FALSE(pipe.publish("ij"));
    pipe.poll();
    CHECK(read.text() == "abcdefghij");
    CHECK(pipe.writer.try_flush().error() == asio::error::would_block);
}

TEST_CASE("rule 14a: the pause is back when the read was cancelled") {
    for (const bool by_end : {true, false}) {
        CAPTURE(by_end);
        test_pipe pipe(with_thresholds(4, 2));
        read_outcome read;
        pipe.reader.async_read_at_least(100, read.handler());
        CHECK(pipe.publish("abcdef"));
        if (by_end)
            pipe.reader.cancel_pending_read();
        else
            CHECK(read.pending());
        pipe.poll();
        CHECK(read.pending() != by_end);
        CHECK(pipe.publish("gh").has_value() != by_end);
    }
}

TEST_CASE("rule 14a: fewer bytes only at the end") {
    test_pipe pipe;
    read_outcome last, none;
    pipe.reader.async_read_at_least(10, last.handler());
    pipe.write("abc");
    pipe.writer.complete();
    pipe.poll();
    CHECK(last.succeeded());
    CHECK(last.text() == "abc");
    CHECK(last.result.completed);
    pipe.reader.advance(last.result.buffer.at(1), last.result.buffer.finish());
    pipe.reader.async_read_at_least(10, none.handler());
    pipe.poll();
    CHECK(none.failed(asio::error::eof));
    CHECK(none.text() == "bc");
}

TEST_CASE("rule 14a: fewer bytes when the writer failed, and then its error") {
    test_pipe pipe;
    read_outcome last, failed;
    pipe.reader.async_read_at_least(10, last.handler());
    pipe.write("abc");
    pipe.writer.complete(errc::malformed_frame);
    pipe.poll();
    CHECK(last.succeeded());
    CHECK(last.text() == "abc");
    CHECK_FALSE(last.result.completed);
    pipe.reader.advance(last.result.buffer.start(), last.result.buffer.finish());
    pipe.reader.async_read_at_least(10, failed.handler());
    pipe.poll();
    CHECK(failed.failed(errc::malformed_frame));
    CHECK(failed.text() == "abc");
}

TEST_CASE("rule 14a: fewer bytes when cancelled") {
    test_pipe pipe;
    read_outcome read, next;
    pipe.reader.async_read_at_least(10, read.handler());
    REQUIRE(pipe.publish("abc"));
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(read.succeeded());
    CHECK(read.result.cancelled);
    CHECK(read.text() == "abc");
    pipe.reader.async_read_at_least(4, next.handler());
    pipe.poll();
    CHECK(next.pending());
    REQUIRE(pipe.publish("d"));
    pipe.poll();
    CHECK(next.text() == "abcd");
}

TEST_CASE("rule 14a: more than the pipe may hold can never come") {
    pipe_options options;
    options.max_buffered = 100;
    test_pipe pipe(options);
    read_outcome impossible, possible;
    pipe.reader.async_read_at_least(101, impossible.handler());
    pipe.poll();
    CHECK(impossible.failed(errc::buffer_limit_exceeded));
    pipe.reader.async_read_at_least(100, possible.handler());
    REQUIRE(pipe.publish(std::string(100, 'x')));
    pipe.poll();
    CHECK(possible.succeeded());
}

TEST_CASE("rule 14a: coroutines") {
    test_pipe pipe(with_thresholds(4, 2, with_segments(2)));
    int finished = 0;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            for (int i = 0; i != 3; ++i) {
                const read_result read = co_await pipe.reader.async_read_at_least(10);
                CHECK(read.buffer.slice(0, 10).equals("abcdefghij"));
                pipe.reader.consume(10);
            }
            const auto [ec, read] = co_await pipe.reader.async_read_at_least(10, as_result);
            CHECK_FALSE(ec);
            CHECK(read.completed);
            CHECK(read.buffer.empty());
            ++finished;
        },
        asio::detached);
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            for (const char* text : {"abc", "defghija", "bcdefghijabc", "d", "efghij"}) {
                pipe.write(text);
                co_await pipe.writer.flush();
            }
            pipe.writer.complete();
            ++finished;
        },
        asio::detached);
    pipe.poll();
    CHECK(finished == 2);
}
