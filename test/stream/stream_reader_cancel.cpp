// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include "support/stubborn_stream.hpp"
#include <sluice/stream/stream_reader.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Stream>
struct stepped_reading : stepped_context {
    Stream stream{context.get_executor()};
    stream_reader<Stream&> reader{stream};
    asio::cancellation_signal signal;
    read_outcome outcome;

    void start(std::size_t at_least) {
        outcome = {};
        auto handler = asio::bind_cancellation_slot(signal.slot(), outcome.handler());
        if (at_least == 0)
            reader.async_read(std::move(handler));
        else
            reader.async_read_at_least(at_least, std::move(handler));
    }
};

constexpr std::size_t all_bytes = 120;

} // namespace

TEST_CASE_TEMPLATE("stream_reader: rule 03: cancelled after any step, the next read goes on "
                   "without gap",
                   Stream, scripted_stream, scripted_socket, stubborn_stream) {
    unsigned cancelled = 0, succeeded = 0;
    for (const auto type : all_cancellation_types)
        for (const std::size_t at_least : {0u, 50u})
            for (const bool waits_first : {true, false})
                for (std::size_t steps = 0; steps != 12; ++steps) {
                    stepped_reading<Stream> f;
                    if (!waits_first)
                        f.stream.deliver_in_pieces(numbered_bytes(60), 20);
                    f.start(at_least);
                    if (waits_first) {
                        f.poll();
                        f.stream.deliver_in_pieces(numbered_bytes(60), 20);
                    }
                    f.step(steps);
                    const bool was_over = !f.outcome.pending();
                    f.signal.emit(type);
                    add_to_proof(6, "cancellations of reads and writes", 1);
                    f.poll();
                    REQUIRE_FALSE(f.outcome.pending());
                    std::uint64_t count = 0;
                    if (f.outcome.ec) {
                        CHECK(f.outcome.failed(asio::error::operation_aborted));
                        CHECK_FALSE(was_over);
                        ++cancelled;
                    } else {
                        CHECK(is_numbered(f.outcome.text()));
                        count = f.outcome.result.buffer.size();
                        f.reader.consume(count);
                        ++succeeded;
                    }
                    f.stream.deliver(numbered_bytes(60, 60), asio::error::eof);
                    while (count < all_bytes) {
                        f.start(0);
                        f.poll();
                        REQUIRE(f.outcome.succeeded());
                        CHECK(is_numbered(f.outcome.text(), count));
                        count += f.outcome.result.buffer.size();
                        f.reader.consume(f.outcome.result.buffer.size());
                    }
                    CHECK(count == all_bytes);
                    CHECK(f.outcome.result.completed);
                }
    CHECK(cancelled > 10);
    CHECK(succeeded > 10);
}

TEST_CASE_TEMPLATE("stream_reader: rule 03: reads that are cancelled and started again at every "
                   "step",
                   Stream, scripted_stream, scripted_socket, stubborn_stream) {
    for (std::size_t period = 1; period != 9; ++period) {
        stepped_reading<Stream> f;
        std::uint64_t count = 0, sent = 0;
        f.start(0);
        for (std::size_t i = 0; count != 1000; ++i) {
            REQUIRE(i < 100'000);
            f.step();
            if (i % 3 == 0 && sent != 1000) {
                f.stream.deliver(numbered_bytes(10, sent));
                sent += 10;
            }
            if (i % period == 0 && f.outcome.pending())
                f.signal.emit(asio::cancellation_type::total);
            if (f.outcome.pending())
                continue;
            if (!f.outcome.ec) {
                CHECK(is_numbered(f.outcome.text(), count));
                count += f.outcome.result.buffer.size();
                f.reader.consume(f.outcome.result.buffer.size());
            }
            f.start(0);
        }
    }
}

TEST_CASE_TEMPLATE("stream_reader: a cancelled read leaves no operation behind", Stream,
                   scripted_stream, scripted_socket) {
    for (const bool by_signal : {true, false}) {
        stepped_reading<Stream> f;
        f.start(0);
        f.poll();
        CHECK(f.stream.waiting_reads == 1);
        if (by_signal)
            f.signal.emit(asio::cancellation_type::total);
        else
            f.reader.cancel_pending_read();
        f.context.restart();
        f.context.run(); // returns: nothing is outstanding
        CHECK_FALSE(f.outcome.pending());
        CHECK(f.stream.waiting_reads == 0);
    }
}

TEST_CASE("stream_reader: what cannot be ended without a loss goes on for the next read") {
    stepped_reading<stubborn_stream> f;
    f.start(0);
    f.poll();
    f.signal.emit(asio::cancellation_type::total);
    f.poll();
    CHECK(f.outcome.failed(asio::error::operation_aborted));
    CHECK(f.stream.waiting_reads == 1);
    f.stream.deliver("early");
    f.poll();
    CHECK(f.reader.buffered() == 5);
    CHECK(f.stream.waiting_reads == 0); // no further without a read
    f.start(0);
    f.poll();
    CHECK(f.outcome.text() == "early");
    f.reader.consume(5);
    f.start(0);
    f.poll();
    f.signal.emit(asio::cancellation_type::total);
    f.start(0); // joins what is under way
    f.poll();
    CHECK(f.stream.waiting_reads == 1);
    f.stream.deliver("late");
    f.poll();
    CHECK(f.outcome.text() == "late");
}

TEST_CASE_TEMPLATE("stream_reader: completed or destroyed, what is under way ends", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    for (const bool destroyed : {true, false})
        for (const bool cancelled : {true, false}) {
            stepped_context s;
            Stream stream(s.context.get_executor());
            auto reader = std::make_unique<stream_reader<Stream&>>(stream);
            asio::cancellation_signal signal;
            read_outcome outcome;
            reader->async_read(asio::bind_cancellation_slot(signal.slot(), outcome.handler()));
            s.poll();
            if (cancelled)
                signal.emit(asio::cancellation_type::total);
            if (destroyed)
                reader.reset();
            else
                reader->complete();
            s.context.restart();
            s.context.run();
            CHECK(outcome.failed(asio::error::operation_aborted));
            CHECK(stream.waiting_reads == 0);
            stream.deliver("left");
            std::string left(4, '-');
            stream.async_read_some(asio::buffer(left), [](error_code, std::size_t) {});
            s.poll();
            CHECK(left == "left");
        }
}

TEST_CASE_TEMPLATE("stream_reader: an end or error that comes while nobody reads is kept", Stream,
                   stubborn_stream) {
    for (const error_code ec :
         {error_code(asio::error::eof), error_code(asio::error::connection_reset)}) {
        stepped_reading<Stream> f;
        f.start(0);
        f.poll();
        f.signal.emit(asio::cancellation_type::total);
        f.poll();
        f.stream.deliver("last", ec);
        f.poll();
        f.start(0);
        f.poll();
        CHECK(f.outcome.text() == "last");
        CHECK(f.outcome.result.completed == (ec == asio::error::eof));
        f.reader.consume(4);
        f.start(0);
        f.poll();
        CHECK(f.outcome.failed(ec));
    }
}

TEST_CASE_TEMPLATE("stream_reader: cancelled by the handler it has just resumed", Stream,
                   scripted_stream, scripted_socket, stubborn_stream) {
    stepped_context s;
    Stream stream(s.context.get_executor());
    auto reader = std::make_unique<stream_reader<Stream&>>(stream);
    int calls = 0;
    reader->async_read([&](error_code ec, const read_result& read) {
        CHECK_FALSE(ec);
        CHECK(read.buffer.equals("bytes"));
        ++calls;
        reader.reset(); // inside what has fetched the bytes
    });
    s.poll();
    stream.deliver("bytes");
    s.poll();
    CHECK(calls == 1);
}
