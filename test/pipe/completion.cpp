// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("rule 09: the last bytes arrive with the flag") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        read_outcome last;
        REQUIRE(pipe.publish("abc"));
        pipe.write("de"); // not flushed: complete publishes it
        pipe.writer.complete();
        pipe.reader.async_read(last.handler());
        pipe.poll();
        CHECK(last.text() == "abcde");
        CHECK(last.result.completed);
        pipe.reader.advance(last.result.buffer.at(2), last.result.buffer.finish());
        for (int i = 0; i != 2; ++i) {
            read_outcome again;
            pipe.reader.async_read(again.handler());
            pipe.poll();
            CHECK(again.failed(asio::error::eof));
            CHECK(again.text() == "cde"); // what was never consumed
        }
    }
}

TEST_CASE("rule 09: the first read that observes the end succeeds, even with no bytes") {
    test_pipe waiting, late, after;
    read_outcome first, second, third;
    waiting.reader.async_read(first.handler());
    waiting.writer.complete();
    waiting.poll();
    late.writer.complete();
    late.reader.async_read(second.handler());
    late.poll();
    REQUIRE(after.publish("abc"));
    CHECK(after.take() == "abc");
    after.writer.complete();
    after.reader.async_read(third.handler());
    after.poll();
    const auto check = [](test_pipe& pipe, const read_outcome& read) {
        CHECK(read.succeeded());
        CHECK(read.result.completed);
        CHECK(read.result.buffer.empty());
        pipe.reader.advance(read.result.buffer.finish());
        CHECK(pipe.reader.try_read().error() == asio::error::eof);
        CHECK(pipe.reader.try_read().error() == asio::error::eof);
    };
    check(waiting, first);
    check(late, second);
    check(after, third);
}

TEST_CASE("rule 09: reads go on succeeding while unexamined bytes remain") {
    test_pipe pipe;
    pipe.write("abc");
    pipe.writer.complete();
    for (const char* expected : {"abc", "bc", "c"}) {
        const read_result read = pipe.reader.try_read().value();
        CHECK(read.completed);
        CHECK(read.buffer.equals(expected));
        pipe.reader.consume(1);
    }
    CHECK(pipe.reader.try_read().error() == asio::error::eof);
}

TEST_CASE("rule 09: examined bytes that were held back do not keep the end from being seen") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    pipe.reader.advance(view.start(), view.finish());
    read_outcome last, end;
    pipe.reader.async_read(last.handler());
    pipe.poll();
    CHECK(last.pending());
    pipe.writer.complete();
    pipe.poll();
    CHECK(last.succeeded());
    CHECK(last.result.completed);
    CHECK(last.text() == "abc");
    pipe.reader.advance(last.result.buffer.start(), last.result.buffer.finish());
    pipe.reader.async_read(end.handler());
    pipe.poll();
    CHECK(end.failed(asio::error::eof));
    CHECK(end.text() == "abc");
}

TEST_CASE("rule 09: a cancelled read does not count as the one that observed the end") {
    test_pipe pipe;
    pipe.reader.cancel_pending_read();
    pipe.writer.complete();
    CHECK(pipe.reader.try_read().value().cancelled);
    const read_result read = pipe.reader.try_read().value();
    CHECK(read.completed);
    CHECK_FALSE(read.cancelled);
}

TEST_CASE("rule 09: coroutines, a loop on the flag and a loop on the error both end") {
    for (const bool by_flag : {true, false}) {
        for (const bool empty : {true, false}) {
            test_pipe pipe(with_segments(2));
            std::string seen;
            run(pipe.context, [&]() -> asio::awaitable<void> {
                if (!empty)
                    pipe.write("abcde");
                pipe.writer.complete();
                for (;;) {
                    const auto [ec, read] = co_await pipe.reader.async_read(as_result);
                    if (ec) {
                        CHECK_FALSE(by_flag);
                        CHECK(ec == asio::error::eof);
                        break;
                    }
                    seen += read.buffer.to_string();
                    pipe.reader.advance(read.buffer.finish());
                    if (by_flag && read.completed)
                        break;
                }
            });
            CHECK(seen == (empty ? "" : "abcde"));
        }
    }
}

TEST_CASE("rule 09: coroutines, a loop that takes a frame per read gets every frame") {
    test_pipe pipe(with_segments(2));
    std::vector<std::string> frames;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("a;bcd;ef;g");
        pipe.writer.complete();
        for (;;) {
            const auto [ec, read] = co_await pipe.reader.async_read(as_result);
            if (ec) {
                CHECK(ec == asio::error::eof);
                CHECK(read.buffer.equals("g"));
                break;
            }
            if (const auto semicolon = read.buffer.find(';')) {
                frames.push_back(read.buffer.slice(read.buffer.start(), *semicolon).to_string());
                pipe.reader.consume(frames.back().size() + 1);
            } else {
                pipe.reader.advance(read.buffer.start(), read.buffer.finish());
            }
        }
    });
    CHECK(frames == std::vector<std::string>{"a", "bcd", "ef"});
}

TEST_CASE("rule 10: everything before an error is delivered first, without the flag") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        read_outcome last;
        REQUIRE(pipe.publish("abc"));
        pipe.write("de");
        pipe.writer.complete(errc::malformed_frame);
        pipe.reader.async_read(last.handler());
        pipe.poll();
        CHECK(last.text() == "abcde");
        CHECK_FALSE(last.result.completed);
        pipe.reader.advance(last.result.buffer.at(1));
        CHECK(pipe.reader.try_read().value().buffer.equals("bcde"));
        pipe.reader.consume(2);
        const readable_buffer rest = pipe.reader.try_read().value().buffer;
        pipe.reader.advance(rest.start(), rest.finish());
        for (int i = 0; i != 2; ++i) {
            read_outcome read;
            pipe.reader.async_read(read.handler());
            pipe.poll();
            CHECK(read.failed(errc::malformed_frame));
            CHECK(read.text() == "de");
            CHECK_FALSE(read.result.completed);
        }
    }
}

TEST_CASE("rule 10: a read that waits fails with the error when there are no bytes") {
    test_pipe pipe;
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.writer.complete(errc::malformed_frame);
    pipe.poll();
    CHECK(read.failed(errc::malformed_frame));
    CHECK(read.result.buffer.empty());
}

TEST_CASE("rule 10: coroutines") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("abc");
        pipe.writer.complete(asio::error::connection_reset);
        const read_result read = co_await pipe.reader.async_read();
        CHECK(read.buffer.equals("abc"));
        CHECK_FALSE(read.completed);
        pipe.reader.consume(2);
        const read_result rest = co_await pipe.reader.async_read();
        pipe.reader.advance(rest.buffer.start(), rest.buffer.finish());
        const auto [ec, last] = co_await pipe.reader.async_read(as_result);
        CHECK(ec == asio::error::connection_reset);
        CHECK(last.buffer.equals("c"));
    });
}

TEST_CASE("rule 10: would_block is a reason like any other, and not taken for its other meaning") {
    test_pipe pipe;
    read_outcome read;
    wait_outcome flush;
    pipe.reader.async_read(read.handler());
    pipe.writer.complete(asio::error::would_block); // as a descriptor may have said
    pipe.poll();
    CHECK(read.failed(make_error_code(boost::system::errc::operation_would_block)));
    CHECK(pipe.reader.try_read().error() != asio::error::would_block);

    test_pipe other;
    other.reader.complete(asio::error::would_block);
    other.writer.flush(flush.handler());
    other.poll();
    CHECK(flush.failed(make_error_code(boost::system::errc::operation_would_block)));
    CHECK(other.writer.try_flush().error() != asio::error::would_block);
}

TEST_CASE("rule 20: complete twice is harmless, and the first reason stays") {
    test_pipe pipe, orderly;
    pipe.writer.complete(errc::malformed_frame);
    pipe.writer.complete();
    pipe.writer.complete(errc::truncated_frame);
    CHECK(pipe.reader.try_read().error() == errc::malformed_frame);
    orderly.writer.complete();
    orderly.writer.complete(errc::malformed_frame);
    CHECK(orderly.reader.try_read().value().completed);

    pipe.reader.complete(errc::frame_too_large);
    pipe.reader.complete();
    pipe.reader.complete(errc::truncated_frame);
    wait_outcome watched;
    pipe.writer.async_wait_reader_completed(watched.handler());
    pipe.poll();
    CHECK(watched.failed(errc::frame_too_large));
}
