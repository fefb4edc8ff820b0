// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <csignal>

using namespace sluice::test;
using sluice::error_code;

namespace {

constexpr std::uint64_t much = 3'000'000;

// Bytes on their way between sockets may take a moment, even over loopback.
void run_until_done(asio::io_context& context, const transfer_outcome& outcome) {
    context.restart();
    while (outcome.calls == 0 && context.run_one() != 0)
        ;
    poll(context);
}

} // namespace

TEST_CASE_TEMPLATE("rule 28: through real streams, both directions of the pump", Pair, tcp_pair,
                   local_pair, pipe_pair, descriptor_pair) {
    for (const std::size_t step : {1000u, 1'000'000u}) {
        asio::io_context context;
        Pair pair(context);
        sluice::pipe from(context, segments_of(4096, 30'000)),
            to(context, segments_of(1000, 50'000));
        numbered_reading seen;
        numbered_writer{from.writer, much, 10'000}();
        numbered_reader{to.reader, seen, step}.start();
        transfer_outcome sent, received;
        sluice::async_pump(from.reader, pair.near, {},
                           [&, done = sent.handler()](error_code ec, std::uint64_t n) mutable {
                               done(ec, n);
                               if constexpr (!sluice::detail::half_closable<decltype(pair.near)>)
                                   pair.near.close();
                           });
        sluice::async_pump(pair.far, to.writer, {}, received.handler());
        context.run();
        CHECK(sent.done());
        CHECK(!sent.ec);
        CHECK(sent.bytes == much);
        CHECK(received.done());
        CHECK(!received.ec);
        CHECK(received.bytes == much);
        CHECK(seen.ec == asio::error::eof);
        CHECK(seen.count == much);
        CHECK(seen.in_order);
    }
}

TEST_CASE_TEMPLATE("async_pump: half-close goes through, the other direction stays open", Pair,
                   tcp_pair, local_pair) {
    asio::io_context context;
    Pair pair(context);
    sluice::pipe out(context), back(context);
    transfer_outcome sent, received;
    sluice::async_pump(out.reader, pair.near, {}, sent.handler());
    sluice::async_pump(pair.near, back.writer, {}, received.handler());
    out.writer.write(asio::buffer("ping", 4));
    out.writer.complete();
    run_until_done(context, sent);
    CHECK(!sent.ec);
    std::string got;
    error_code ec;
    asio::read(pair.far, asio::dynamic_buffer(got), ec);
    CHECK(ec == asio::error::eof);
    CHECK(got == "ping");
    CHECK(received.calls == 0);
    asio::write(pair.far, asio::buffer("pong", 4));
    pair.far.close();
    run_until_done(context, received);
    CHECK(!received.ec);
    CHECK(received.bytes == 4);
    CHECK(drain(back.reader) == "pong");
}

TEST_CASE_TEMPLATE("rule 26: while a stream is idle, its pumps hold no memory", Pair, tcp_pair,
                   local_pair, descriptor_pair) {
    asio::io_context context;
    Pair pair(context);
    auto options = segments_of(4096);
    sluice::pipe in(context, options), out(context, options);
    transfer_outcome sent, received;
    sluice::async_pump(out.reader, pair.near, {}, sent.handler());
    sluice::async_pump(pair.far, in.writer, {}, received.handler());
    poll(context);
    CHECK(options.pool.stats().bytes_in_use == 0);
    numbered_reading seen;
    numbered_reader{in.reader, seen}.start();
    for (int i = 1; i != 20; ++i) {
        const std::size_t count = i % 3 == 0 ? 20'000 : 5;
        const std::uint64_t all = seen.count + count;
        out.writer.write(asio::buffer(numbered_bytes(count, seen.count)));
        (void)out.writer.try_flush();
        while (seen.count < all)
            poll(context);
        CHECK(seen.in_order);
        poll(context);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
    CHECK(sent.calls + received.calls == 0);
}

TEST_CASE("async_pump: a reset connection is an error of both directions") {
    asio::io_context context;
    tcp_pair pair(context);
    sluice::pipe in(context), out(context, segments_of(4096, 1000));
    transfer_outcome sent, received, flushed;
    sluice::async_pump(pair.near, in.writer, {}, received.handler());
    sluice::async_pump(out.reader, pair.near, {}, sent.handler());
    asio::write(pair.near, asio::buffer("x", 1));
    pair.far.set_option(asio::socket_base::linger(true, 0));
    pair.far.close();
    run_until_done(context, received);
    CHECK(received.ec == asio::error::connection_reset);
    const auto read = in.reader.try_read();
    CHECK(read.error() == asio::error::connection_reset);
    numbered_writer{out.writer, 10'000, 10'000}();
    run_until_done(context, sent);
    CHECK(sent.ec == asio::error::broken_pipe);
    CHECK(sent.bytes == 0);
    out.writer.flush(flushed.handler());
    run_until_done(context, flushed);
    CHECK(flushed.ec);
}

TEST_CASE_TEMPLATE("async_pump: the far end is closed under a writing pump", Pair, tcp_pair,
                   local_pair, pipe_pair, descriptor_pair) {
    std::signal(SIGPIPE, SIG_IGN); // descriptors, unlike sockets, would raise it
    asio::io_context context;
    Pair pair(context);
    sluice::pipe out(context, segments_of(4096, 10'000));
    transfer_outcome sent;
    numbered_writer{out.writer, 100'000'000, 10'000}();
    sluice::async_pump(out.reader, pair.near, {}, sent.handler());
    std::array<char, 1000> some;
    context.poll(); // until the stream is full
    CHECK(sent.calls == 0);
    asio::read(pair.far, asio::buffer(some));
    CHECK(is_numbered({some.data(), some.size()}));
    pair.far.close();
    run_until_done(context, sent);
    CHECK(sent.done());
    CHECK((sent.ec == asio::error::broken_pipe || sent.ec == asio::error::connection_reset));
    CHECK(out.stats().bytes_out >= sent.bytes);
    CHECK(sent.bytes >= some.size());
}

TEST_CASE_TEMPLATE("async_pump: the stream is closed here, under both pumps", Pair, tcp_pair,
                   local_pair) {
    asio::io_context context;
    Pair pair(context);
    sluice::pipe in(context), out(context, segments_of(4096, 10'000));
    transfer_outcome sent, received;
    sluice::async_pump(pair.near, in.writer, {}, received.handler());
    numbered_writer{out.writer, 100'000'000, 10'000}();
    sluice::async_pump(out.reader, pair.near, {}, sent.handler());
    poll(context);
    pair.near.close();
    run_until_done(context, sent);
    run_until_done(context, received);
    CHECK(received.ec == asio::error::operation_aborted);
    CHECK(sent.ec == asio::error::operation_aborted);
}

TEST_CASE_TEMPLATE("async_pump: cancelled at a socket, another goes on without gap", Pair, tcp_pair,
                   local_pair, pipe_pair, descriptor_pair) {
    asio::io_context context;
    Pair pair(context);
    sluice::pipe from(context, segments_of(4096, 30'000)), to(context, segments_of(1000, 20'000));
    numbered_reading seen;
    numbered_writer{from.writer, much, 10'000}();
    numbered_reader{to.reader, seen, 7000}.start();
    asio::cancellation_signal stop_sending, stop_receiving;
    transfer_outcome sent, received;
    std::uint64_t all_sent = 0, all_received = 0;
    unsigned cancelled = 0;
    const auto send = [&] {
        sent = {};
        sluice::async_pump(from.reader, pair.near, {},
                           asio::bind_cancellation_slot(stop_sending.slot(), sent.handler()));
    };
    const auto receive = [&] {
        received = {};
        sluice::async_pump(pair.far, to.writer, {},
                           asio::bind_cancellation_slot(stop_receiving.slot(), received.handler()));
    };
    send();
    receive();
    for (unsigned i = 0; !seen.ended; ++i) {
        context.restart();
        context.run_one();
        if (sent.calls == 0 && i % 7 == 0)
            stop_sending.emit(asio::cancellation_type::total);
        if (received.calls == 0 && i % 11 == 0)
            stop_receiving.emit(asio::cancellation_type::partial);
        if (sent.calls != 0) {
            all_sent += std::exchange(sent.bytes, 0);
            if (sent.ec == asio::error::operation_aborted) {
                ++cancelled;
                send();
            } else if (!sluice::detail::half_closable<decltype(pair.near)>) {
                pair.near.close();
            }
        }
        if (received.calls != 0) {
            all_received += std::exchange(received.bytes, 0);
            if (received.ec == asio::error::operation_aborted) {
                ++cancelled;
                receive();
            }
        }
    }
    all_received += received.bytes;
    CHECK(cancelled > 10);
    CHECK(seen.ec == asio::error::eof);
    CHECK(seen.in_order);
    CHECK(seen.count == much);
    CHECK(all_sent + sent.bytes == much);
    CHECK(all_received == much);
}
