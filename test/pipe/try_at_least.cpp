// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("rule 14a: try_read_at_least counts buffered bytes, examined or not") {
    for (const std::size_t size : segment_sizes) {
        test_pipe pipe(with_segments(size));
        CHECK(pipe.reader.try_read_at_least(1).error() == asio::error::would_block);
        REQUIRE(pipe.publish("abc"));
        CHECK(pipe.reader.try_read_at_least(4).error() == asio::error::would_block);
        const read_result read = pipe.reader.try_read_at_least(3).value();
        CHECK(read.buffer.equals("abc"));
        CHECK(pipe.reader.try_read_at_least(0).error() == errc::advance_required);
        pipe.reader.advance(read.buffer.at(1), read.buffer.finish());
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        const read_result again = pipe.reader.try_read_at_least(2).value();
        CHECK(again.buffer.equals("bc"));
        CHECK(again.examined == again.buffer.finish());
        pipe.reader.consume(0);
        CHECK(pipe.reader.try_read().value().buffer.equals("bc"));
    }
}

TEST_CASE("rule 14a: try_read_at_least with 0 shows what there is, also behind the end") {
    test_pipe pipe;
    CHECK(pipe.reader.try_read_at_least(0).value().buffer.empty());
    pipe.reader.consume(0);
    pipe.write("abc");
    pipe.writer.complete();
    const read_result read = pipe.reader.try_read_at_least(10).value();
    CHECK(read.completed);
    pipe.reader.advance(read.buffer.start(), read.buffer.finish());
    CHECK(pipe.reader.try_read_at_least(10).error() == asio::error::eof);
    const read_result rest = pipe.reader.try_read_at_least(0).value();
    CHECK(rest.completed);
    CHECK(rest.buffer.equals("abc"));
}

TEST_CASE("rule 14a: try_read_at_least refuses what async_read_at_least refuses") {
    pipe_options options;
    options.max_buffered = 4;
    test_pipe pipe(options);
    CHECK(pipe.reader.try_read_at_least(5).error() == errc::buffer_limit_exceeded);
    read_outcome waiting;
    pipe.reader.async_read(waiting.handler());
    CHECK(pipe.reader.try_read_at_least(0).error() == errc::read_pending);
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(waiting.result.cancelled);
    pipe.reader.cancel_pending_read();
    CHECK(pipe.reader.try_read_at_least(3).value().cancelled);
    pipe.reader.complete();
    CHECK(pipe.reader.try_read_at_least(0).error() == errc::already_completed);
    const pipe_reader moved(std::move(pipe.reader));
    CHECK(pipe.reader.try_read_at_least(0).error() == errc::already_completed);
}
