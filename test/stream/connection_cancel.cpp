// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/echo_session.hpp"
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

template <class Stream>
struct cancellable {
    asio::io_context context;
    sluice::connection<Stream> ours;
    asio::cancellation_signal signal;
    transfer_outcome run;

    explicit cancellable(std::size_t pause = 100)
        : ours(Stream(context.get_executor()), options(pause)) {}
    static sluice::connection_options options(std::size_t pause) {
        sluice::connection_options made;
        made.input = made.output = segments_of(64, pause);
        made.linger = std::chrono::hours(1);
        return made;
    }
    void start() { ours.async_run(asio::bind_cancellation_slot(signal.slot(), run.handler())); }
    bool step() {
        context.restart();
        return context.poll_one() != 0;
    }
    void poll() {
        while (step())
            ;
    }
    void check_aborted() {
        poll();
        REQUIRE(run.done());
        CHECK(run.ec == asio::error::operation_aborted);
    }
};

} // namespace

TEST_CASE_TEMPLATE("connection: cancelled after any step of an echo, all its operations end",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool by_slot : {true, false})
        for (const auto type : all_types)
            for (std::size_t steps = 0; steps != 100; ++steps) {
                cancellable<Stream> c;
                for (int i = 0; i != 4; ++i)
                    c.ours.stream().deliver(numbered_bytes(150, 150 * i));
                c.ours.stream().accept(40);
                c.ours.stream().accept(200);
                echo_session{c.ours}.start();
                c.start();
                for (std::size_t i = 0; i != steps && c.step(); ++i)
                    ;
                REQUIRE(c.run.calls == 0);
                if (by_slot)
                    c.signal.emit(type);
                else
                    c.ours.cancel();
                c.check_aborted();
                add_to_proof(6, "cancellations of connections", 1);
                CHECK(is_numbered(c.ours.stream().written));
                CHECK(c.ours.stream().shutdowns == 0);
                transfer_outcome flushed;
                c.ours.output().flush(flushed.handler());
                c.poll();
                CHECK(flushed.done());
                CHECK(flushed.ec);
            }
}

TEST_CASE_TEMPLATE("connection: cancelled, operations on the ends fail with operation_aborted",
                   Stream, scripted_stream, scripted_socket) {
    cancellable<Stream> c;
    c.start();
    error_code read, flushed;
    c.ours.input().async_read([&](error_code ec, const sluice::read_result&) { read = ec; });
    c.ours.output().write(asio::buffer(numbered_bytes(500)));
    c.ours.output().flush([&](error_code ec) { flushed = ec; });
    c.poll();
    c.ours.cancel();
    c.check_aborted();
    CHECK(read == asio::error::operation_aborted);
    CHECK(flushed == asio::error::operation_aborted);
}

TEST_CASE_TEMPLATE("connection: cancelled before it runs, twice, or after it has ended", Stream,
                   scripted_stream, scripted_socket) {
    {
        cancellable<Stream> c;
        c.ours.stream().deliver("some");
        c.ours.cancel();
        c.start();
        CHECK(c.run.calls == 0);
        c.check_aborted();
    }
    {
        cancellable<Stream> c;
        c.start();
        c.ours.cancel();
        c.ours.cancel();
        c.check_aborted();
        c.ours.cancel();
        c.poll();
    }
    cancellable<Stream> c;
    c.ours.stream().deliver("some", asio::error::eof);
    c.ours.output().complete();
    c.start();
    c.poll();
    CHECK(c.run.done());
    CHECK(!c.run.ec);
    c.signal.emit(asio::cancellation_type::terminal);
    c.ours.cancel();
    c.poll();
    CHECK(c.run.done());
}

// These handlers run inside the flush of the pump that reads, or inside the advance of the one that
// writes.
TEST_CASE_TEMPLATE("connection: cancelled by the handler of a read", Stream, scripted_stream,
                   scripted_socket) {
    for (const std::size_t pause : {0u, 4u, 100u}) {
        cancellable<Stream> c(pause);
        c.start();
        c.ours.input().async_read([&](error_code, const sluice::read_result&) { c.ours.cancel(); });
        c.poll();
        c.ours.stream().deliver("0123456789");
        c.check_aborted();
    }
}

TEST_CASE_TEMPLATE("connection: cancelled by the handler of a flush", Stream, scripted_stream,
                   scripted_socket) {
    for (const std::size_t accepted : {97u, 100u}) {
        cancellable<Stream> c(100);
        c.start();
        c.poll();
        c.ours.output().write(asio::buffer(numbered_bytes(100)));
        c.ours.output().flush([&](error_code) { c.ours.cancel(); });
        c.poll();
        c.ours.stream().accept(accepted);
        c.check_aborted();
        CHECK(c.ours.stream().written.size() == accepted);
    }
}

TEST_CASE_TEMPLATE("connection: cancelled while it drops what comes", Stream, scripted_stream,
                   scripted_socket) {
    for (std::size_t steps = 0; steps != 10; ++steps) {
        cancellable<Stream> c;
        c.ours.input().complete();
        c.ours.output().complete();
        c.start();
        c.poll();
        c.ours.stream().deliver("more");
        for (std::size_t i = 0; i != steps; ++i)
            c.step();
        CHECK(c.run.calls == 0);
        c.ours.cancel();
        c.check_aborted();
    }
}

TEST_CASE_TEMPLATE("connection: cancelled when one direction is already over", Stream,
                   scripted_stream, scripted_socket) {
    for (const bool peer_ended : {true, false}) {
        cancellable<Stream> c;
        if (peer_ended)
            c.ours.stream().deliver_end();
        else
            c.ours.output().complete();
        c.start();
        c.poll();
        CHECK(c.run.calls == 0);
        c.ours.cancel();
        c.check_aborted();
    }
}

TEST_CASE_TEMPLATE("connection: cancelled at a socket, which stays open", Pair, tcp_pair,
                   local_pair) {
    for (std::size_t steps = 0; steps != 40; ++steps) {
        asio::io_context context;
        Pair sockets(context);
        sluice::connection<decltype(sockets.near)> ours(std::move(sockets.near),
                                                        cancellable<scripted_stream>::options(100));
        transfer_outcome run;
        echo_session{ours}.start();
        ours.async_run(run.handler());
        asio::write(sockets.far, asio::buffer(numbered_bytes(5000)));
        for (std::size_t i = 0; i != steps; ++i)
            context.poll_one();
        REQUIRE(run.calls == 0);
        ours.cancel();
        while (run.calls == 0 && context.run_one() != 0)
            ;
        CHECK(run.ec == asio::error::operation_aborted);
        CHECK(ours.stream().is_open());
        context.poll();
        CHECK(run.done());
    }
}
