// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/relayed.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

// Keeps a peer sending until the relay is over.
template <class Kind, class Peer>
void go_on_sending(relayed<Kind>& r, Peer& peer) {
    r.context.restart();
    while (r.outcome.calls == 0) {
        if (peer.has_sent_all())
            peer.send(10);
        r.context.run_one();
    }
}

} // namespace

TEST_CASE_TEMPLATE("async_relay: the half-closed phase is bounded, whatever comes", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const bool client_ends : {true, false})
        for (const bool other_sends : {true, false}) {
            relayed<Kind> r;
            r.options.half_close_timeout = 20ms;
            r.start();
            auto& ends = client_ends ? r.client : r.server;
            auto& stays = client_ends ? r.server : r.client;
            ends.receive();
            stays.receive();
            ends.send(100);
            const auto begin = clock_type::now();
            ends.end();
            if (other_sends)
                go_on_sending(r, stays);
            REQUIRE(r.finish());
            CHECK(clock_type::now() - begin >= 20ms);
            CHECK(r.outcome.ec == asio::error::timed_out);
            const auto& [there, back] = r.outcome.result;
            CHECK_FALSE((client_ends ? there : back).reason);
            CHECK((client_ends ? back : there).reason == asio::error::timed_out);
            r.settle();
            CHECK(stays.received() == 100);
            CHECK(ends.received() == (client_ends ? back : there).bytes);
        }
}

TEST_CASE_TEMPLATE("async_relay: a sink that does not take the last bytes is given up", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const bool reset : {true, false}) {
        relayed<Kind> r;
        r.options.between.pause_threshold = 1'000'000;
        r.options.half_close_timeout = 20ms;
        r.start();
        r.server.send(1);       // not read: so that a local socket knows of a reset
        r.client.send(500'000); // more than the sockets hold, less than the relay takes
        r.settle();
        CHECK(r.client.has_sent_all());
        if (reset)
            r.client.reset();
        else
            r.client.end();
        REQUIRE(r.finish());
        CHECK(r.outcome.ec ==
              (reset ? asio::error::connection_reset : error_code(asio::error::timed_out)));
        CHECK(r.outcome.result.a_to_b.reason == r.outcome.ec);
        CHECK(r.outcome.result.a_to_b.bytes < 500'000);
        r.client.receive();
        r.server.receive();
        r.deliver();
        CHECK(r.server.received() == r.outcome.result.a_to_b.bytes);
        CHECK_FALSE(r.server.saw_end());
    }
}

TEST_CASE("async_relay: a sink that takes the last bytes slowly is not given up") {
    relayed<duplex_stream> r;
    r.options.between.pause_threshold = 1'000'000;
    r.options.half_close_timeout = 100ms;
    r.start();
    r.client.send(200'000);
    r.client.end();
    r.settle();
    asio::steady_timer pace(r.context);
    std::array<char, 12'000> some;
    std::size_t got = 0;
    const auto begin = clock_type::now();
    std::function<void(error_code)> take = [&](error_code) {
        error_code ec;
        got += r.server.stream().read_some(asio::buffer(some), ec);
        pace.expires_after(10ms);
        if (ec == asio::error::eof)
            r.server.end();
        else
            pace.async_wait(take);
    };
    take({});
    REQUIRE(r.finish());
    CHECK_FALSE(r.outcome.ec);
    CHECK(clock_type::now() - begin >= 100ms);
    CHECK(r.outcome.result.a_to_b.bytes == 200'000);
}

TEST_CASE_TEMPLATE("async_relay: the idle limit: neither direction moves a byte", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    relayed<Kind> r;
    r.options.idle_timeout = 50ms;
    r.start();
    r.client.receive();
    auto begin = clock_type::now();
    while (clock_type::now() - begin < 120ms && r.outcome.calls == 0) { // one direction is enough
        if (r.server.has_sent_all())
            r.server.send(10);
        r.context.restart();
        r.context.run_one_for(5ms);
    }
    CHECK(r.outcome.calls == 0);
    r.settle();
    begin = clock_type::now();
    REQUIRE(r.finish());
    CHECK(clock_type::now() - begin >= 40ms);
    CHECK(r.outcome.ec == asio::error::timed_out);
    CHECK(r.outcome.result.a_to_b.reason == asio::error::timed_out);
    CHECK(r.outcome.result.b_to_a.reason == asio::error::timed_out);
    CHECK(r.outcome.result.b_to_a.bytes == r.client.received());
}

TEST_CASE("async_relay: without limits, and with the longest ones, no timer strikes") {
    for (const auto limit : {0ms, std::chrono::milliseconds::max()})
        for (const bool ended : {true, false}) {
            relayed<tcp_stream> r;
            r.options.idle_timeout = r.options.half_close_timeout = limit;
            r.start();
            if (ended)
                r.client.end();
            r.context.restart();
            r.context.run_for(20ms);
            CHECK(r.outcome.calls == 0);
            r.client.end();
            r.server.end();
            REQUIRE(r.finish());
            CHECK_FALSE(r.outcome.ec);
            r.context.restart();
            CHECK(r.context.run_for(0ms) == 0); // no timer is left behind
        }
}

TEST_CASE_TEMPLATE("async_relay: progress is told while bytes move, and not too often", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    relayed<Kind> r;
    std::vector<relay_result> told;
    const auto begin = clock_type::now();
    r.options.progress_interval = 10ms;
    r.options.progress = [&](const relay_result& result) {
        told.push_back(result);
        CHECK(clock_type::now() - begin >= 10ms * told.size()); // a call may be late, none is early
    };
    r.start();
    r.server.receive();
    r.client.receive();
    for (std::uint64_t n = 1; n != 4; ++n) {
        r.client.send(100);
        r.server.send(10);
        r.run_until([&] { return told.size() == n; });
        CHECK(told.back().a_to_b.bytes == 100 * n);
        CHECK(told.back().b_to_a.bytes == 10 * n);
    }
    r.context.run_for(30ms);
    CHECK(told.size() == 3); // nothing has moved
    r.client.end();
    r.server.end();
    REQUIRE(r.finish());
    CHECK(r.outcome.result.a_to_b.bytes == 300);
}

TEST_CASE("async_relay: what its progress function throws ends it") {
    relayed<duplex_stream> r;
    r.options.progress_interval = 1ms;
    r.options.progress = [](const relay_result&) { throw std::domain_error("progress"); };
    r.start();
    r.client.send(100);
    CHECK_THROWS_AS(r.finish(), std::domain_error);
    REQUIRE(r.finish());
    CHECK(r.outcome.ec == asio::error::operation_aborted);
}

TEST_CASE("async_relay: cancelled by its progress function") {
    relayed<duplex_stream> r;
    r.options.progress_interval = 1ms;
    r.options.progress = [&](const relay_result&) {
        r.signal.emit(asio::cancellation_type::terminal);
    };
    r.start();
    r.client.send(100);
    REQUIRE(r.finish());
    CHECK(r.outcome.ec == asio::error::operation_aborted);
}
