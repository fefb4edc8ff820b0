// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include <sluice/stream/stream_reader.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

template <class Stream>
struct reading {
    asio::io_context context;
    Stream stream{context.get_executor()};
    stream_reader<Stream&> reader;

    explicit reading(const stream_reader_options& options = {}) : reader(stream, options) {}

    void poll() { test::poll(context); }

    // One read that finds what it waits for.
    read_result read() {
        read_outcome outcome;
        reader.async_read(outcome.handler());
        CHECK(outcome.pending()); // rule 1
        poll();
        REQUIRE(outcome.succeeded());
        return outcome.result;
    }
    std::string take() {
        const read_result got = read();
        std::string text = got.buffer.to_string();
        reader.advance(got.buffer.finish());
        return text;
    }
};

} // namespace

TEST_CASE_TEMPLATE("stream_reader: rule 06: a read delivers everything that is there, and waits "
                   "when there is nothing",
                   Stream, scripted_stream, scripted_socket) {
    reading<Stream> f;
    f.stream.deliver("one");
    CHECK(f.take() == "one");
    read_outcome waiting;
    f.reader.async_read(waiting.handler());
    f.poll();
    CHECK(waiting.pending());
    CHECK(f.stream.waiting_reads == 1);
    f.stream.deliver("two");
    f.poll();
    CHECK(waiting.text() == "two");
    CHECK(f.reader.buffered() == 3);
    f.reader.consume(1);
    f.stream.deliver("three");
    CHECK(f.read().buffer.equals("wo"));
}

TEST_CASE_TEMPLATE("stream_reader: rule 07: a delivered read is answered first; one read at a time",
                   Stream, scripted_stream, scripted_socket) {
    reading<Stream> f;
    f.stream.deliver("one");
    const read_result first = f.read();
    read_outcome early, pending, second;
    f.reader.async_read(early.handler());
    f.poll();
    CHECK(early.failed(errc::advance_required));
    CHECK(f.reader.try_read().error() == errc::advance_required);
    f.reader.advance(first.buffer.finish());
    f.reader.async_read(pending.handler());
    f.reader.async_read(second.handler());
    CHECK(f.reader.try_read().error() == errc::read_pending);
    f.poll();
    CHECK(second.failed(errc::read_pending));
    CHECK(pending.pending());
    f.stream.deliver("two");
    f.poll();
    CHECK(pending.text() == "two");
}

TEST_CASE_TEMPLATE("stream_reader: rule 08: examined and consumed", Stream, scripted_stream,
                   scripted_socket) {
    reading<Stream> f;
    CHECK(thrown_by([&] { f.reader.consume(0); }) == errc::no_read_to_advance);
    f.stream.deliver("abcd");
    read_result got = f.read();
    CHECK(thrown_by([&] { f.reader.consume(5); }) == errc::invalid_cursor);
    CHECK(thrown_by([&] { f.reader.advance(got.buffer.finish(), got.buffer.start()); }) ==
          errc::invalid_cursor);
    f.reader.advance(got.buffer.start());
    CHECK(f.read().buffer.equals("abcd")); // nothing was examined
    f.reader.consume(1);
    got = f.read();
    CHECK(got.buffer.equals("bcd"));
    f.reader.advance(got.buffer.at(1), got.buffer.finish());
    read_outcome more;
    f.reader.async_read(more.handler());
    f.poll();
    CHECK(more.pending());
    f.stream.deliver("ef");
    f.poll();
    CHECK(more.text() == "cdef");
    CHECK(more.result.examined - more.result.buffer.start() == 2);
    f.reader.advance(more.result.buffer.finish());
    CHECK(thrown_by([&] { f.reader.advance(more.result.buffer.finish()); }) ==
          errc::no_read_to_advance);
}

TEST_CASE_TEMPLATE("stream_reader: rule 09: the end of the stream comes with the last bytes, or "
                   "behind them",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool together : {true, false}) {
        reading<Stream> f;
        if (together) {
            f.stream.deliver("last", asio::error::eof);
        } else {
            f.stream.deliver("last");
            f.stream.deliver_end();
        }
        read_result got = f.read();
        CHECK(got.buffer.equals("last"));
        CHECK(got.completed == together);
        f.reader.advance(got.buffer.at(2), got.buffer.finish());
        read_outcome at_end;
        f.reader.async_read(at_end.handler());
        f.poll();
        if (!together) {
            CHECK(at_end.succeeded());
            CHECK(at_end.result.completed);
            f.reader.advance(at_end.result.buffer.start(), at_end.result.buffer.finish());
            at_end = {};
            f.reader.async_read(at_end.handler());
            f.poll();
        }
        CHECK(at_end.failed(asio::error::eof));
        CHECK(at_end.text() == "st");
        CHECK(f.reader.try_read().error() == asio::error::eof);
    }
}

TEST_CASE_TEMPLATE("stream_reader: rule 10: an error of the stream arrives behind its bytes, and "
                   "stays",
                   Stream, scripted_stream, scripted_socket) {
    reading<Stream> f;
    f.stream.deliver("last", asio::error::connection_reset);
    const read_result got = f.read();
    CHECK(got.buffer.equals("last"));
    CHECK_FALSE(got.completed);
    f.reader.advance(got.buffer.start(), got.buffer.finish());
    for (int i = 0; i != 2; ++i) {
        read_outcome failed;
        f.reader.async_read(failed.handler());
        f.poll();
        CHECK(failed.failed(asio::error::connection_reset));
        CHECK(failed.text() == "last");
    }
}

TEST_CASE_TEMPLATE("stream_reader: rule 11: cancel_pending_read wakes this read, or the next one",
                   Stream, scripted_stream, scripted_socket) {
    reading<Stream> f;
    read_outcome waiting;
    f.reader.async_read(waiting.handler());
    f.poll();
    f.reader.cancel_pending_read();
    CHECK(waiting.pending());
    f.poll();
    CHECK(waiting.succeeded());
    CHECK(waiting.result.cancelled);
    CHECK(f.stream.waiting_reads == 0); // nothing goes on for nobody
    f.reader.cancel_pending_read();
    f.reader.cancel_pending_read();
    f.stream.deliver("more");
    CHECK(f.read().cancelled);
    CHECK(f.take() == "more");
}

TEST_CASE_TEMPLATE("stream_reader: rule 12: completed, it drops what it has and leaves the stream",
                   Stream, scripted_stream, scripted_socket) {
    stream_reader_options options;
    options.pool = segment_pool();
    reading<Stream> f(options);
    f.stream.deliver("some");
    f.read();
    f.reader.complete();
    f.reader.complete();
    CHECK(options.pool.stats().bytes_in_use == 0);
    CHECK(f.reader.buffered() == 0);
    CHECK(f.reader.try_read().error() == errc::already_completed);
    CHECK(thrown_by([&] { f.reader.consume(0); }) == errc::already_completed);
    read_outcome refused;
    f.reader.async_read(refused.handler());
    f.poll();
    CHECK(refused.failed(errc::already_completed));

    reading<Stream> g(options);
    read_outcome waiting;
    g.reader.async_read(waiting.handler());
    g.poll();
    g.reader.complete();
    g.poll();
    CHECK(waiting.failed(asio::error::operation_aborted));
    CHECK(g.stream.waiting_reads == 0);
    CHECK(options.pool.stats().bytes_in_use == 0);
}

TEST_CASE_TEMPLATE("stream_reader: rule 13: destroyed, or moved from", Stream, scripted_stream,
                   scripted_socket) {
    asio::io_context context;
    Stream stream(context.get_executor());
    auto reader = std::make_unique<stream_reader<Stream&>>(stream);
    read_outcome waiting, moved_from, again;
    reader->async_read(waiting.handler());
    poll(context);
    stream_reader<Stream&> moved(std::move(*reader));
    CHECK(reader->try_read().error() == errc::already_completed);
    CHECK(reader->buffered() == 0);
    reader->cancel_pending_read();
    reader->async_read(moved_from.handler());
    reader.reset();
    poll(context);
    CHECK(moved_from.failed(errc::already_completed));
    CHECK(waiting.pending());
    stream.deliver("bytes");
    poll(context);
    CHECK(waiting.text() == "bytes");
    moved.consume(5);
    waiting = {};
    moved.async_read(waiting.handler());
    poll(context);
    moved = stream_reader<Stream&>(stream); // the old one goes
    moved.async_read(again.handler());
    poll(context);
    CHECK(waiting.failed(asio::error::operation_aborted));
    stream.deliver("more");
    poll(context);
    CHECK(again.text() == "more");
}

TEST_CASE_TEMPLATE("stream_reader: rule 14: preserved bytes outlive everything", Stream,
                   scripted_stream, scripted_socket) {
    preserved_buffer kept;
    {
        reading<Stream> f;
        f.stream.deliver(numbered_bytes(40'000));
        while (f.reader.buffered() < 40'000) {
            const read_result got = f.read();
            f.reader.advance(got.buffer.start(), got.buffer.finish());
            if (got.buffer.size() == 40'000)
                kept = got.buffer.preserve();
        }
    }
    CHECK(is_numbered(kept.buffer().to_string()));
    CHECK(kept.buffer().size() == 40'000);
}

TEST_CASE_TEMPLATE("stream_reader: rule 14a: async_read_at_least", Stream, scripted_stream,
                   scripted_socket) {
    reading<Stream> f;
    read_outcome ten, none, more;
    f.stream.deliver_in_pieces(numbered_bytes(9), 3);
    f.reader.async_read_at_least(10, ten.handler());
    f.poll();
    CHECK(ten.pending());
    CHECK(f.reader.buffered() == 9);
    f.stream.deliver(numbered_bytes(3, 9));
    f.poll();
    CHECK(ten.text() == numbered_bytes(12));
    f.reader.consume(5);
    f.reader.async_read_at_least(0, none.handler());
    f.poll();
    CHECK(none.text() == numbered_bytes(7, 5));
    f.reader.consume(0);
    f.reader.async_read_at_least(100, more.handler());
    f.poll();
    CHECK(more.pending());
    f.stream.deliver_end();
    f.poll();
    CHECK(more.succeeded());
    CHECK(more.result.completed);
    CHECK(more.text() == numbered_bytes(7, 5));
}

TEST_CASE_TEMPLATE("stream_reader: rule 14a: try_read_at_least", Stream, scripted_stream,
                   scripted_socket) {
    reading<Stream> f;
    CHECK(f.reader.try_read_at_least(0)->buffer.empty());
    f.reader.consume(0);
    f.stream.deliver_in_pieces(numbered_bytes(9), 3);
    for (int i = 0; i != 3; ++i) // a short read may be the last: it looks no further
        CHECK(f.reader.try_read_at_least(10).error() == asio::error::would_block);
    CHECK(f.reader.buffered() == (std::is_same_v<Stream, scripted_socket> ? 9 : 0));
    f.stream.deliver(numbered_bytes(1, 9), asio::error::eof);
    read_outcome outcome;
    f.reader.async_read_at_least(10, outcome.handler());
    f.poll();
    CHECK(outcome.text() == numbered_bytes(10));
    f.reader.advance(outcome.result.buffer.at(4), outcome.result.buffer.finish());
    CHECK(f.reader.try_read_at_least(6)->buffer.equals(numbered_bytes(6, 4)));
    f.reader.consume(0);
    CHECK(f.reader.try_read_at_least(7)->completed);
}
