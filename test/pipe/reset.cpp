// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/memory_resources.hpp"
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

error_code reset(test_pipe& pipe) {
    return thrown_by([&] { pipe.reset(); });
}

void complete_both(test_pipe& pipe) {
    pipe.writer.complete();
    pipe.reader.complete();
}

} // namespace

TEST_CASE("reset: a pipe whose ends were completed is as new") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        const pipe_options options = with_thresholds(6, 3, with_segments(size));
        test_pipe pipe(options);
        for (int round = 0; round != 5; ++round) {
            CAPTURE(round);
            wait_outcome flushed, watched;
            read_outcome read;
            pipe.writer.async_wait_reader_completed(watched.handler());
            pipe.reader.async_read(read.handler());
            pipe.write("abcdefgh");
            pipe.writer.flush(flushed.handler());
            pipe.poll();
            CHECK(read.text() == "abcdefgh");
            CHECK(read.result.buffer.start().position() == 0);
            CHECK(flushed.pending());
            pipe.reader.consume(round == 0 ? 8 : 3);
            pipe.write("left");
            writable_buffer batch = pipe.writer.alloc();
            batch.write(asio::buffer("batch", 5));
            batch.commit();
            pipe.reader.cancel_pending_read();
            if (round % 2 == 0) {
                pipe.writer.complete(errc::malformed_frame);
                pipe.reader.complete(errc::truncated_frame);
            } else {
                pipe.reader.complete();
                pipe.writer.complete();
            }
            CHECK(reset(pipe) == error_code());
            pipe.poll();
            CHECK(flushed.calls == 1);
            CHECK(watched.calls == 1);
            CHECK(options.pool.stats().bytes_in_use == 0);
            const pipe_statistics stats = pipe.stats();
            CHECK(stats.bytes_in + stats.bytes_out + stats.flushes + stats.reads + stats.pauses +
                      stats.peak_buffered ==
                  0);
            CHECK(pipe.writer.unflushed() == 0);
            CHECK(pipe.reader.buffered() == 0);
            CHECK_FALSE(pipe.writer.reader_completed());
            CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        }
    }
}

TEST_CASE("reset: refused while an end is open or moved away, or a read is outstanding") {
    test_pipe pipe;
    CHECK(reset(pipe) == errc::not_completed);
    pipe.write("abc");
    pipe.writer.complete();
    CHECK(reset(pipe) == errc::not_completed);
    CHECK(pipe.take() == "abc");

    test_pipe other;
    read_outcome read;
    other.reader.async_read(read.handler());
    REQUIRE(other.publish("a")); // resumed, and still on its way
    complete_both(other);
    CHECK(reset(other) == errc::not_completed);
    other.poll();
    CHECK(read.failed(asio::error::operation_aborted));
    CHECK(reset(other) == error_code());

    test_pipe taken;
    complete_both(taken);
    {
        const pipe_reader reader = std::move(taken.reader);
        CHECK(reset(taken) == errc::not_completed);
        const pipe_writer writer = std::move(taken.writer);
        CHECK(reset(taken) == errc::not_completed);
    }
    test_pipe one, two;
    complete_both(one);
    complete_both(two);
    std::swap(one.reader, two.reader);
    CHECK(reset(one) == errc::not_completed);
    std::swap(one.reader, two.reader);
    CHECK(reset(one) == error_code());
}

TEST_CASE("reset: cursors and batches from before are refused") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abcdef"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    const read_cursor old = view.at(1);
    writable_buffer batch = pipe.writer.alloc();
    batch.write(asio::buffer("old", 3));
    complete_both(pipe);
    CHECK(reset(pipe) == error_code());
    CHECK(thrown_by([&] { pipe.reader.advance(old); }) == errc::no_read_to_advance);
    REQUIRE(pipe.publish("ghijkl"));
    const readable_buffer fresh = pipe.reader.try_read().value().buffer;
    CHECK(thrown_by([&] { pipe.reader.advance(old); }) == errc::invalid_cursor);
    CHECK(thrown_by([&] { batch.commit(); }) == errc::already_completed);
    CHECK(batch.try_flush().error() == errc::already_completed);
    CHECK(batch.written().equals("old"));
    pipe.reader.advance(fresh.at(1));
    CHECK(pipe.take() == "hijkl");
}

TEST_CASE("reset: a use of the pipe costs no memory again") {
    watched_resource upstream;
    segment_pool_options memory;
    memory.upstream = &upstream;
    pipe_options options;
    options.pool = segment_pool(memory);
    test_pipe pipe(options);
    std::size_t after_first = 0;
    for (int round = 0; round != 10; ++round) {
        REQUIRE(pipe.publish(std::string(10'000, 'x')));
        pipe.take();
        complete_both(pipe);
        pipe.reset();
        if (round == 0)
            after_first = upstream.allocations();
    }
    CHECK(upstream.allocations() == after_first);
}

TEST_CASE("reset: coroutines") {
    test_pipe pipe(with_segments(2));
    for (int round = 0; round != 3; ++round) {
        run(pipe.context, [&]() -> asio::awaitable<void> {
            pipe.write("abc");
            co_await pipe.writer.flush();
            const read_result read = co_await pipe.reader.async_read();
            CHECK(read.buffer.equals("abc"));
            complete_both(pipe);
        });
        CHECK(reset(pipe) == error_code());
    }
}
