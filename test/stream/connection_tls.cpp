// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#ifdef SLUICE_TEST_HAS_OPENSSL

#    include "support/echo_session.hpp"
#    include "support/outcome.hpp"
#    include "support/pipe_traffic.hpp"
#    include "support/proof.hpp"
#    include "support/relay_peer.hpp"
#    include "support/relayed.hpp"
#    include "support/tls_contexts.hpp"
#    include "support/transfer_outcome.hpp"
#    include <sluice/stream/connection.hpp>
#    include <sluice/stream/tls_stream.hpp>

#    include <boost/asio/bind_cancellation_slot.hpp>
#    include <boost/asio/use_future.hpp>
#    include <doctest/doctest.h>

#    include <chrono>
#    include <memory>

using namespace sluice::test;
using namespace std::chrono_literals;
using sluice::error_code;

namespace {

using tls = asio::ssl::stream_base;
using tls_duplex = sluice::tls_stream<duplex_stream>;
using tls_tcp = sluice::tls_stream<tcp_stream>;
using asios_duplex = asio::ssl::stream<duplex_stream>;
using asios_tcp = asio::ssl::stream<tcp_stream>;

tls_contexts& certified() {
    static tls_contexts contexts;
    return contexts;
}

// A connection of ours, and its peer, which have not met yet.
template <class Stream>
struct tls_connection {
    using next = std::remove_reference_t<decltype(std::declval<Stream&>().next_layer())>;
    using peer_stream = sluice::tls_stream<next>;

    asio::io_context context;
    std::pair<next, next> below = connected<next>(context);
    tls::handshake_type side;
    std::unique_ptr<sluice::connection<Stream>> ours;
    relay_peer<peer_stream> peer;
    asio::cancellation_signal signal;
    transfer_outcome run, met;

    explicit tls_connection(tls::handshake_type role = tls::server,
                            const sluice::connection_options& options = small())
        : side(role)
        , ours(std::make_unique<sluice::connection<Stream>>(
              Stream(std::move(below.first), of(role)), options))
        , peer(peer_stream(std::move(below.second), of(other()))) {}

    static sluice::connection_options small() {
        sluice::connection_options made;
        made.input = made.output = segments_of(1000, 10'000);
        made.pump.max_read_size = 10'000;
        made.linger = std::chrono::hours(1);
        return made;
    }
    static asio::ssl::context& of(tls::handshake_type role) {
        return role == tls::server ? certified().server : certified().client;
    }
    tls::handshake_type other() const { return side == tls::server ? tls::client : tls::server; }
    void start() {
        ours->async_run(side, asio::bind_cancellation_slot(signal.slot(), run.handler()));
        CHECK(run.calls == 0); // never inside the initiating function
    }
    void meet() { peer.stream().async_handshake(other(), met.handler()); }
    void start_and_meet() {
        start();
        meet();
        until([&] { return met.done(); });
        REQUIRE(!met.ec);
        peer.receive();
    }
    template <class Condition>
    void until(Condition condition) {
        context.restart();
        while (!condition())
            REQUIRE(context.run_one() != 0);
    }
    void finish() {
        until([&] { return run.calls != 0; });
        poll(context);
        CHECK(run.done());
    }
    void say(std::size_t bytes) {
        ours->output().write(asio::buffer(numbered_bytes(bytes)));
        (void)ours->output().try_flush();
    }
};

} // namespace

TEST_CASE_TEMPLATE("connection over TLS: an echo of much, by either side", Stream, tls_duplex,
                   tls_tcp, asios_duplex, asios_tcp) {
    constexpr std::size_t much = 500'000;
    for (const auto side : {tls::client, tls::server}) {
        tls_connection<Stream> c(side);
        echo_session{*c.ours}.start();
        c.start_and_meet();
        c.peer.send(much);
        c.peer.end();
        c.finish();
        c.until([&] { return c.peer.saw_end(); }); // and no truncation
        CHECK(!c.run.ec);
        CHECK(c.peer.received() == much);
        CHECK(c.peer.in_order());
        CHECK(c.ours->get_executor() == c.ours->stream().get_executor());
    }
}

TEST_CASE_TEMPLATE("connection over TLS: what was written before it runs is sent", Stream,
                   tls_duplex, tls_tcp, asios_duplex, asios_tcp) {
    tls_connection<Stream> c;
    c.say(5000);
    c.ours->output().complete();
    c.start_and_meet();
    c.peer.end();
    c.finish();
    c.until([&] { return c.peer.saw_end(); });
    CHECK(!c.run.ec);
    CHECK(c.peer.received() == 5000);
}

TEST_CASE_TEMPLATE("connection over TLS: we end first, the peer goes on sending", Stream,
                   tls_duplex, tls_tcp) {
    tls_connection<Stream> c;
    c.start_and_meet();
    c.say(3000);
    c.ours->output().complete();
    c.until([&] { return c.peer.saw_end(); });
    CHECK(c.peer.received() == 3000);
    CHECK(c.run.calls == 0);
    c.peer.send(4000);
    c.peer.end();
    c.finish();
    CHECK(!c.run.ec);
    CHECK(is_numbered(drain(c.ours->input())));
}

TEST_CASE_TEMPLATE("connection over TLS: a missing close_notify is an error, and no end", Stream,
                   tls_duplex, tls_tcp, asios_duplex, asios_tcp) {
    for (const bool we_have_ended : {false, true}) {
        tls_connection<Stream> c;
        c.start_and_meet();
        c.peer.send(700);
        c.until([&] { return c.ours->input().buffered() == 700; });
        if (we_have_ended) {
            c.ours->output().complete();
            poll(c.context);
        }
        c.peer.stream().next_layer().close();
        c.until([&] {
            poll(c.context);
            return c.ours->input().try_read().has_value();
        });
        c.ours->input().consume(700);
        const auto end = c.ours->input().try_read();
        REQUIRE(end.has_error());
        CHECK(end.error() == asio::ssl::error::stream_truncated);
        c.ours->output().complete();
        c.finish();
        CHECK(c.run.ec == asio::ssl::error::stream_truncated);
    }
}

TEST_CASE_TEMPLATE("connection over TLS: given up on both ends, it drops what comes until the end",
                   Stream, tls_duplex, tls_tcp) {
    tls_connection<Stream> c;
    c.start_and_meet();
    c.say(3000);
    c.ours->input().complete();
    c.ours->output().complete();
    for (int i = 0; i != 5; ++i) {
        c.peer.send(20'000);
        c.until([&] { return c.peer.has_sent_all(); });
        CHECK(c.run.calls == 0);
    }
    c.until([&] { return c.peer.saw_end(); });
    CHECK(c.peer.received() == 3000);
    c.peer.end();
    c.finish();
    CHECK(!c.run.ec);
}

TEST_CASE_TEMPLATE("connection over TLS: it waits no longer than linger for a peer that never ends",
                   Stream, tls_duplex, tls_tcp, asios_duplex, asios_tcp) {
    for (const auto linger : {0ms, 20ms}) {
        auto options = tls_connection<Stream>::small();
        options.linger = linger;
        tls_connection<Stream> c(tls::server, options);
        c.start_and_meet();
        c.say(3000);
        c.ours->input().complete();
        c.ours->output().complete();
        c.finish();
        CHECK(!c.run.ec);
        c.until([&] { return c.peer.saw_end(); });
        CHECK(c.peer.received() == 3000);
    }
}

TEST_CASE_TEMPLATE("connection over TLS: a peer that has ended need not wait for our end", Stream,
                   tls_duplex, tls_tcp) {
    tls_connection<Stream> c;
    c.start_and_meet();
    c.peer.end();
    poll(c.context);
    c.peer.stream().next_layer().close();
    poll(c.context);
    CHECK(c.run.calls == 0);
    c.ours->output().complete();
    c.finish();
    CHECK(!c.run.ec);
}

TEST_CASE_TEMPLATE("connection over TLS: a handshake that fails reaches both ends", Stream,
                   tls_duplex, tls_tcp, asios_duplex, asios_tcp) {
    tls_connection<Stream> c;
    c.start();
    error_code read, flushed;
    c.ours->input().async_read([&](error_code ec, const sluice::read_result&) { read = ec; });
    c.ours->output().write(asio::buffer(numbered_bytes(20'000)));
    c.ours->output().flush([&](error_code ec) { flushed = ec; });
    transfer_outcome sent;
    SUBCASE("with something else than TLS") {
        asio::async_write(c.peer.stream().next_layer(), asio::buffer("GET / HTTP/1.1\r\n\r\n", 18),
                          sent.handler());
        c.finish();
        CHECK(c.run.ec.category() == asio::error::get_ssl_category());
    }
    SUBCASE("with a peer that goes") {
        c.peer.stream().next_layer().close();
        c.finish();
        CHECK(c.run.ec);
    }
    CHECK(read == c.run.ec);
    CHECK(flushed == c.run.ec);
    CHECK(c.ours->input().try_read().error() == c.run.ec);
}

TEST_CASE_TEMPLATE("connection over TLS: a handshake takes no longer than it may", Stream,
                   tls_duplex, tls_tcp) {
    auto options = tls_connection<Stream>::small();
    options.handshake_timeout = 20ms;
    tls_connection<Stream> c(tls::client, options);
    c.say(10);
    c.start();
    c.finish();
    CHECK(c.run.ec == asio::error::timed_out);
    CHECK(c.ours->input().try_read().error() == asio::error::timed_out);
}

TEST_CASE_TEMPLATE("connection over TLS: the limit of the handshake is over with it", Stream,
                   tls_duplex, tls_tcp) {
    for (const auto limit : {0ms, 30ms}) {
        auto options = tls_connection<Stream>::small();
        options.handshake_timeout = limit;
        options.linger = 0ms;
        tls_connection<Stream> c(tls::server, options);
        c.start_and_meet();
        c.context.restart();
        c.context.run_for(50ms);
        CHECK(c.run.calls == 0);
        c.ours->input().complete();
        c.ours->output().complete();
        c.finish();
        CHECK(!c.run.ec);
    }
}

TEST_CASE_TEMPLATE("connection over TLS: cancelled after any step, all its operations end", Stream,
                   tls_duplex, asios_duplex) {
    for (const bool by_slot : {true, false})
        for (const auto type : all_types)
            for (int steps = 0; steps != 120; ++steps) {
                tls_connection<Stream> c(steps % 2 ? tls::server : tls::client);
                echo_session{*c.ours}.start();
                c.start();
                c.meet();
                for (int i = 0; i != steps; ++i) {
                    c.context.restart();
                    c.context.poll_one();
                    if (c.met.done() && c.peer.sent() == 0 && c.peer.has_sent_all()) {
                        c.peer.receive();
                        c.peer.send(20'000);
                    }
                }
                REQUIRE(c.run.calls == 0);
                if (by_slot)
                    c.signal.emit(type);
                else
                    c.ours->cancel();
                add_to_proof(6, "cancellations of connections", 1);
                poll(c.context);
                REQUIRE(c.run.done());
                CHECK(c.run.ec == asio::error::operation_aborted);
                CHECK(c.peer.in_order());
                CHECK_FALSE(c.peer.saw_end()); // this was no orderly end
                transfer_outcome flushed;
                c.ours->output().flush(flushed.handler());
                poll(c.context);
                CHECK(flushed.done());
                CHECK(flushed.ec);
            }
}

TEST_CASE_TEMPLATE("connection over TLS: cancelled before it runs, and while it lingers", Stream,
                   tls_duplex, tls_tcp, asios_duplex, asios_tcp) {
    {
        tls_connection<Stream> c;
        c.ours->cancel();
        c.start();
        c.finish();
        CHECK(c.run.ec == asio::error::operation_aborted);
    }
    tls_connection<Stream> c;
    c.start_and_meet();
    c.ours->input().complete();
    c.ours->output().complete();
    poll(c.context);
    CHECK(c.run.calls == 0);
    c.ours->cancel();
    c.finish();
    CHECK(c.run.ec == asio::error::operation_aborted);
}

TEST_CASE("connection over TLS: a context that goes takes it along, at any step") {
    for (int steps = 0; steps != 60; ++steps) {
        const auto witness = std::make_shared<int>();
        const sluice::segment_pool pool({.segment_size = 1000});
        {
            auto options = tls_connection<tls_tcp>::small();
            options.input.pool = options.output.pool = pool;
            tls_connection<tls_tcp> c(tls::server, options);
            echo_session{*c.ours}.start();
            c.ours->async_run(c.side, [witness](error_code) { CHECK(false); });
            c.meet();
            for (int i = 0; i != steps; ++i) {
                c.context.poll_one();
                if (c.met.done() && c.peer.sent() == 0 && c.peer.has_sent_all())
                    c.peer.send(5000);
            }
        }
        CHECK(witness.use_count() == 1);
        CHECK(pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE("connection over TLS: a handshake of one's own, a future, and the default token") {
    {
        tls_connection<tls_tcp> c;
        transfer_outcome shaken;
        c.ours->stream().async_handshake(c.side, shaken.handler());
        c.meet();
        c.until([&] { return shaken.done() && c.met.done(); });
        auto ended = c.ours->async_run(asio::use_future);
        c.ours->output().complete();
        c.peer.end();
        c.context.restart();
        c.context.run();
        CHECK_NOTHROW(ended.get());
    }
    tls_connection<tls_tcp> c;
    bool ended = false;
    asio::co_spawn(
        c.context,
        [&]() -> asio::awaitable<void> {
            c.ours->output().complete();
            co_await c.ours->async_run(c.side);
        },
        [&](std::exception_ptr error) { ended = !error; });
    c.meet();
    c.until([&] { return c.met.done(); });
    c.peer.end();
    c.until([&] { return ended; });
}

#endif
