// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Bugs that System.IO.Pipelines of .NET had, as tests of this library.
#include "support/numbered_bytes.hpp"
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <stdexcept>

using namespace sluice;
using namespace sluice::test;

// Examined stood at the end of one block, which is also the start of the next: the read that
// followed saw "unexamined" bytes there and completed at once, with nothing new, again and again.
TEST_CASE(".NET: examined at a block boundary spins for ever") {
    for (const std::size_t segment : {1, 2, 16})
        for (const std::size_t consumed : {std::size_t{0}, segment / 2, segment}) {
            test_pipe pipe(with_segments(segment));
            REQUIRE(pipe.publish(std::string(segment, 'x'))); // to the end of the block
            const read_result seen = pipe.reader.try_read().value();
            pipe.reader.advance(seen.buffer.at(consumed), seen.buffer.finish());
            read_outcome next;
            pipe.reader.async_read(next.handler());
            for (int i = 0; i != 10; ++i)
                pipe.poll();
            CHECK(next.pending());
            CHECK(pipe.stats().reads == 1);
            REQUIRE(pipe.publish("y"));
            pipe.poll();
            CHECK(next.succeeded());
            CHECK(next.text() == std::string(segment - consumed, 'x') + 'y');
        }
}

// The reader got below the threshold, or was gone, just where the flush had looked already.
TEST_CASE(".NET: flush that never completes") {
    for (const int how : {0, 1, 2}) {
        test_pipe pipe(with_thresholds(4, 2));
        wait_outcome flushed;
        pipe.write("abcdef");
        pipe.writer.flush(flushed.handler());
        pipe.poll();
        CHECK(flushed.pending());
        std::optional<pipe_reader> reader(std::move(pipe.reader));
        if (how == 0) {
            REQUIRE(reader->try_read().has_value());
            reader->consume(5);
        } else if (how == 1) {
            reader->complete();
        } else {
            reader.reset();
        }
        pipe.poll();
        REQUIRE(flushed.calls == 1);
        const error_code expected[] = {{}, asio::error::broken_pipe, errc::reader_abandoned};
        CHECK(flushed.ec == expected[how]);
    }
}

// A message longer than the threshold: the parser had looked at all of it and asked for more, the
// writer was paused by it and gave none.
TEST_CASE(".NET: examined-all deadlock with a paused writer") {
    test_pipe pipe(with_thresholds(4, 2));
    wait_outcome flushed;
    read_outcome more;
    pipe.write("a long messa");
    pipe.writer.flush(flushed.handler());
    pipe.poll();
    CHECK(flushed.pending());
    const read_result seen = pipe.reader.try_read().value();
    pipe.reader.advance(seen.buffer.start(), seen.buffer.finish());
    pipe.reader.async_read(more.handler());
    pipe.poll();
    REQUIRE(flushed.succeeded());
    (void)pipe.publish("ge");
    pipe.poll();
    CHECK(more.text() == "a long message");
}

// A block that was consumed to its middle was taken for free from its start.
TEST_CASE(".NET: advance then write overwrites earlier bytes") {
    for (const std::size_t segment : {2, 16, 64}) {
        test_pipe pipe(with_segments(segment));
        std::uint64_t written = 0, consumed = 0;
        for (int round = 0; round != 200; ++round) {
            const std::size_t n = 1 + round % 7;
            (void)pipe.publish(numbered_bytes(n, written));
            written += n;
            const read_result seen = pipe.reader.try_read().value();
            REQUIRE(is_numbered(seen.buffer.to_string(), consumed));
            const std::size_t taken = seen.buffer.size() / 2;
            pipe.reader.advance(seen.buffer.at(taken));
            consumed += taken;
        }
    }
}

// A parser that first looked far ahead and then, for another reason, less far, got an exception.
TEST_CASE(".NET: examined going back throws") {
    test_pipe pipe(with_segments(2));
    REQUIRE(pipe.publish("abcdef"));
    read_result seen = pipe.reader.try_read().value();
    pipe.reader.advance(seen.buffer.start(), seen.buffer.finish());
    REQUIRE(pipe.publish("g"));
    seen = pipe.reader.try_read().value();
    CHECK_NOTHROW(pipe.reader.advance(seen.buffer.at(1), seen.buffer.at(2)));
    seen = pipe.reader.try_read().value(); // at once: there are bytes nobody has looked at
    CHECK(seen.buffer.equals("bcdefg"));
    CHECK(seen.examined.position() == 2);
}

// The memory that the writer had been given went back to the pool with the reader's end, and on to
// another connection, which then read what the first one's writer put there.
TEST_CASE(".NET: completing one end while memory is lent corrupts another connection") {
    const pipe_options shared = with_segments(16);
    test_pipe first(shared), second(shared);
    REQUIRE(first.publish("before"));
    const asio::mutable_buffer lent = first.writer.prepare(10);
    first.reader.complete();
    (void)second.publish("0123456789abcdef");
    std::memset(lent.data(), '!', lent.size());
    CHECK(second.take() == "0123456789abcdef");

    const read_result view = [&] {
        (void)second.publish("what is being parsed");
        return second.reader.try_read().value();
    }();
    second.writer.complete(asio::error::connection_reset);
    test_pipe third(shared);
    (void)third.publish(std::string(64, '?'));
    CHECK(view.buffer.equals("what is being parsed"));
}

// Parsers that took the first piece for the next bytes found no byte in it.
TEST_CASE(".NET: empty segment exposed to the parser") {
    for (const std::size_t segment : {1, 2, 16}) {
        test_pipe pipe(with_segments(segment));
        for (int round = 0; round != 50; ++round) {
            (void)pipe.writer.prepare(segment + 1);
            pipe.writer.commit(0);
            pipe.write("");
            writable_buffer nothing = pipe.writer.alloc(5);
            nothing.commit();
            (void)pipe.writer.prepare_sequence(3 * segment);
            if (round % 3 != 0)
                pipe.write("ab");
            (void)pipe.writer.try_flush();
            const result<read_result> read = pipe.reader.try_read();
            if (!read)
                continue;
            for (const asio::const_buffer piece : read->buffer)
                REQUIRE(piece.size() != 0);
            CHECK(read->buffer.front().size() != 0);
            pipe.reader.advance(read->buffer.at(round % 2 ? read->buffer.size() : 1));
        }
    }
}

// The second of two reads failed and took the first one's continuation with it.
TEST_CASE(".NET: two concurrent waits poison both") {
    test_pipe pipe(with_thresholds(1, 0));
    read_outcome first, second, third;
    pipe.reader.async_read(first.handler());
    pipe.reader.async_read(second.handler());
    pipe.poll();
    CHECK(second.failed(errc::read_pending));
    CHECK(first.pending());
    wait_outcome one, two;
    pipe.write("a");
    pipe.writer.flush(one.handler());
    pipe.writer.flush(two.handler());
    pipe.poll();
    CHECK(first.succeeded());
    CHECK((one.pending() && two.pending()));
    pipe.reader.consume(1);
    pipe.poll();
    CHECK((one.succeeded() && two.succeeded()));
    pipe.reader.async_read(third.handler());
    (void)pipe.publish("b");
    pipe.poll();
    CHECK(third.text() == "b");
}

// The reader got the exception instead of the bytes that were sent before it.
TEST_CASE(".NET: error completion hides flushed data") {
    test_pipe pipe;
    REQUIRE(pipe.publish("flushed, "));
    pipe.write("committed");
    pipe.writer.complete(asio::error::connection_reset);
    const result<read_result> read = pipe.reader.try_read();
    REQUIRE(read.has_value());
    CHECK(read->buffer.equals("flushed, committed"));
    CHECK_FALSE(read->completed);
    pipe.reader.consume(read->buffer.size());
    CHECK(pipe.reader.try_read().error() == asio::error::connection_reset);
}

// A resume threshold above the pause threshold, or one that nothing can be below: the pipe took it,
// and a writer that paused stayed so.
TEST_CASE(".NET: threshold options that can never resume") {
    CHECK_THROWS_AS(test_pipe(with_thresholds(10, 11)), std::invalid_argument);
    for (const std::size_t pause : {1, 2, 10})
        for (std::size_t resume = 0; resume <= pause; ++resume) {
            test_pipe pipe(with_thresholds(pause, resume));
            wait_outcome flushed;
            pipe.write(std::string(pause + 1, 'x'));
            pipe.writer.flush(flushed.handler());
            pipe.poll();
            CHECK(flushed.pending());
            CHECK(pipe.take().size() == pause + 1);
            pipe.poll();
            CHECK(flushed.succeeded());
        }
}
