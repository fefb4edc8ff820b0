// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

// A context that runs one handler at a time.
struct stepped {
    asio::io_context context;
    asio::cancellation_signal signal;
    transfer_outcome outcome;

    auto handler() { return asio::bind_cancellation_slot(signal.slot(), outcome.handler()); }

    bool step() {
        context.restart();
        return context.poll_one() != 0;
    }
    void poll() {
        while (step())
            ;
    }
};

constexpr std::size_t bytes_of_step = 500;

} // namespace

TEST_CASE_TEMPLATE(
    "async_pump from a stream: cancelled after any step, another goes on without gap", Stream,
    scripted_stream, scripted_socket) {
    for (const auto type : all_types)
        for (std::size_t steps = 0;; ++steps) {
            REQUIRE(steps < 1000);
            stepped s;
            Stream stream(s.context.get_executor());
            sluice::pipe pipe(s.context, segments_of(16, 100));
            numbered_reading seen;
            numbered_reader{pipe.reader, seen, 30}.start();
            for (std::size_t i = 0; i != bytes_of_step; i += 125)
                stream.deliver(numbered_bytes(125, i));
            sluice::async_pump(stream, pipe.writer, {.max_read_size = 40}, s.handler());
            for (std::size_t i = 0; i != steps && s.step(); ++i)
                if (i == steps / 2 && steps % 2 == 1)
                    s.poll(); // then it waits for the stream, or has got all there is
            const bool had_all = s.outcome.calls != 0;
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK(s.outcome.ec == asio::error::operation_aborted);
            CHECK(pipe.stats().bytes_in == s.outcome.bytes);
            const std::uint64_t first = s.outcome.bytes;
            stream.deliver_end();
            s.outcome = {};
            sluice::async_pump(stream, pipe.writer, {}, s.handler());
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK(!s.outcome.ec);
            CHECK(first + s.outcome.bytes == bytes_of_step);
            CHECK(seen.count == bytes_of_step);
            CHECK(seen.in_order);
            CHECK(!had_all);
            if (first == bytes_of_step && steps > 100)
                break;
        }
}

TEST_CASE_TEMPLATE("async_pump to a stream: cancelled after any step, another goes on without gap",
                   Stream, scripted_stream, scripted_socket) {
    unsigned early = 0, late = 0;
    for (const auto type : all_types)
        for (std::size_t steps = 0; steps != 240; ++steps) {
            stepped s;
            Stream stream(s.context.get_executor());
            sluice::pipe pipe(s.context, segments_of(16, 50));
            numbered_writer{pipe.writer, bytes_of_step, 40}();
            for (int i = 0; i != 5; ++i)
                stream.accept(7);
            sluice::async_pump(pipe.reader, stream, {}, s.handler());
            for (std::size_t i = 0; i != steps / 2 && s.step(); ++i)
                ;
            if (steps % 2 == 1) {
                s.poll(); // now it waits for the stream
                stream.accept_all(13);
                for (std::size_t i = 0; i != steps / 2 && s.step(); ++i)
                    ;
            }
            const bool ended = s.outcome.calls != 0;
            ++(ended ? late : early);
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK((ended || s.outcome.ec == asio::error::operation_aborted));
            CHECK(stream.written.size() == s.outcome.bytes);
            CHECK(stream.shutdowns == (ended ? 1 : 0));
            const std::uint64_t first = s.outcome.bytes;
            stream.accept_all(29);
            s.outcome = {};
            sluice::async_pump(pipe.reader, stream, {}, s.handler());
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK(!s.outcome.ec);
            CHECK(first + s.outcome.bytes == bytes_of_step);
            CHECK(is_numbered(stream.written));
        }
    CHECK(early > 100);
    CHECK(late > 0);
}

TEST_CASE("async_pump between pipes: cancelled after any step, another goes on without gap") {
    for (const auto type : all_types)
        for (std::size_t steps = 0;; ++steps) {
            REQUIRE(steps < 1000);
            stepped s;
            sluice::pipe from(s.context, segments_of(16, 50)), to(s.context, segments_of(16, 30));
            numbered_reading seen;
            numbered_reader{to.reader, seen, 30}.start();
            numbered_writer{from.writer, bytes_of_step, 40}();
            sluice::async_pump(from.reader, to.writer, {}, s.handler());
            for (std::size_t i = 0; i != steps && s.step(); ++i)
                ;
            const bool ended = s.outcome.calls != 0;
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK(to.stats().bytes_in == s.outcome.bytes);
            const std::uint64_t first = s.outcome.bytes;
            if (!ended) {
                CHECK(s.outcome.ec == asio::error::operation_aborted);
                s.outcome = {};
                sluice::async_pump(from.reader, to.writer, {}, s.handler());
                s.poll();
                REQUIRE(s.outcome.done());
            }
            CHECK(!s.outcome.ec);
            CHECK(first + (ended ? 0 : s.outcome.bytes) == bytes_of_step);
            CHECK(seen.count == bytes_of_step);
            CHECK(seen.in_order);
            if (ended) {
                CHECK(steps > 10);
                break;
            }
        }
}

TEST_CASE_TEMPLATE("async_pump between streams: cancelled after any step, another goes on without "
                   "gap, unless it had to end at once",
                   Stream, scripted_stream, scripted_socket) {
    for (const auto type : all_types)
        for (std::size_t steps = 0;; ++steps) {
            REQUIRE(steps < 1000);
            stepped s;
            Stream from(s.context.get_executor()), to(s.context.get_executor());
            for (std::size_t i = 0; i != bytes_of_step; i += 25)
                from.deliver(numbered_bytes(25, i));
            from.deliver_end();
            to.accept_all(13);
            sluice::async_pump(from, to, {}, s.handler());
            for (std::size_t i = 0; i != steps && s.step(); ++i)
                ;
            const bool ended = s.outcome.calls != 0;
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.poll();
            REQUIRE(s.outcome.done());
            CHECK(to.written.size() == s.outcome.bytes);
            CHECK(is_numbered(to.written));
            if (!ended && s.outcome.ec) {
                CHECK(s.outcome.ec == asio::error::operation_aborted);
                CHECK(to.shutdowns == 0);
                s.outcome = {};
                if (type == asio::cancellation_type::terminal)
                    continue;
                sluice::async_pump(from, to, {}, s.handler());
                s.poll();
                REQUIRE(s.outcome.done());
            }
            CHECK(!s.outcome.ec);
            CHECK(to.written == numbered_bytes(bytes_of_step));
            CHECK(to.shutdowns == 1);
            if (ended) {
                CHECK(steps > 10);
                break;
            }
        }
}

TEST_CASE_TEMPLATE("async_pump from a stream: cancelled while it waits for the reader", Stream,
                   scripted_stream, scripted_socket) {
    for (const auto type : all_types) {
        stepped s;
        Stream stream(s.context.get_executor());
        sluice::pipe pipe(s.context, segments_of(16, 10));
        stream.deliver(numbered_bytes(100));
        stream.deliver(numbered_bytes(100, 100));
        sluice::async_pump(stream, pipe.writer, {}, s.handler());
        s.poll();
        CHECK(s.outcome.calls == 0);
        s.signal.emit(type);
        s.poll();
        CHECK(s.outcome.ec == asio::error::operation_aborted);
        CHECK(s.outcome.bytes == 100);
        CHECK(drain(pipe.reader) == numbered_bytes(100));
    }
}

// These handlers run inside the pump's own flush, or its own advance.
TEST_CASE_TEMPLATE("async_pump from a stream: cancelled by the handler it has just resumed", Stream,
                   scripted_stream, scripted_socket) {
    for (const std::size_t pause : {0u, 4u}) {
        stepped s;
        Stream stream(s.context.get_executor());
        sluice::pipe pipe(s.context, segments_of(16, pause));
        pipe.reader.async_read([&](error_code, const sluice::read_result&) {
            s.signal.emit(asio::cancellation_type::terminal);
        });
        sluice::async_pump(stream, pipe.writer, {}, s.handler());
        s.poll();
        stream.deliver("0123456789");
        s.poll();
        REQUIRE(s.outcome.done());
        CHECK(s.outcome.ec == asio::error::operation_aborted);
        CHECK(s.outcome.bytes == 10);
    }
}

TEST_CASE_TEMPLATE("async_pump to a stream: cancelled by the handler it has just resumed", Stream,
                   scripted_stream, scripted_socket) {
    for (const std::size_t accepted : {8u, 10u}) {
        stepped s;
        Stream stream(s.context.get_executor());
        sluice::pipe pipe(s.context, segments_of(16, 8));
        sluice::async_pump(pipe.reader, stream, {}, s.handler());
        s.poll();
        pipe.writer.write(asio::buffer("0123456789", 10));
        pipe.writer.flush([&](error_code) { s.signal.emit(asio::cancellation_type::terminal); });
        s.poll();
        stream.accept(accepted);
        s.poll();
        REQUIRE(s.outcome.done());
        CHECK(s.outcome.ec == asio::error::operation_aborted);
        CHECK(s.outcome.bytes == accepted);
        CHECK(stream.written.size() == accepted);
    }
}

TEST_CASE("async_pump: types of cancellation it does not know have no effect") {
    stepped s;
    scripted_socket stream(s.context.get_executor());
    sluice::pipe pipe(s.context);
    sluice::async_pump(stream, pipe.writer, {}, s.handler());
    s.poll();
    s.signal.emit(asio::cancellation_type::none);
    s.poll();
    CHECK(s.outcome.calls == 0);
    stream.deliver("some", asio::error::eof);
    s.poll();
    CHECK(s.outcome.bytes == 4);
}
