// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

// A pipe whose ends can be destroyed one by one.
struct loose_ends {
    explicit loose_ends(pipe_options options = {}) {
        sluice::pipe made(context, std::move(options));
        reader.emplace(std::move(made.reader));
        writer.emplace(std::move(made.writer));
    }
    void write(std::string_view text) { writer->write(asio::buffer(text)); }
    void poll() { test::poll(context); }

    asio::io_context context;
    std::optional<pipe_reader> reader;
    std::optional<pipe_writer> writer;
};

} // namespace

TEST_CASE("rule 13: a destroyed writer has completed with writer_abandoned") {
    loose_ends waiting, buffered, completed;
    read_outcome read;
    waiting.reader->async_read(read.handler());
    waiting.writer.reset();
    waiting.poll();
    CHECK(read.failed(errc::writer_abandoned));

    buffered.write("abc"); // committed
    buffered.writer.reset();
    const read_result last = buffered.reader->try_read().value();
    CHECK(last.buffer.equals("abc"));
    CHECK_FALSE(last.completed);
    buffered.reader->consume(3);
    CHECK(buffered.reader->try_read().error() == errc::writer_abandoned);

    completed.writer->complete();
    completed.writer.reset();
    CHECK(completed.reader->try_read().value().completed);
}

TEST_CASE("rule 13: a destroyed reader has completed with reader_abandoned") {
    loose_ends ends(with_thresholds(1, 0)), completed;
    wait_outcome flushed, drained, watched, later;
    ends.write("a");
    ends.writer->flush(flushed.handler());
    ends.writer->async_wait_drained(drained.handler());
    ends.writer->async_wait_reader_completed(watched.handler());
    ends.poll();
    CHECK(flushed.pending());
    ends.reader.reset();
    CHECK(flushed.pending()); // never inside of a destructor
    ends.poll();
    CHECK(flushed.failed(errc::reader_abandoned));
    CHECK(drained.failed(errc::reader_abandoned));
    CHECK(watched.failed(errc::reader_abandoned));
    ends.writer->flush(later.handler());
    ends.poll();
    CHECK(later.failed(errc::reader_abandoned));
    CHECK(ends.writer->try_flush().error() == errc::reader_abandoned);

    completed.reader->complete();
    completed.reader.reset();
    CHECK(completed.writer->try_flush().error() == asio::error::broken_pipe);
}

TEST_CASE("rule 13: pending operations of a destroyed end complete with operation_aborted") {
    loose_ends ends(with_thresholds(1, 0));
    read_outcome read;
    wait_outcome flushed, drained, watched, batched;
    ends.reader->async_read_at_least(9, read.handler());
    ends.reader.reset();
    ends.poll();
    CHECK(read.failed(asio::error::operation_aborted));

    loose_ends other(with_thresholds(1, 0));
    other.write("a");
    other.writer->flush(flushed.handler());
    other.writer->async_wait_drained(drained.handler());
    other.writer->async_wait_reader_completed(watched.handler());
    writable_buffer batch = other.writer->alloc();
    batch.write(asio::buffer("b", 1));
    batch.flush(batched.handler());
    other.poll();
    other.writer.reset();
    CHECK(flushed.pending());
    other.poll();
    for (const wait_outcome* outcome : {&flushed, &drained, &watched, &batched})
        CHECK(outcome->failed(asio::error::operation_aborted));
    CHECK(other.reader->try_read().value().buffer.equals("ab"));
}

TEST_CASE("rule 13: an end that is assigned to has destroyed its old one") {
    test_pipe one, two;
    read_outcome aborted, read;
    one.reader.async_read(aborted.handler());
    wait_outcome watched;
    one.writer.async_wait_reader_completed(watched.handler());
    one.reader = std::move(two.reader);
    two.poll();
    one.poll();
    CHECK(aborted.failed(asio::error::operation_aborted));
    CHECK(watched.failed(errc::reader_abandoned));
    one.reader.async_read(read.handler());
    REQUIRE(two.publish("a"));
    two.poll();
    CHECK(read.text() == "a");
    one.reader.consume(1);
    two.writer = std::move(one.writer);
    one.poll();
    CHECK(one.reader.try_read().error() == errc::writer_abandoned);
    pipe_reader& same = one.reader;
    one.reader = std::move(same);
    CHECK(one.reader.try_read().error() == errc::writer_abandoned);
}

TEST_CASE("rule 13: both ends may go in any order, with everything pending") {
    for (const bool writer_first : {true, false}) {
        loose_ends ends(with_thresholds(1, 0, with_segments(2)));
        read_outcome read;
        wait_outcome flushed, watched;
        ends.write("abcdef");
        ends.writer->flush(flushed.handler());
        ends.reader->async_read_at_least(100, read.handler());
        ends.writer->async_wait_reader_completed(watched.handler());
        if (writer_first) {
            ends.writer.reset();
            ends.reader.reset();
        } else {
            ends.reader.reset();
            ends.writer.reset();
        }
        ends.poll();
        CHECK(read.calls == 1);
        CHECK(flushed.calls == 1);
        CHECK(watched.calls == 1);
        CHECK(ends.context.stopped());
    }
}

TEST_CASE("rule 13: the ends may be destroyed inside their own handlers") {
    loose_ends ends(with_thresholds(1, 0));
    int calls = 0;
    ends.reader->async_read([&](error_code, read_result) {
        ends.reader.reset();
        ++calls;
    });
    asio::post(ends.context, [&] {
        ends.write("a");
        ends.writer->flush([&](error_code ec) { // the reader goes inside this call
            CHECK(ec == errc::reader_abandoned);
            ends.writer.reset();
            ++calls;
        });
    });
    ends.poll();
    CHECK(calls == 2);
}

TEST_CASE("rule 13: the other end, and both, may be destroyed inside a call that resumes") {
    const auto both_gone = [](loose_ends& ends) {
        ends.writer.reset();
        ends.reader.reset();
    };
    loose_ends flushing, trying, advancing(with_thresholds(1, 0)), asking(with_thresholds(1, 0)),
        completing, cancelling;
    int calls = 0;
    for (loose_ends* ends : {&flushing, &trying, &completing, &cancelling})
        ends->reader->async_read([&, ends](error_code, read_result) {
            both_gone(*ends);
            ++calls;
        });
    wait_outcome flushed;
    asio::post(flushing.context, [&] {
        flushing.write("a");
        flushing.writer->flush(flushed.handler());
    });
    asio::post(trying.context, [&] {
        trying.write("a");
        (void)trying.writer->try_flush();
    });
    asio::post(completing.context, [&] { completing.writer->complete(); });
    asio::post(cancelling.context, [&] { cancelling.reader->cancel_pending_read(); });
    for (loose_ends* ends : {&advancing, &asking}) {
        ends->write("a");
        ends->writer->flush([&, ends](error_code) {
            both_gone(*ends);
            ++calls;
        });
    }
    asio::post(advancing.context, [&] {
        REQUIRE(advancing.reader->try_read().has_value());
        advancing.reader->consume(1);
    });
    read_outcome asked;
    asio::post(asking.context, [&] { asking.reader->async_read_at_least(5, asked.handler()); });
    for (loose_ends* ends : {&flushing, &trying, &advancing, &asking, &completing, &cancelling})
        ends->poll();
    CHECK(calls == 6);
    CHECK(flushed.calls == 1);
    CHECK(asked.failed(asio::error::operation_aborted));
}

TEST_CASE("rule 13: a reader that completes inside its handler releases every flush that waits") {
    loose_ends ends(with_thresholds(1, 0));
    wait_outcome outcomes[5];
    ends.write("a");
    for (wait_outcome& outcome : outcomes)
        ends.writer->flush([&](error_code ec) {
            outcome.handler()(ec);
            ends.writer.reset();
        });
    asio::post(ends.context, [&] { ends.reader->complete(); });
    ends.poll();
    for (const wait_outcome& outcome : outcomes)
        CHECK(outcome.failed(asio::error::broken_pipe));
}

TEST_CASE("rule 13: coroutines, whose ends go with them") {
    test_pipe pipe;
    int finished = 0;
    asio::co_spawn(
        pipe.context,
        [&, reader = std::move(pipe.reader)]() mutable -> asio::awaitable<void> {
            const read_result read = co_await reader.async_read();
            CHECK(read.buffer.equals("a"));
            ++finished; // and gives up
        },
        asio::detached);
    asio::co_spawn(
        pipe.context,
        [&, writer = std::move(pipe.writer)]() mutable -> asio::awaitable<void> {
            error_code ec;
            while (!ec) {
                writer.write(asio::buffer("a", 1));
                const auto [failed] = co_await writer.flush(as_result);
                ec = failed;
            }
            CHECK(ec == errc::reader_abandoned);
            ++finished;
        },
        asio::detached);
    pipe.poll();
    CHECK(finished == 2);
}
