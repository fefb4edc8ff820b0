// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

void add(writable_buffer& batch, std::string_view text) {
    batch.write(asio::buffer(text));
}

} // namespace

TEST_CASE("rule 23: batches become part of the stream whole, in commit order") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        writable_buffer first = pipe.writer.alloc(), second = pipe.writer.alloc(4);
        add(first, "1a");
        pipe.write("w1");
        add(second, "2a");
        add(first, "1b");
        add(second, "2b");
        CHECK(first.size() == 4);
        CHECK(first.written().equals("1a1b"));
        second.commit();
        pipe.write("w2");
        first.commit();
        pipe.write("w3");
        CHECK(pipe.reader.buffered() == 0);
        REQUIRE(pipe.writer.try_flush());
        CHECK(pipe.take() == "w12a2bw21a1bw3");
    }
}

TEST_CASE("rule 23: a batch grows without limit") {
    test_pipe pipe(with_segments(16));
    writable_buffer batch = pipe.writer.alloc();
    std::string expected;
    for (int i = 0; i != 1'000; ++i) {
        const std::string text(static_cast<std::size_t>(i % 50), static_cast<char>('a' + i % 26));
        add(batch, text);
        expected += text;
    }
    CHECK(batch.size() == expected.size());
    CHECK(batch.written().to_string() == expected);
    CHECK(pipe.writer.unflushed() == 0);
    batch.commit();
    (void)pipe.writer.try_flush();
    CHECK(pipe.take() == expected);
}

TEST_CASE("rule 23: a batch that is destroyed without commit leaves no trace") {
    const pipe_options options = with_segments(16);
    {
        test_pipe pipe(options);
        {
            writable_buffer dropped = pipe.writer.alloc(100);
            add(dropped, "gone");
            writable_buffer replaced = pipe.writer.alloc();
            add(replaced, "gone, too");
            replaced = pipe.writer.alloc();
            add(replaced, "not this");
            replaced.commit();
        }
        REQUIRE(pipe.writer.try_flush());
        CHECK(pipe.take() == "not this");
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
    CHECK(options.pool.stats().bytes_in_use == 0);
}

TEST_CASE("rule 23: ensure, memory and advance") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        writable_buffer batch = pipe.writer.alloc();
        CHECK(batch.memory().size() == 0);
        batch.ensure();
        CHECK(batch.memory().size() >= 1);
        batch.ensure(100);
        REQUIRE(batch.memory().size() >= 100);
        std::memcpy(batch.memory().data(), "abc", 3);
        const std::size_t room = batch.memory().size();
        batch.advance(2);
        CHECK(batch.memory().size() == room - 2);
        CHECK(thrown_by([&] { batch.advance(room - 1); }) == errc::commit_exceeds_prepared);
        CHECK(batch.size() == 2);
        batch.advance(1);
        batch.ensure(5'000);
        std::memcpy(batch.memory().data(), "de", 2);
        batch.advance(2);
        CHECK(batch.written().equals("abcde"));
        const writable_buffer at_once = pipe.writer.alloc(300);
        CHECK(at_once.memory().size() >= 300);
    }
}

TEST_CASE("rule 23: reserve and append within a batch") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        REQUIRE(pipe.publish("payload"));
        const preserved_buffer kept = pipe.reader.try_read().value().buffer.preserve();
        pipe.reader.consume(7);
        writable_buffer batch = pipe.writer.alloc();
        const asio::mutable_buffer length = batch.reserve(2);
        add(batch, "<");
        batch.append(kept);
        batch.append(preserved_buffer());
        add(batch, ">");
        batch.append(kept);
        REQUIRE(length.size() == 2);
        std::memcpy(length.data(), "16", 2);
        CHECK(batch.written().equals("16<payload>payload"));
        batch.commit();
        REQUIRE(pipe.writer.try_flush());
        CHECK(pipe.take() == "16<payload>payload");
    }
}

TEST_CASE("rule 23: after commit or flush a batch is empty, and may be filled again") {
    test_pipe pipe(with_segments(2));
    wait_outcome flushed;
    writable_buffer batch = pipe.writer.alloc();
    add(batch, "abc");
    batch.commit();
    CHECK(batch.size() == 0);
    CHECK(batch.written().empty());
    CHECK(batch.memory().size() == 0);
    CHECK(thrown_by([&] { batch.advance(1); }) == errc::commit_exceeds_prepared);
    batch.commit(); // nothing
    add(batch, "de");
    batch.flush(flushed.handler());
    CHECK(batch.size() == 0);
    pipe.poll();
    CHECK(flushed.succeeded());
    CHECK(pipe.take() == "abcde");
    add(batch, "f");
    CHECK(batch.try_flush());
    CHECK(pipe.take() == "f");
}

TEST_CASE("rule 23: the flush of a batch publishes all that is committed, and waits") {
    test_pipe pipe(with_thresholds(3, 2));
    wait_outcome first;
    pipe.write("w");
    writable_buffer committed = pipe.writer.alloc(), batch = pipe.writer.alloc();
    add(committed, "c");
    committed.commit();
    pipe.write("x");
    add(batch, "b");
    batch.flush(first.handler());
    CHECK(pipe.reader.buffered() == 4);
    pipe.poll();
    CHECK(first.pending());
    CHECK(batch.try_flush().error() == asio::error::would_block);
    CHECK(pipe.take() == "wcxb");
    pipe.poll();
    CHECK(first.succeeded());
}

TEST_CASE("rule 23: batches may be moved, outlive the writer, and then are refused") {
    test_pipe pipe;
    std::vector<writable_buffer> batches;
    for (const char* text : {"a", "b", "c"}) {
        batches.push_back(pipe.writer.alloc());
        add(batches.back(), text);
    }
    writable_buffer moved = std::move(batches[0]);
    moved.commit();
    CHECK(thrown_by([&] { batches[0].commit(); }) == errc::already_completed); // NOLINT: moved from
    CHECK(batches[0].size() == 0);
    CHECK(batches[0].memory().size() == 0);
    CHECK(batches[0].written().empty());
    CHECK(batches[0].try_flush().error() == errc::already_completed);
    batches[1].commit();
    { const pipe_writer gone = std::move(pipe.writer); }
    CHECK(pipe.take() == "ab");
    CHECK(thrown_by([&] { batches[2].commit(); }) == errc::already_completed);
    CHECK(batches[2].try_flush().error() == errc::already_completed);
    CHECK(batches[2].written().equals("c"));
    CHECK(pipe.reader.try_read().error() == errc::writer_abandoned);
}

TEST_CASE("rule 23: a batch with shared bytes may be dropped with room prepared behind them") {
    test_pipe source, pipe(with_segments(16));
    REQUIRE(source.publish("shared"));
    const preserved_buffer shared = source.reader.try_read().value().buffer.preserve();
    for (const std::size_t more : {0u, 1'000u}) {
        CAPTURE(more);
        writable_buffer batch = pipe.writer.alloc();
        add(batch, "own");
        batch.append(shared);
        batch.ensure();     // behind "own", in a link of its own
        batch.ensure(more); // in another segment, perhaps
        CHECK(batch.written().equals("ownshared"));
    }
    REQUIRE(pipe.publish("text"));
    CHECK(pipe.take() == "text");
}

TEST_CASE("rule 23: the writer goes on in its segment behind a batch, also when all was consumed") {
    test_pipe pipe;
    pipe.write("w1");
    writable_buffer batch = pipe.writer.alloc();
    add(batch, "b1");
    batch.commit();
    REQUIRE(pipe.publish("w2")); // shown by a second link of the writer's segment
    std::memcpy(pipe.writer.prepare(2).data(), "w3", 2);
    CHECK(pipe.take() == "w1b1w2");
    CHECK(pipe.reader.try_read().error() == asio::error::would_block); // gives back what is idle
    pipe.writer.commit(2);
    REQUIRE(pipe.writer.try_flush());
    CHECK(pipe.take() == "w3");
    REQUIRE(pipe.publish("w4"));
    CHECK(pipe.take() == "w4");
}

TEST_CASE(
    "rule 23: a batch of nothing is flushed while the writer goes on behind what was consumed") {
    for (const bool parks : {false, true}) {
        test_pipe pipe(with_segments(16));
        pipe.write("before");
        REQUIRE(pipe.writer.try_flush());
        pipe.write("a"); // the writer holds its segment again
        REQUIRE(pipe.writer.try_flush());
        (void)pipe.writer.prepare(1);
        CHECK(pipe.reader.try_read()->buffer.equals("beforea"));
        pipe.reader.consume(7);
        read_outcome read;
        if (parks)
            pipe.reader.async_read(read.handler());
        else
            CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        CHECK(pipe.writer.alloc().try_flush());
        pipe.write("behind");
        CHECK(pipe.writer.try_flush());
        if (parks) {
            pipe.poll();
            CHECK(read.text() == "behind");
        } else {
            CHECK(pipe.reader.try_read()->buffer.equals("behind"));
        }
    }
}

TEST_CASE("rule 23: coroutines") {
    test_pipe pipe(with_thresholds(100, 50, with_segments(2)));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        writable_buffer batch = pipe.writer.alloc();
        std::string expected;
        for (int i = 0; i != 10; ++i) {
            add(batch, "head ");
            add(batch, std::to_string(i));
            co_await batch.flush();
            const read_result read = co_await pipe.reader.async_read();
            CHECK(read.buffer.equals("head " + std::to_string(i)));
            pipe.reader.advance(read.buffer.finish());
        }
    });
}
