// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

void check(const test_pipe& pipe, const pipe_statistics& expected) {
    const pipe_statistics stats = pipe.stats();
    CHECK(stats.bytes_in == expected.bytes_in);
    CHECK(stats.bytes_out == expected.bytes_out);
    CHECK(stats.flushes == expected.flushes);
    CHECK(stats.reads == expected.reads);
    CHECK(stats.pauses == expected.pauses);
    CHECK(stats.peak_buffered == expected.peak_buffered);
}

} // namespace

TEST_CASE("pipe statistics: bytes, flushes, reads, pauses and the peak") {
    test_pipe pipe(with_thresholds(6, 4));
    check(pipe, {});
    pipe.write("abc");
    check(pipe, {});
    CHECK(pipe.writer.try_flush());
    CHECK(pipe.writer.try_flush()); // nothing
    check(pipe, {3, 0, 1, 0, 0, 3});
    CHECK_FALSE(pipe.publish("def"));
    check(pipe, {6, 0, 2, 0, 1, 6});
    REQUIRE(pipe.reader.try_read().has_value());
    CHECK_FALSE(pipe.reader.try_read().has_value()); // not delivered
    check(pipe, {6, 0, 2, 1, 1, 6});
    pipe.reader.consume(4);
    check(pipe, {6, 4, 2, 1, 1, 6});
    CHECK(pipe.publish("g"));
    check(pipe, {7, 4, 3, 1, 1, 6});
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.poll();
    check(pipe, {7, 4, 3, 2, 1, 6});
    pipe.reader.complete();
    check(pipe, {7, 7, 3, 2, 1, 6});
}

TEST_CASE("pipe statistics: what complete publishes counts") {
    test_pipe pipe;
    pipe.write("abc");
    pipe.writer.complete();
    check(pipe, {3, 0, 1, 0, 0, 3});
}

TEST_CASE("pipe statistics: what batches publish counts, and what publishes nothing does not") {
    test_pipe pipe;
    writable_buffer batch = pipe.writer.alloc();
    CHECK(batch.try_flush());
    check(pipe, {});
    batch.write(asio::buffer("ab", 2));
    CHECK(batch.try_flush());
    check(pipe, {2, 0, 1, 0, 0, 2});
    batch.write(asio::buffer("c", 1));
    batch.commit();
    check(pipe, {2, 0, 1, 0, 0, 2});
    CHECK(pipe.writer.try_flush());
    check(pipe, {3, 0, 2, 0, 0, 3});
}

TEST_CASE("pipe statistics: still there when an end was moved away") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const pipe_reader reader = std::move(pipe.reader);
    check(pipe, {3, 0, 1, 0, 0, 3});
    const pipe_writer writer = std::move(pipe.writer);
    check(pipe, {});
}
