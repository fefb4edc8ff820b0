// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/frames.hpp"
#include <sluice/parse/line_decoder.hpp>

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

using line_frames = framed_reader<pipe_reader&, line_decoder>;

TEST_CASE("framed_reader: released, the reader stands behind the last frame") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        digit_frames frames(pipe.reader);
        REQUIRE(pipe.publish("2ab1craw1d"));
        CHECK(frames.try_next().value().equals("ab"));
        CHECK(frames.rest().equals("1craw1d"));
        CHECK(frames.try_next().value().equals("c"));
        frames.release();
        const readable_buffer raw = pipe.reader.try_read().value().buffer;
        CHECK(raw.equals("raw1d"));
        pipe.reader.consume(3);
        CHECK(take_all(frames) == "d|: would block");
    }
}

TEST_CASE("framed_reader: another decoder goes on, with each byte that no frame has") {
    for (const bool looked : {false, true}) { // for a frame that is not whole
        for (const bool released_twice : {false, true}) {
            test_pipe pipe;
            REQUIRE(pipe.publish("1a8\nli\nre"));
            digit_frames digits(pipe.reader);
            CHECK(digits.try_next().value().equals("a"));
            if (looked)
                CHECK(take_all(digits) == ": would block");
            digits.release();
            if (released_twice)
                digits.release();
            line_frames lines(pipe.reader);
            CHECK(take_all(lines) == "8|li|: would block");
            lines.release();
            CHECK(pipe.take() == "re");
        }
    }
}

TEST_CASE("framed_reader: released after a wait that was cancelled, the reader shows everything") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome next;
    REQUIRE(pipe.publish("4ab"));
    frames.async_next(next.handler());
    pipe.poll();
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(next.failed(asio::error::operation_aborted));
    frames.release();
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.poll();
    CHECK(read.text() == "4ab");
}

TEST_CASE("framed_reader: release keeps a cancellation for whoever reads next") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    REQUIRE(pipe.publish("4ab"));
    CHECK(take_all(frames) == ": would block");
    pipe.reader.cancel_pending_read();
    frames.release();
    const read_result read = pipe.reader.try_read().value();
    CHECK(read.cancelled);
    CHECK(read.buffer.equals("4ab"));
    CHECK(pipe.reader.try_read().value().buffer.equals("4ab"));
}

TEST_CASE("framed_reader: release before anything, at the end, and with a completed reader") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frames.release();
    CHECK(take_all(frames) == ": would block");
    pipe.write("1a1b");
    pipe.writer.complete();
    CHECK(frames.try_next().value().equals("a"));
    frames.release();
    const read_result read = pipe.reader.try_read().value();
    CHECK(read.completed);
    CHECK(read.buffer.equals("1b"));
    pipe.reader.advance(read.buffer.start(), read.buffer.finish());
    CHECK(take_all(frames) == ending("b|", asio::error::eof));
    frames.release();
    CHECK(take_all(frames) == ending("", asio::error::eof));
    pipe.reader.complete();
    CHECK_NOTHROW(frames.release());
}

TEST_CASE("framed_reader: released at an error, the reader stands at the frame it was found in") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    REQUIRE(pipe.publish("1a?line\n"));
    CHECK(take_all(frames) == ending("a|", errc::malformed_frame));
    frames.release();
    line_frames lines(pipe.reader);
    CHECK(take_all(lines) == "?line|: would block");
    CHECK(take_all(frames) == ending("", errc::malformed_frame));
}

TEST_CASE("framed_reader: a writer that is paused goes on when the reader is released") {
    test_pipe pipe(with_thresholds(4, 2));
    digit_frames frames(pipe.reader);
    wait_outcome flushed;
    pipe.write("4abcd");
    pipe.writer.flush(flushed.handler());
    CHECK(frames.try_next().value().equals("abcd"));
    pipe.poll();
    CHECK(flushed.pending());
    frames.release();
    pipe.poll();
    CHECK(flushed.succeeded());
}
