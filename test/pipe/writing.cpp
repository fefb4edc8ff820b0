// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

namespace {

void fill(asio::mutable_buffer where, std::string_view text) {
    REQUIRE(asio::buffer_copy(where, asio::buffer(text)) == text.size());
}

} // namespace

TEST_CASE("rule 16: prepare gives as many contiguous bytes as asked for, and at least one") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        std::string expected;
        for (const std::size_t n : {0u, 1u, 3u, 17u, 20'000u, 3'000'000u, 2u, 0u}) {
            CAPTURE(n);
            const asio::mutable_buffer room = pipe.writer.prepare(n);
            REQUIRE(room.size() >= std::max<std::size_t>(n, 1));
            std::memset(room.data(), 'p', room.size());
            const std::size_t used = std::max<std::size_t>(n, 1);
            std::memset(room.data(), static_cast<char>('a' + n % 7), used);
            pipe.writer.commit(used);
            expected.append(used, static_cast<char>('a' + n % 7));
        }
        CHECK(pipe.writer.unflushed() == expected.size());
        (void)pipe.writer.try_flush();
        CHECK(pipe.take() == expected);
    }
}

TEST_CASE("rule 16: what was prepared and not committed may be prepared again") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        fill(pipe.writer.prepare(3), "xxx");
        fill(pipe.writer.prepare(6), "abcxyz");
        pipe.writer.commit(3);
        fill(pipe.writer.prepare(2), "de");
        pipe.writer.commit(1);
        pipe.writer.commit(1); // the rest of it
        pipe.writer.prepare(50);
        CHECK(pipe.writer.unflushed() == 5);
        REQUIRE(pipe.writer.try_flush());
        CHECK(pipe.take() == "abcde");
    }
}

TEST_CASE("rule 16: a commit beyond what was prepared throws, and changes nothing") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        const auto refused = [&](std::size_t n) {
            return thrown_by([&] { pipe.writer.commit(n); }) == errc::commit_exceeds_prepared;
        };
        CHECK(refused(1));
        pipe.writer.commit(0);
        const asio::mutable_buffer room = pipe.writer.prepare(3);
        fill(room, "abc");
        CHECK(refused(room.size() + 1));
        CHECK(refused(static_cast<std::size_t>(-1)));
        CHECK(pipe.writer.unflushed() == 0);
        pipe.writer.commit(3);
        CHECK(refused(room.size() - 2));
        REQUIRE(pipe.writer.try_flush());
        CHECK(refused(1)); // a flush takes back what was prepared
        CHECK(pipe.take() == "abc");
    }
}

TEST_CASE("rule 16: prepare_sequence gives room in a few pieces, and commit goes across them") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        std::string expected;
        for (const std::size_t n : {0u, 1u, 5u, 40u, 70'000u, 9u}) {
            for (const std::size_t used : {n, n / 2, std::size_t{0}}) {
                CAPTURE(n);
                CAPTURE(used);
                const mutable_segments room = pipe.writer.prepare_sequence(n);
                CHECK(room.size() >= std::max<std::size_t>(n, 1));
                CHECK(room.count() <= mutable_segments::max_pieces);
                for (const asio::mutable_buffer piece : room)
                    CHECK(piece.size() != 0);
                std::string text;
                for (std::size_t i = 0; i != used; ++i)
                    text += static_cast<char>('a' + i % 23);
                REQUIRE(asio::buffer_copy(room, asio::buffer(text)) == used);
                CHECK(thrown_by([&] { pipe.writer.commit(room.size() + 1); }) ==
                      errc::commit_exceeds_prepared);
                pipe.writer.commit(used);
                expected += text;
            }
        }
        pipe.writer.prepare_sequence(200);
        pipe.write("end");
        (void)pipe.writer.try_flush();
        CHECK(pipe.take() == expected + "end");
    }
}

TEST_CASE("rule 17: committed bytes keep their order, and are invisible until a flush") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        REQUIRE(pipe.publish("0"));
        const preserved_buffer kept = pipe.reader.try_read().value().buffer.preserve();
        pipe.reader.consume(1);

        const std::array<asio::const_buffer, 3> parts = {
            asio::buffer("ab", 2), asio::const_buffer(), asio::buffer("cde", 3)};
        CHECK(pipe.writer.write(parts) == 5);
        CHECK(pipe.writer.write(asio::const_buffer()) == 0);
        const asio::mutable_buffer hole = pipe.writer.reserve(2);
        CHECK(hole.size() == 2);
        pipe.writer.append(kept);
        fill(pipe.writer.prepare(3), "hij");
        pipe.writer.commit(3);
        fill(hole, "fg");
        CHECK(pipe.writer.unflushed() == 11);
        CHECK(pipe.reader.buffered() == 0);
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        REQUIRE(pipe.writer.try_flush());
        CHECK(pipe.writer.unflushed() == 0);
        CHECK(pipe.take() == "abcdefg0hij");
    }
}

TEST_CASE("rule 17: complete publishes what was committed") {
    test_pipe pipe;
    pipe.write("abc");
    CHECK(pipe.reader.buffered() == 0);
    pipe.writer.complete();
    CHECK(pipe.reader.buffered() == 3);
    CHECK(pipe.take() == "abc");
}

TEST_CASE("rule 17: coroutines") {
    test_pipe pipe(with_segments(2));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("abc");
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        pipe.write("de");
        co_await pipe.writer.flush();
        pipe.write("f");
        const read_result read = co_await pipe.reader.async_read();
        CHECK(read.buffer.equals("abcde"));
        pipe.reader.consume(5);
        co_await pipe.writer.flush();
        const read_result rest = co_await pipe.reader.async_read();
        CHECK(rest.buffer.equals("f"));
    });
}

TEST_CASE("rule 20: a flush with nothing new only waits for the reader") {
    test_pipe pipe(with_thresholds(3, 2));
    wait_outcome idle, waiting;
    pipe.writer.flush(idle.handler());
    pipe.poll();
    CHECK(idle.succeeded());
    CHECK(pipe.stats().flushes == 0);
    CHECK(pipe.writer.try_flush());
    CHECK_FALSE(pipe.publish("abc"));
    const std::uint64_t flushes = pipe.stats().flushes;
    pipe.writer.flush(waiting.handler());
    pipe.poll();
    CHECK(waiting.pending());
    CHECK(pipe.stats().flushes == flushes);
    pipe.take();
    pipe.poll();
    CHECK(waiting.succeeded());
}

TEST_CASE("rule 20: a flush with nothing new does not wake the reader") {
    test_pipe pipe;
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.writer.prepare(10);
    CHECK(pipe.writer.try_flush());
    pipe.poll();
    CHECK(read.pending());
}

TEST_CASE("rule 20: coroutines") {
    test_pipe pipe(with_thresholds(3, 2));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        co_await pipe.writer.flush();
        CHECK(pipe.stats().flushes == 0);
        pipe.writer.complete();
        pipe.writer.complete(errc::malformed_frame);
        const auto [ec] = co_await pipe.writer.flush(as_result);
        CHECK(ec == errc::already_completed);
        const read_result read = co_await pipe.reader.async_read();
        CHECK(read.completed);
    });
}
