// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

// Everything a completed writer refuses.
void check_refused(asio::io_context& context, pipe_writer& writer, const preserved_buffer& kept) {
    const error_code expected = errc::already_completed;
    CHECK(thrown_by([&] { writer.prepare(); }) == expected);
    CHECK(thrown_by([&] { writer.prepare_sequence(10); }) == expected);
    CHECK(thrown_by([&] { writer.commit(0); }) == expected);
    CHECK(thrown_by([&] { writer.write(asio::buffer("a", 1)); }) == expected);
    CHECK(thrown_by([&] { writer.append(kept); }) == expected);
    CHECK(thrown_by([&] { writer.reserve(1); }) == expected);
    CHECK(thrown_by([&] { writer.alloc(); }) == expected);
    CHECK(writer.try_flush().error() == expected);
    wait_outcome flushed;
    writer.flush(flushed.handler());
    poll(context);
    CHECK(flushed.failed(expected));
    writer.cancel_pending_flush();
    writer.complete(errc::malformed_frame);
}

void check_refused(asio::io_context& context, pipe_reader& reader, const readable_buffer& view) {
    const error_code expected = errc::already_completed;
    CHECK(reader.try_read().error() == expected);
    CHECK(thrown_by([&] { reader.advance(view.start()); }) == expected);
    CHECK(thrown_by([&] { reader.advance(view.start(), view.finish()); }) == expected);
    CHECK(thrown_by([&] { reader.consume(0); }) == expected);
    CHECK(reader.buffered() == 0);
    read_outcome read, at_least;
    reader.async_read(read.handler());
    reader.async_read_at_least(0, at_least.handler());
    poll(context);
    CHECK(read.failed(expected));
    CHECK(at_least.failed(expected));
    reader.cancel_pending_read();
    reader.complete(errc::malformed_frame);
}

} // namespace

TEST_CASE("rule 22: an end that was completed refuses use") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = pipe.reader.try_read().value().buffer;
    const preserved_buffer kept = view.preserve();
    writable_buffer batch = pipe.writer.alloc();
    batch.write(asio::buffer("left", 4));
    pipe.writer.complete();
    check_refused(pipe.context, pipe.writer, kept);
    CHECK(thrown_by([&] { batch.commit(); }) == errc::already_completed);
    CHECK(batch.try_flush().error() == errc::already_completed);
    wait_outcome flushed;
    batch.flush(flushed.handler());
    pipe.poll();
    CHECK(flushed.failed(errc::already_completed));
    CHECK(batch.written().equals("left")); // as it was

    pipe.reader.consume(3);
    const read_result last = pipe.reader.try_read().value();
    CHECK(last.completed); // the first reason stayed
    CHECK(last.buffer.empty());
    pipe.reader.complete();
    check_refused(pipe.context, pipe.reader, kept.buffer());
    check_refused(pipe.context, pipe.writer, kept);
    wait_outcome watched;
    pipe.writer.async_wait_reader_completed(watched.handler());
    pipe.poll();
    CHECK(watched.succeeded());
}

TEST_CASE("rule 22: an end that was moved from behaves like a completed one") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const preserved_buffer kept = pipe.reader.try_read().value().buffer.preserve();
    pipe_reader reader = std::move(pipe.reader);
    pipe_writer writer = std::move(pipe.writer);
    check_refused(pipe.context, pipe.reader, kept.buffer()); // NOLINT: moved from
    check_refused(pipe.context, pipe.writer, kept);          // NOLINT: moved from
    CHECK(pipe.writer.unflushed() == 0);
    CHECK(pipe.writer.reader_completed());
    wait_outcome watched, drained, flushed;
    pipe.writer.async_wait_reader_completed(watched.handler());
    pipe.writer.async_wait_drained(drained.handler());
    writable_buffer batch = writer.alloc();
    const writable_buffer other = std::move(batch);
    batch.flush(flushed.handler()); // NOLINT: moved from
    pipe.poll();
    CHECK(watched.failed(errc::already_completed));
    CHECK(drained.failed(errc::already_completed));
    CHECK(flushed.failed(errc::already_completed));
    // And nothing happened to the pipe.
    reader.consume(3);
    writer.write(asio::buffer("d", 1));
    CHECK(writer.try_flush());
    CHECK(reader.try_read().value().buffer.equals("d"));
}

TEST_CASE("rule 22: what was prepared stays valid when the reader completes or is destroyed") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        for (const bool destroyed : {false, true}) {
            test_pipe pipe(with_segments(size));
            REQUIRE(pipe.publish("abcde"));
            REQUIRE(pipe.reader.try_read().has_value());
            pipe.write("fg");
            const mutable_segments room = pipe.writer.prepare_sequence(50);
            const asio::mutable_buffer hole = *room.begin();
            writable_buffer batch = pipe.writer.alloc(40);
            if (destroyed)
                const pipe_reader gone = std::move(pipe.reader);
            else
                pipe.reader.complete();
            std::memset(batch.memory().data(), 'b', 40);
            std::memset(hole.data(), 'p', hole.size());
            CHECK(asio::buffer_copy(room, asio::buffer(std::string(50, 'x'))) == 50);
            batch.advance(40);
            pipe.writer.commit(50);
            batch.commit();
            const error_code expected =
                destroyed ? error_code(errc::reader_abandoned) : asio::error::broken_pipe;
            CHECK(pipe.writer.try_flush().error() == expected);
        }
    }
}

TEST_CASE("rule 22: what was delivered stays valid when the writer completes or is destroyed") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        for (const bool destroyed : {false, true}) {
            test_pipe pipe(with_segments(size));
            REQUIRE(pipe.publish("abcde"));
            const readable_buffer view = pipe.reader.try_read().value().buffer;
            pipe.write("fg");
            if (destroyed)
                const pipe_writer gone = std::move(pipe.writer);
            else
                pipe.writer.complete();
            CHECK(view.equals("abcde"));
            pipe.reader.advance(view.at(2), view.finish());
            CHECK(view.slice(2).equals("cde"));
            CHECK(pipe.reader.try_read().value().buffer.equals("cdefg"));
        }
    }
}

TEST_CASE("rule 22: coroutines") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.writer.complete();
        const auto [flushed] = co_await pipe.writer.flush(as_result);
        CHECK(flushed == errc::already_completed);
        const read_result read = co_await pipe.reader.async_read();
        CHECK(read.completed);
        const auto [drained] = co_await pipe.writer.async_wait_drained(as_result);
        CHECK_FALSE(drained);
        pipe.reader.complete();
        const auto [refused, none] = co_await pipe.reader.async_read(as_result);
        CHECK(refused == errc::already_completed);
    });
}
