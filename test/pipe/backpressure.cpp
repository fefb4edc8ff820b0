// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

pipe_options with_limit(std::size_t max_buffered) {
    pipe_options options;
    options.pause_threshold = 0;
    options.max_buffered = max_buffered;
    return options;
}

// Looks at everything, and takes nothing.
void examine_all(test_pipe& pipe) {
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.start(), view.finish());
}

} // namespace

TEST_CASE("rule 18: a flush completes below the pause threshold, and resumes below the other") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_thresholds(6, 3, with_segments(size)));
        wait_outcome below, at, after;
        pipe.write("abcde");
        pipe.writer.flush(below.handler());
        pipe.poll();
        CHECK(below.succeeded());
        pipe.write("f");
        pipe.writer.flush(at.handler());
        pipe.poll();
        CHECK(at.pending());
        for (const bool done : {false, false, false, true}) {
            CHECK(at.pending());
            REQUIRE(pipe.reader.try_read().has_value());
            pipe.reader.consume(1);
            pipe.poll();
            CHECK(at.succeeded() == done);
        }
        pipe.write("ghi");
        pipe.writer.flush(after.handler());
        pipe.poll();
        CHECK(after.succeeded());
    }
}

TEST_CASE("rule 18: resume threshold of 0, of the pause threshold, and by default") {
    struct row {
        std::optional<std::size_t> resume;
        std::size_t resumes_at; // bytes left
    };
    for (const row& expected : {row{0, 0}, row{1, 0}, row{8, 7}, row{std::nullopt, 3}}) {
        pipe_options options;
        options.pause_threshold = 8;
        options.resume_threshold = expected.resume;
        test_pipe pipe(options);
        wait_outcome flushed;
        pipe.write("abcdefgh");
        pipe.writer.flush(flushed.handler());
        for (std::size_t left = 8; left != 0; --left) {
            pipe.poll();
            CHECK(flushed.pending() == (left > expected.resumes_at));
            REQUIRE(pipe.reader.try_read().has_value());
            pipe.reader.consume(1);
        }
        pipe.poll();
        CHECK(flushed.succeeded());
    }
}

TEST_CASE("rule 18: a pause threshold of 0 never pauses, one of 1 waits for every byte") {
    test_pipe never(with_thresholds(0, 0)), always(with_thresholds(1, 0));
    wait_outcome first, second;
    never.write(std::string(1'000'000, 'x'));
    never.writer.flush(first.handler());
    never.poll();
    CHECK(first.succeeded());
    CHECK(never.stats().pauses == 0);
    always.write("a");
    always.writer.flush(second.handler());
    always.poll();
    CHECK(second.pending());
    CHECK(always.take() == "a");
    always.poll();
    CHECK(second.succeeded());
}

TEST_CASE("rule 18: try_flush publishes, and says when to pause") {
    test_pipe pipe(with_thresholds(4, 2));
    CHECK(pipe.publish("abc"));
    CHECK(pipe.publish("d").error() == asio::error::would_block);
    CHECK(pipe.publish("e").error() == asio::error::would_block);
    CHECK(pipe.reader.buffered() == 5);
    REQUIRE(pipe.reader.try_read().has_value());
    pipe.reader.consume(3); // 2 left: still paused
    CHECK(pipe.writer.try_flush().error() == asio::error::would_block);
    REQUIRE(pipe.reader.try_read().has_value());
    pipe.reader.consume(1);
    CHECK(pipe.writer.try_flush());
    CHECK(pipe.publish("fg")); // 3: below the pause threshold again
}

TEST_CASE("rule 18: options that could never resume are refused") {
    asio::io_context context;
    CHECK_THROWS_AS(sluice::pipe(context, with_thresholds(4, 5)), std::invalid_argument);
    CHECK_THROWS_AS(sluice::pipe(context, with_thresholds(0, 1)), std::invalid_argument);
    CHECK_NOTHROW(sluice::pipe(context, with_thresholds(4, 4)));
    CHECK_NOTHROW(sluice::pipe(context, with_thresholds(0, 0)));
}

TEST_CASE("rule 18: a parser that has looked at everything never deadlocks with a paused writer") {
    test_pipe pipe(with_thresholds(4, 2));
    wait_outcome flushed;
    pipe.write("abcdef");
    pipe.writer.flush(flushed.handler());
    pipe.poll();
    CHECK(flushed.pending());
    examine_all(pipe);
    pipe.poll();
    CHECK(flushed.succeeded());
    CHECK(pipe.reader.buffered() == 6);
    // And what moves back counts again.
    CHECK(pipe.publish("g"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.start());
    CHECK(pipe.writer.try_flush().error() == asio::error::would_block);
}

TEST_CASE("rule 18: flushes that wait complete in order") {
    test_pipe pipe(with_thresholds(1, 0));
    std::string order;
    pipe.write("a");
    for (const char name : {'1', '2', '3'})
        pipe.writer.flush([&order, name](error_code ec) {
            CHECK_FALSE(ec);
            order += name;
        });
    pipe.poll();
    CHECK(order.empty());
    pipe.take();
    pipe.poll();
    CHECK(order == "123");
}

TEST_CASE("rule 18: coroutines, with every combination of thresholds and steps") {
    for (const std::size_t pause : {0u, 1u, 2u, 7u}) {
        for (const std::size_t resume : {std::size_t{0}, pause / 2, pause}) {
            for (const std::size_t step : {1u, 3u, 10u}) {
                test_pipe pipe(with_thresholds(pause, resume, with_segments(2)));
                std::string seen;
                std::size_t most = 0;
                asio::co_spawn(
                    pipe.context,
                    [&]() -> asio::awaitable<void> {
                        for (int i = 0; i != 20; ++i) {
                            pipe.write("abc");
                            co_await pipe.writer.flush();
                        }
                        pipe.writer.complete();
                    },
                    asio::detached);
                asio::co_spawn(
                    pipe.context,
                    [&]() -> asio::awaitable<void> {
                        for (;;) {
                            const auto [ec, read] = co_await pipe.reader.async_read(as_result);
                            if (ec)
                                co_return;
                            most = std::max(most, read.buffer.size());
                            const readable_buffer part = read.buffer.slice(0, step);
                            seen += part.to_string();
                            pipe.reader.advance(part.finish());
                        }
                    },
                    asio::detached);
                pipe.poll();
                CHECK(seen.size() == 60);
                if (pause != 0)
                    CHECK(most < pause + 3);
            }
        }
    }
}

TEST_CASE("rule 19: a reader that holds too much and asks for more is told so") {
    test_pipe pipe(with_limit(4));
    (void)pipe.publish("abcd");
    examine_all(pipe);
    read_outcome waiting;
    pipe.reader.async_read(waiting.handler());
    pipe.poll();
    CHECK(waiting.pending()); // 4 are not more than 4
    (void)pipe.publish("e");
    pipe.poll();
    CHECK(waiting.failed(errc::buffer_limit_exceeded));
    CHECK(waiting.text() == "abcde");

    // Nothing is lost: it may be consumed, and then goes on.
    CHECK(pipe.reader.try_read().error() == errc::buffer_limit_exceeded);
    pipe.reader.consume(2);
    CHECK(pipe.take() == "cde");
}

TEST_CASE("rule 19: who consumes is not limited, nor who has not seen the bytes") {
    test_pipe pipe(with_limit(4));
    (void)pipe.publish("abcdefgh");
    CHECK(pipe.reader.try_read().value().buffer.equals("abcdefgh"));
    pipe.reader.consume(1);
    CHECK(pipe.reader.try_read().value().buffer.equals("bcdefgh"));
    pipe.reader.consume(7);
    test_pipe unlimited(with_limit(0));
    (void)unlimited.publish(std::string(100'000, 'x'));
    examine_all(unlimited);
    CHECK(unlimited.reader.try_read().error() == asio::error::would_block);
}

TEST_CASE("rule 19: the end is not an excess") {
    test_pipe pipe(with_limit(4));
    (void)pipe.publish("abcdef");
    examine_all(pipe);
    CHECK(pipe.reader.try_read().error() == errc::buffer_limit_exceeded);
    pipe.writer.complete();
    CHECK(pipe.reader.try_read().value().completed);
}

TEST_CASE("rule 19: coroutines, memory is bounded whatever the writer sends") {
    pipe_options options = with_thresholds(64, 32, with_segments(16));
    options.max_buffered = 256;
    test_pipe pipe(options);
    error_code read_error, flush_error;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            while (!flush_error) {
                pipe.write("no end of line in sight ");
                const auto [ec] = co_await pipe.writer.flush(as_result);
                flush_error = ec;
            }
        },
        asio::detached);
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            for (;;) {
                const auto [ec, read] = co_await pipe.reader.async_read(as_result);
                read_error = ec;
                if (ec)
                    break;
                pipe.reader.advance(read.buffer.start(), read.buffer.finish());
            }
            pipe.reader.complete(read_error);
        },
        asio::detached);
    pipe.poll();
    CHECK(read_error == errc::buffer_limit_exceeded);
    CHECK(flush_error == errc::buffer_limit_exceeded);
    CHECK(pipe.stats().peak_buffered < 256 + 64 + 24);
    CHECK(options.pool.stats().peak_bytes_in_use < 512);
}
