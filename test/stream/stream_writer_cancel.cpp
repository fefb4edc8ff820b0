// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include "support/stubborn_stream.hpp"
#include <sluice/stream/stream_writer.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;

namespace {

stream_writer_options
cancel_segments(std::size_t size,
                std::pmr::memory_resource* upstream = std::pmr::new_delete_resource()) {
    stream_writer_options options;
    options.pool = segment_pool({.segment_size = size, .upstream = upstream});
    options.minimum_segment_size = 1;
    return options;
}

template <class Stream>
struct stepped_writing : stepped_context {
    Stream stream{context.get_executor()};
    stream_writer<Stream&> writer{stream, cancel_segments(16)};
    asio::cancellation_signal signal;
    wait_outcome outcome;

    void write(std::size_t count, std::uint64_t from = 0) {
        writer.write(asio::buffer(numbered_bytes(count, from)));
    }
    void flush() {
        outcome = {};
        writer.flush(asio::bind_cancellation_slot(signal.slot(), outcome.handler()));
    }
};

} // namespace

TEST_CASE_TEMPLATE("stream_writer: rule 03: cancelled after any step, the next flush goes on "
                   "without gap",
                   Stream, scripted_stream, scripted_socket, stubborn_stream) {
    unsigned cancelled = 0, succeeded = 0;
    for (const auto type : all_cancellation_types)
        for (const bool waits_first : {true, false})
            for (std::size_t steps = 0; steps != 30; ++steps) {
                stepped_writing<Stream> f;
                f.write(100);
                if (!waits_first)
                    f.stream.accept_all(13);
                f.flush();
                if (waits_first) {
                    f.poll();
                    f.stream.accept_all(13);
                }
                f.step(steps);
                const bool was_over = !f.outcome.pending();
                f.signal.emit(type);
                add_to_proof(6, "cancellations of reads and writes", 1);
                f.poll();
                REQUIRE_FALSE(f.outcome.pending());
                if (f.outcome.ec) {
                    CHECK(f.outcome.failed(asio::error::operation_aborted));
                    CHECK_FALSE(was_over);
                    ++cancelled;
                } else {
                    CHECK(f.stream.written.size() == 100);
                    ++succeeded;
                }
                f.write(50, 100);
                f.flush();
                f.poll();
                CHECK(f.outcome.succeeded());
                CHECK(is_numbered(f.stream.written));
                CHECK(f.stream.written.size() == 150);
            }
    CHECK(cancelled >= 3);
    CHECK(succeeded > 10);
}

TEST_CASE_TEMPLATE("stream_writer: rule 03: flushes that are cancelled and started again at every "
                   "step",
                   Stream, scripted_stream, scripted_socket, stubborn_stream) {
    for (std::size_t period = 1; period != 9; ++period) {
        stepped_writing<Stream> f;
        std::uint64_t written = 0;
        f.flush();
        for (std::size_t i = 0; f.stream.written.size() != 1000; ++i) {
            REQUIRE(i < 100'000);
            f.step();
            if (i % 3 == 0)
                f.stream.accept(7);
            if (i % period == 0 && f.outcome.pending())
                f.signal.emit(asio::cancellation_type::total);
            if (f.outcome.pending())
                continue;
            if (written != 1000) {
                f.write(20, written);
                written += 20;
            }
            f.flush();
        }
        CHECK(is_numbered(f.stream.written));
    }
}

TEST_CASE_TEMPLATE("stream_writer: a cancelled flush leaves no operation behind, and writes no "
                   "further",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool by_signal : {true, false}) {
        stepped_writing<Stream> f;
        f.write(100);
        f.flush();
        f.poll();
        CHECK(f.stream.waiting_writes == 1);
        if (by_signal)
            f.signal.emit(asio::cancellation_type::total);
        else
            f.writer.cancel_pending_flush();
        f.context.restart();
        f.context.run(); // returns: nothing is outstanding
        CHECK(f.outcome.failed(asio::error::operation_aborted));
        f.stream.accept_all();
        f.poll();
        CHECK(f.stream.written.empty());
        f.flush();
        f.poll();
        CHECK(f.outcome.succeeded());
        CHECK(is_numbered(f.stream.written));
        CHECK(f.stream.written.size() == 100);
    }
}

TEST_CASE_TEMPLATE("stream_writer: one flush is cancelled, another goes on", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    stepped_writing<Stream> f;
    wait_outcome other;
    f.write(100);
    f.flush();
    f.writer.flush(other.handler());
    f.poll();
    f.signal.emit(asio::cancellation_type::terminal);
    f.poll();
    CHECK(f.outcome.failed(asio::error::operation_aborted));
    CHECK(other.pending());
    f.stream.accept_all(9);
    f.poll();
    CHECK(other.succeeded());
    CHECK(is_numbered(f.stream.written));
    CHECK(f.stream.written.size() == 100);
}

TEST_CASE_TEMPLATE("stream_writer: cancellation does not hold up what complete sends", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    stepped_writing<Stream> f;
    wait_outcome watched;
    f.write(100);
    f.flush();
    f.poll();
    f.signal.emit(asio::cancellation_type::terminal); // and while that is under way
    f.writer.complete();
    f.writer.async_wait_reader_completed(watched.handler());
    f.poll();
    f.writer.cancel_pending_flush();
    f.stream.accept_all(9);
    f.poll();
    CHECK(watched.succeeded());
    CHECK(is_numbered(f.stream.written));
    CHECK(f.stream.written.size() == 100);
    CHECK(f.stream.shutdowns == 1);
}

TEST_CASE("stream_writer: what cannot be ended without a loss goes on, once") {
    stepped_writing<stubborn_stream> f;
    f.write(100);
    f.flush();
    f.poll();
    f.signal.emit(asio::cancellation_type::terminal);
    f.poll();
    CHECK(f.outcome.failed(asio::error::operation_aborted));
    CHECK(f.stream.waiting_writes == 1);
    f.stream.accept_all(10);
    f.poll();
    CHECK(f.stream.written.size() == 10); // no further without a flush
    f.flush();
    f.poll();
    CHECK(f.outcome.succeeded());
    CHECK(is_numbered(f.stream.written));
    CHECK(f.stream.written.size() == 100);
}

TEST_CASE_TEMPLATE("stream_writer: rule 13: destroyed, or moved from", Stream, scripted_stream,
                   scripted_socket, stubborn_stream) {
    stepped_context s;
    Stream stream(s.context.get_executor());
    const auto options = cancel_segments(16);
    auto writer = std::make_unique<stream_writer<Stream&>>(stream, options);
    wait_outcome waiting, moved_from;
    writer->write(asio::buffer(numbered_bytes(100)));
    writer->flush(waiting.handler());
    s.poll();
    auto moved = std::make_unique<stream_writer<Stream&>>(std::move(*writer));
    CHECK(writer->try_flush().error() == errc::already_completed);
    CHECK(thrown_by([&] { writer->prepare(); }) == errc::already_completed);
    CHECK(writer->unflushed() == 0);
    CHECK(writer->reader_completed());
    writer->cancel_pending_flush();
    writer->complete();
    writer->flush(moved_from.handler());
    writer.reset();
    s.poll();
    CHECK(moved_from.failed(errc::already_completed));
    CHECK(waiting.pending());
    stream.accept(50);
    s.poll();
    moved.reset();
    s.context.restart();
    s.context.run();
    CHECK(waiting.failed(asio::error::operation_aborted));
    CHECK(is_numbered(stream.written));
    CHECK(stream.written.size() <= 50);
    CHECK(options.pool.stats().bytes_in_use == 0);
    CHECK(stream.shutdowns == 0);
    stream_writer<Stream&> fresh(stream), other(stream);
    fresh = std::move(other);
    stream.written.clear();
    stream.accept_all();
    fresh.write(asio::buffer("x", 1));
    waiting = {};
    fresh.flush(waiting.handler());
    s.poll();
    CHECK(waiting.succeeded());
    CHECK(stream.written == "x");
}

TEST_CASE_TEMPLATE("stream_writer: destroyed by the handler it has just resumed", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    for (const bool completes : {true, false}) {
        stepped_context s;
        Stream stream(s.context.get_executor());
        auto writer = std::make_unique<stream_writer<Stream&>>(stream);
        int calls = 0;
        writer->write(asio::buffer("abc", 3));
        writer->flush([&](error_code ec) {
            CHECK_FALSE(ec);
            ++calls;
            writer.reset();
        });
        if (completes)
            writer->complete();
        s.poll();
        stream.accept_all();
        s.poll();
        CHECK(calls == 1);
        CHECK(stream.shutdowns == 0); // it went before
    }
}

TEST_CASE_TEMPLATE("stream_writer: rule 27: without memory nothing is lost", Stream,
                   scripted_stream, scripted_socket) {
    for (std::size_t allocations = 0;; ++allocations) {
        failing_memory memory;
        asio::io_context context;
        Stream stream(context.get_executor());
        stream.accept_all(50);
        stream_writer<Stream&> writer(stream, cancel_segments(64, &memory));
        memory.fail_after(allocations);
        std::uint64_t written = 0;
        unsigned refused = 0;
        while (written != 500) {
            try {
                written += writer.write(asio::buffer(numbered_bytes(100, written)));
            } catch (const std::bad_alloc&) {
                ++refused;
                memory.never_fail();
            }
            wait_outcome outcome;
            writer.flush(outcome.handler());
            poll(context);
            CHECK(outcome.succeeded());
        }
        CHECK(is_numbered(stream.written));
        CHECK(stream.written.size() == 500);
        if (refused == 0)
            break;
    }
}

TEST_CASE_TEMPLATE("stream_writer: a context that goes takes the flush with it", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    for (int steps = 0; steps != 8; ++steps) {
        const auto options = cancel_segments(64);
        const auto witness = std::make_shared<int>();
        {
            asio::io_context context;
            Stream stream(context.get_executor());
            stream_writer<Stream&> writer(stream, options);
            writer.write(asio::buffer(numbered_bytes(100)));
            stream.accept(10);
            writer.flush([witness](error_code) { CHECK(false); });
            for (int i = 0; i != steps; ++i)
                context.poll_one();
        }
        CHECK(witness.use_count() == 1);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}
