// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

// A pipe that knows what it has taken from its pool.
struct frugal_pipe : test_pipe {
    explicit frugal_pipe(std::size_t segment_size) : frugal_pipe(with_segments(segment_size)) {}

    std::size_t in_use() const { return pool.stats().bytes_in_use; }

    segment_pool pool;

private:
    explicit frugal_pipe(const pipe_options& options) : test_pipe(options), pool(options.pool) {}
};

void read_and_wait(pipe_reader& reader, std::string& seen) {
    reader.async_read([&](error_code ec, read_result read) {
        if (ec)
            return;
        seen += read.buffer.to_string();
        reader.advance(read.buffer.finish());
        read_and_wait(reader, seen);
    });
}

} // namespace

TEST_CASE("rule 26: a pipe whose reader waits holds no segment") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        frugal_pipe pipe(size);
        CHECK(pipe.in_use() == 0);
        std::string seen, expected;
        read_and_wait(pipe.reader, seen);
        for (int i = 0; i != 20; ++i) {
            const std::string text(static_cast<std::size_t>(i), 'x');
            pipe.write(text);
            writable_buffer batch = pipe.writer.alloc();
            batch.write(asio::buffer("batch", 5));
            batch.commit();
            pipe.write("tail");
            expected += text + "batchtail";
            CHECK(pipe.writer.try_flush());
            pipe.poll();
            CHECK(seen == expected);
            CHECK(pipe.in_use() == 0);
        }
    }
}

TEST_CASE("rule 26: a pipe whose reader found nothing holds no segment") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        frugal_pipe pipe(size);
        for (int i = 1; i != 20; ++i) {
            REQUIRE(pipe.publish(std::string(static_cast<std::size_t>(i), 'x')));
            pipe.take();
            CHECK(pipe.reader.try_read().error() == asio::error::would_block);
            CHECK(pipe.in_use() == 0);
        }
    }
}

TEST_CASE("rule 26: a pipe that was read up to its writer's error holds no segment") {
    for (const bool waits : {true, false}) {
        frugal_pipe pipe(16);
        REQUIRE(pipe.publish("abc"));
        pipe.take(); // all of it, before there is an end
        pipe.writer.complete(asio::error::connection_reset);
        if (waits) {
            read_outcome read;
            pipe.reader.async_read(read.handler());
            pipe.poll();
            CHECK(read.failed(asio::error::connection_reset));
        } else {
            CHECK(pipe.reader.try_read().error() == asio::error::connection_reset);
        }
        CHECK(pipe.in_use() == 0);
    }
}

TEST_CASE("rule 26: full segments, and those of a completed writer, go back at once") {
    for (const std::size_t size : {1u, 2u, 16u}) {
        frugal_pipe pipe(size);
        REQUIRE(pipe.publish(std::string(4 * size, 'x')));
        CHECK(pipe.take().size() == 4 * size);
        CHECK(pipe.in_use() == 0);
    }
    frugal_pipe pipe(16);
    REQUIRE(pipe.publish("abc"));
    pipe.writer.complete();
    CHECK(pipe.take() == "abc");
    CHECK(pipe.in_use() == 0);
}

TEST_CASE("rule 26: what was prepared and not committed goes back with the flush") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        frugal_pipe pipe(size);
        pipe.writer.prepare(10);
        pipe.writer.prepare_sequence(40'000);
        CHECK(pipe.in_use() >= 40'000);
        CHECK(pipe.writer.try_flush());
        CHECK(pipe.in_use() == 0);
    }
}

TEST_CASE("rule 26: what the writer has prepared is its own while the reader waits") {
    frugal_pipe pipe(16);
    std::string seen;
    read_and_wait(pipe.reader, seen);
    for (int i = 0; i != 5; ++i) {
        pipe.write("ab");
        CHECK(pipe.writer.try_flush());
        const asio::mutable_buffer room = pipe.writer.prepare(3);
        pipe.poll(); // the reader takes all, and waits
        asio::buffer_copy(room, asio::buffer("cde", 3));
        pipe.writer.commit(3);
        CHECK(pipe.writer.try_flush());
        pipe.poll();
    }
    CHECK(seen == "abcdeabcdeabcdeabcdeabcde");
    CHECK(pipe.in_use() == 0);
}

TEST_CASE("rule 26: a batch that is dropped or committed holds nothing back") {
    frugal_pipe pipe(16);
    writable_buffer batch = pipe.writer.alloc(10);
    CHECK(pipe.in_use() == 16);
    batch.write(asio::buffer("abc", 3));
    CHECK(batch.try_flush());
    CHECK(pipe.take() == "abc");
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    CHECK(pipe.in_use() == 0);
    { const writable_buffer dropped = pipe.writer.alloc(100); }
    CHECK(pipe.in_use() == 0);
}

TEST_CASE("rule 26: coroutines") {
    frugal_pipe pipe(0);
    std::string seen;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            for (;;) {
                const read_result read = co_await pipe.reader.async_read();
                seen += read.buffer.to_string();
                pipe.reader.advance(read.buffer.finish());
            }
        },
        asio::detached);
    for (int i = 0; i != 5; ++i) {
        run(pipe.context, [&]() -> asio::awaitable<void> {
            pipe.write("abc");
            co_await pipe.writer.flush();
        });
        CHECK(pipe.in_use() == 0);
    }
    CHECK(seen == "abcabcabcabcabc");
}
