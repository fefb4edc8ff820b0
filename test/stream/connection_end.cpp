// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/echo_session.hpp"
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace sluice::test;
using namespace std::chrono_literals;
using sluice::error_code;

namespace {

using clock_type = std::chrono::steady_clock;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

template <class Stream>
struct scripted_connection {
    asio::io_context context;
    sluice::connection<Stream> ours;
    transfer_outcome run;

    explicit scripted_connection(std::chrono::milliseconds linger = 1h)
        : ours(Stream(context.get_executor()), options(linger)) {
        ours.stream().accept_all();
    }
    static sluice::connection_options options(std::chrono::milliseconds linger) {
        sluice::connection_options made;
        made.input = made.output = segments_of(64, 1000);
        made.linger = linger;
        return made;
    }
    void start() { ours.async_run(run.handler()); }
    void poll() {
        context.restart();
        context.poll();
    }
};

void say_in_turn(auto& writer, std::string_view bytes) {
    writer.write(asio::buffer(bytes));
    (void)writer.try_flush();
}

} // namespace

TEST_CASE_TEMPLATE("connection: it is not over before both directions are", Stream, scripted_stream,
                   scripted_socket) {
    for (const bool peer_first : {true, false}) {
        scripted_connection<Stream> c;
        c.start();
        for (const bool peer : {peer_first, !peer_first}) {
            c.poll();
            CHECK(c.run.calls == 0);
            if (peer)
                c.ours.stream().deliver_end();
            else
                c.ours.output().complete();
        }
        c.poll();
        CHECK(c.run.done());
        CHECK(!c.run.ec);
        CHECK(c.ours.stream().shutdowns == 1);
    }
}

TEST_CASE_TEMPLATE("connection: given up on both ends, it drops what comes until the peer ends",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool input_first : {true, false})
        for (const bool run_before : {true, false}) {
            scripted_connection<Stream> c;
            if (run_before) {
                c.start();
                c.poll();
            }
            say_in_turn(c.ours.output(), "last words");
            for (const bool input : {input_first, !input_first}) {
                if (input)
                    c.ours.input().complete();
                else
                    c.ours.output().complete();
                c.poll();
            }
            if (!run_before)
                c.start();
            for (int i = 0; i != 10; ++i) {
                c.ours.stream().deliver(numbered_bytes(10'000));
                c.poll();
                CHECK(c.run.calls == 0);
            }
            CHECK(c.ours.stream().written == "last words");
            c.ours.stream().deliver_end();
            c.poll();
            CHECK(c.run.done());
            CHECK(!c.run.ec);
        }
}

TEST_CASE_TEMPLATE("connection: it waits no longer than linger for a peer that never ends", Stream,
                   scripted_stream, scripted_socket) {
    for (const bool sends : {true, false}) {
        scripted_connection<Stream> c(20ms);
        c.start();
        c.ours.input().complete();
        c.ours.output().complete();
        const auto begin = clock_type::now();
        c.context.restart();
        while (c.run.calls == 0) {
            if (sends)
                c.ours.stream().deliver("and on");
            c.context.run_one();
        }
        CHECK(clock_type::now() - begin >= 20ms);
        CHECK(!c.run.ec);
        c.poll();
        CHECK(c.run.done());
    }
}

TEST_CASE_TEMPLATE("connection: without linger it is over when both ends are", Stream,
                   scripted_stream, scripted_socket) {
    scripted_connection<Stream> c(0ms);
    c.start();
    c.ours.input().complete();
    c.ours.output().complete();
    c.poll();
    CHECK(c.run.done());
    CHECK(!c.run.ec);
}

TEST_CASE_TEMPLATE("connection: with the input open it waits for the peer, however long", Stream,
                   scripted_stream, scripted_socket) {
    scripted_connection<Stream> c(1ms);
    c.start();
    c.ours.output().complete();
    c.context.run_for(20ms);
    CHECK(c.run.calls == 0);
    c.ours.stream().deliver("late", asio::error::eof);
    c.poll();
    CHECK(!c.run.ec);
    CHECK(drain(c.ours.input()) == "late");
}

TEST_CASE_TEMPLATE("connection: an error of reading reaches the input, and async_run", Stream,
                   scripted_stream, scripted_socket) {
    scripted_connection<Stream> c;
    c.start();
    c.ours.stream().deliver("some", asio::error::connection_reset);
    c.poll();
    CHECK(drain(c.ours.input()) == "some");
    CHECK(c.ours.input().try_read().error() == asio::error::connection_reset);
    c.ours.output().complete();
    c.poll();
    CHECK(c.run.done());
    CHECK(c.run.ec == asio::error::connection_reset);
}

TEST_CASE_TEMPLATE("connection: an error of writing reaches the output, and async_run", Stream,
                   scripted_stream, scripted_socket) {
    scripted_connection<Stream> c;
    c.ours.stream().accept(0, asio::error::broken_pipe);
    c.start();
    transfer_outcome flushed;
    say_in_turn(c.ours.output(), "lost");
    c.poll();
    c.ours.output().flush(flushed.handler());
    c.poll();
    CHECK(flushed.ec == asio::error::broken_pipe);
    CHECK(c.run.calls == 0); // there may be more to read
    c.ours.stream().deliver("found", asio::error::eof);
    c.poll();
    CHECK(drain(c.ours.input()) == "found");
    CHECK(c.run.done());
    CHECK(c.run.ec == asio::error::broken_pipe);
}

TEST_CASE_TEMPLATE("connection: out of time, it ends, and so do its ends", Stream, scripted_stream,
                   scripted_socket) {
    auto options = scripted_connection<Stream>::options(1h);
    options.pump.idle_timeout = 20ms;
    asio::io_context context;
    sluice::connection<Stream> ours(Stream(context.get_executor()), options);
    transfer_outcome run;
    echo_session{ours}.start();
    ours.async_run(run.handler());
    while (run.calls == 0 && context.run_one_for(20s) != 0)
        ;
    CHECK(run.done());
    CHECK(run.ec == asio::error::timed_out);
    CHECK(ours.input().try_read().error() == asio::error::timed_out);
    CHECK(ours.stream().shutdowns == 0);
}

TEST_CASE_TEMPLATE("connection: cancelled or closed at the stream, it ends, and so do its ends",
                   Pair, tcp_pair, local_pair) {
    for (const bool closed : {false, true}) {
        asio::io_context context;
        Pair sockets(context);
        sluice::connection<decltype(sockets.near)> ours(std::move(sockets.near));
        transfer_outcome run;
        echo_session{ours}.start();
        ours.async_run(run.handler());
        context.poll();
        CHECK(run.calls == 0);
        if (closed)
            ours.stream().close();
        else
            ours.stream().cancel();
        context.poll();
        CHECK(run.done());
        CHECK(run.ec == asio::error::operation_aborted);
        CHECK(ours.input().try_read().error() == asio::error::operation_aborted);
    }
}

TEST_CASE_TEMPLATE("connection: an error of ours on the output is the error of async_run", Stream,
                   scripted_stream, scripted_socket) {
    scripted_connection<Stream> c;
    c.start();
    say_in_turn(c.ours.output(), "so far");
    c.ours.output().complete(asio::error::timed_out);
    c.ours.stream().deliver_end();
    c.poll();
    CHECK(c.run.done());
    CHECK(c.run.ec == asio::error::timed_out);
    CHECK(c.ours.stream().written == "so far");
    CHECK(c.ours.stream().shutdowns == 0); // that would look like an orderly end
}

// The peer sends for ever and reads only then: an early close would reset the connection and
// destroy the answer.
TEST_CASE("connection: the last bytes arrive although what the peer sends is not wanted") {
    for (int i = 0; i != 20; ++i) {
        asio::io_context context;
        tcp_pair sockets(context);
        sluice::connection<asio::ip::tcp::socket> ours(std::move(sockets.near));
        transfer_outcome run;
        ours.async_run(run.handler());
        const std::string answer = numbered_bytes(100'000);
        ours.input().complete();
        ours.output().write(asio::buffer(answer));
        ours.output().complete();
        std::string got;
        error_code ec;
        std::thread peer([&] {
            error_code ignored;
            for (int n = 0; n != 50; ++n)
                asio::write(sockets.far, asio::buffer(numbered_bytes(20'000)), ignored);
            asio::read(sockets.far, asio::dynamic_buffer(got), ec);
            sockets.far.close();
        });
        while (run.calls == 0 && context.run_one() != 0)
            ;
        ours.stream().close();
        peer.join();
        CHECK(!run.ec);
        CHECK(ec == asio::error::eof);
        CHECK(got == answer);
    }
}
