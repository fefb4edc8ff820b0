// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#ifdef SLUICE_TEST_HAS_OPENSSL

#    include "support/outcome.hpp"
#    include "support/relay_scenario.hpp"
#    include "support/tls_contexts.hpp"
#    include <sluice/stream/tls_stream.hpp>

using namespace sluice;
using namespace sluice::test;

using tls_over_pipe = tls_stream<duplex_stream>;
using tls_over_tcp = tls_stream<tcp_stream>;

// Two that have shaken hands.
template <class Next>
struct sluice::test::connector<tls_stream<Next>> {
    static std::pair<tls_stream<Next>, tls_stream<Next>> connect(asio::io_context& context) {
        static tls_contexts contexts;
        auto below = connected<Next>(context);
        std::pair<tls_stream<Next>, tls_stream<Next>> made{
            tls_stream<Next>(std::move(below.first), contexts.client),
            tls_stream<Next>(std::move(below.second), contexts.server)};
        wait_outcome met, served;
        made.first.async_handshake(asio::ssl::stream_base::client, met.handler());
        made.second.async_handshake(asio::ssl::stream_base::server, served.handler());
        context.restart();
        context.run();
        REQUIRE(met.succeeded());
        REQUIRE(served.succeeded());
        return made;
    }
};

TEST_CASE_TEMPLATE("tls_stream: after the end of sending it goes on receiving", Stream,
                   tls_over_pipe, tls_over_tcp) {
    for (const bool client_first : {true, false}) {
        asio::io_context context;
        auto made = connected<Stream>(context);
        relay_peer<Stream> client(std::move(made.first)), server(std::move(made.second));
        auto& first = client_first ? client : server;
        auto& last = client_first ? server : client;
        first.receive();
        last.receive();
        first.send(1000);
        first.end();
        first.end(); // again: no effect
        context.restart();
        while (!last.saw_end())
            context.run_one();
        CHECK(last.received() == 1000);
        CHECK_FALSE(first.saw_end());
        last.send(300'000);
        last.end();
        while (!first.saw_end())
            context.run_one();
        CHECK(first.received() == 300'000);
        CHECK((client.in_order() && server.in_order()));
    }
}

TEST_CASE("tls_stream: before the handshake, and with the peer gone, the end of sending fails") {
    asio::io_context context;
    tls_contexts contexts;
    auto below = connected<duplex_stream>(context);
    tls_over_pipe early(std::move(below.first), contexts.client);
    wait_outcome refused, failed;
    early.async_shutdown_send(refused.handler());
    CHECK(refused.pending());
    poll(context);
    CHECK(refused.calls == 1);
    CHECK(refused.ec.category() == asio::error::get_ssl_category());
    auto made = connected<tls_over_pipe>(context);
    made.second.next_layer().close();
    made.first.async_shutdown_send(failed.handler());
    poll(context);
    CHECK(failed.failed(asio::error::broken_pipe));
}

TEST_CASE("async_relay: over TLS, an end without close_notify is a failure") {
    relayed<tls_over_pipe> r;
    r.start();
    r.server.receive();
    r.client.send(5000);
    r.settle();
    r.client.stream().next_layer().close();
    REQUIRE(r.finish());
    r.settle();
    CHECK(r.outcome.ec == asio::ssl::error::stream_truncated);
    CHECK(r.outcome.result.a_to_b.bytes == 5000);
    CHECK(r.server.received() == 5000);
    CHECK_FALSE(r.server.saw_end());
}

TEST_CASE_TEMPLATE(
    "async_relay: over TLS, any two or three events at either side, one after the other", Stream,
    tls_over_pipe, tls_over_tcp) {
    play_relay_scenarios<Stream>();
}

#endif
