// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/relayed.hpp"
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <thread>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_stream;

TEST_CASE_TEMPLATE("async_relay: all bytes of both directions, whichever ends first", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const std::size_t size : {0, 1, 5000, 300'000})
        for (const bool client_first : {true, false}) {
            CAPTURE(size);
            relayed<Kind> r;
            r.start();
            CHECK(r.outcome.calls == 0);
            auto& first = client_first ? r.client : r.server;
            auto& last = client_first ? r.server : r.client;
            for (auto* one : {&first, &last})
                one->receive();
            first.send(size);
            first.end();
            while (!last.saw_end())
                r.context.run_one();
            CHECK(last.received() == size);
            CHECK(r.outcome.calls == 0); // the other direction goes on
            last.send(size + 1);
            last.end();
            REQUIRE(r.finish());
            while (!first.saw_end())
                r.context.run_one();
            CHECK(first.received() == size + 1);
            CHECK((r.client.in_order() && r.server.in_order()));
            CHECK_FALSE(r.outcome.ec);
            const auto& [there, back] = r.outcome.result;
            CHECK((client_first ? there : back).bytes == size);
            CHECK((client_first ? back : there).bytes == size + 1);
            CHECK((!there.reason && !back.reason));
            CHECK(r.pool.stats().bytes_in_use == 0);
        }
}

TEST_CASE_TEMPLATE("rule 26: a relay that waits for its sockets holds no memory", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream) {
    relayed<Kind> r;
    r.start();
    std::size_t all = 0;
    for (const std::size_t size : {0, 1, 1000, 30'000}) {
        all += size;
        for (auto* one : {&r.client, &r.server}) {
            one->send(size);
            one->receive();
        }
        r.run_until([&] { return r.client.received() == all && r.server.received() == all; });
        r.settle();
        CHECK(r.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("async_relay: a side that does not read bounds what is held for it", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    relayed<Kind> r;
    r.start();
    r.client.send(3'000'000);
    r.settle();
    CHECK_FALSE(r.client.has_sent_all());
    CHECK(r.pool.stats().peak_bytes_in_use <= 10'000 + 2 * 4000 + 3 * 1000);
    r.server.send(50'000); // the other direction does not mind
    r.client.receive();
    r.run_until([&] { return r.client.received() == 50'000; });
    CHECK(r.client.received() == 50'000);
    r.server.receive();
    r.client.end();
    r.server.end();
    REQUIRE(r.finish());
    CHECK_FALSE(r.outcome.ec);
    CHECK(r.outcome.result.a_to_b.bytes == 3'000'000);
}

TEST_CASE("async_relay: what a source sent before it failed is delivered, however slow the sink") {
    relayed<duplex_stream> r;
    r.start();
    r.client.send(25'000);
    r.server.send(100);
    r.settle();
    CHECK(r.client.has_sent_all()); // and the server takes no more before it reads
    r.client.reset();
    r.settle();
    CHECK(r.outcome.calls == 0);
    r.server.receive();
    REQUIRE(r.finish());
    r.deliver();
    CHECK(r.outcome.ec == asio::error::connection_reset);
    CHECK(r.outcome.result.a_to_b.reason == asio::error::connection_reset);
    CHECK(r.outcome.result.a_to_b.bytes == 25'000);
    CHECK(r.outcome.result.b_to_a.reason == asio::error::connection_reset);
    CHECK(r.server.received() == 25'000);
    CHECK(r.server.in_order());
    CHECK_FALSE(r.server.saw_end());
}

TEST_CASE("async_relay: a sink that fails ends its direction, the other one goes on") {
    relayed<duplex_stream> r;
    r.start();
    r.server.stream().reader().complete(asio::error::no_buffer_space);
    r.client.receive();
    r.client.send(100'000);
    r.server.send(30'000);
    r.settle();
    CHECK(r.outcome.calls == 0);
    CHECK(r.client.received() == 30'000);
    r.server.end();
    REQUIRE(r.finish());
    r.deliver();
    CHECK(r.client.saw_end());
    CHECK(r.outcome.ec == asio::error::no_buffer_space);
    CHECK(r.outcome.result.a_to_b.reason == asio::error::no_buffer_space);
    CHECK(r.outcome.result.a_to_b.bytes == 0);
    CHECK_FALSE(r.outcome.result.b_to_a.reason);
    CHECK(r.outcome.result.b_to_a.bytes == 30'000);
}

TEST_CASE_TEMPLATE("async_relay: a side that was reset before it began", Kind, by_hand<tcp_stream>,
                   tcp_stream) {
    for (const bool at_client : {true, false}) {
        relayed<Kind> r;
        auto& gone = at_client ? r.client : r.server;
        auto& there = at_client ? r.server : r.client;
        there.receive();
        gone.send(10);
        r.settle();
        gone.reset();
        r.start();
        REQUIRE(r.finish());
        CHECK(r.outcome.ec == asio::error::connection_reset);
        CHECK(r.outcome.result.a_to_b.reason == asio::error::connection_reset);
        CHECK(r.outcome.result.b_to_a.reason == asio::error::connection_reset);
        r.settle();
        CHECK_FALSE(there.saw_end());
    }
}

// The kernel tells of a reset once: after the write that failed a read would see an end.
TEST_CASE("async_relay: a reset that only a write has noticed is not passed on as an end") {
    relayed<tcp_stream> r;
    r.start();
    r.server.send(400'000); // the client does not read: so the relay does not read the server
    r.settle();
    r.server.reset();
    r.client.send(1);
    r.settle();
    r.client.receive();
    REQUIRE(r.finish());
    r.deliver();
    CHECK(r.outcome.result.a_to_b.reason == asio::error::connection_reset);
    CHECK(r.outcome.result.b_to_a.reason == asio::error::connection_reset);
    CHECK(r.client.received() == r.outcome.result.b_to_a.bytes);
    CHECK(r.client.in_order());
    CHECK_FALSE(r.client.saw_end());
}

TEST_CASE_TEMPLATE("async_relay: a stream that somebody else cancels or closes ends it", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const bool close : {true, false})
        for (const bool other : {true, false}) {
            relayed<Kind> r;
            r.start();
            r.client.send(1000);
            r.server.send(1000);
            r.client.receive();
            r.server.receive();
            r.settle();
            auto& stream = other ? r.b : r.a;
            if (close)
                stream.close();
            else
                stream.cancel();
            REQUIRE(r.finish());
            CHECK(r.outcome.ec == asio::error::operation_aborted);
            CHECK(r.outcome.result.a_to_b.bytes == 1000);
            CHECK(r.outcome.result.b_to_a.bytes == 1000);
        }
}

TEST_CASE("async_relay: streams without async_wait, and short writes") {
    for (const std::size_t at_most : {1, 7, 10'000}) {
        relayed<duplex_stream> r; // for its context
        scripted_stream a(r.context.get_executor()), b(r.context.get_executor());
        a.accept_all(at_most);
        b.accept_all(at_most);
        a.deliver_in_pieces(numbered_bytes(10'000), 999);
        b.deliver_in_pieces(numbered_bytes(10'000), 3000);
        async_relay(a, b, r.options, r.outcome.handler());
        r.settle();
        b.deliver_end();
        r.settle();
        CHECK(a.shutdowns == 1);
        CHECK(b.shutdowns == 0);
        a.deliver_end();
        REQUIRE(r.finish());
        CHECK(b.shutdowns == 1);
        CHECK(is_numbered(a.written));
        CHECK(is_numbered(b.written));
        CHECK((a.written.size() == 10'000 && b.written.size() == 10'000));
    }
}

TEST_CASE(
    "async_relay: between streams of two kinds, on contexts of their own with a thread each") {
    asio::io_context left, right, peers;
    tcp_pair near(left);
    local_pair far(right);
    relay_peer<tcp_stream> client(tcp_stream(peers, asio::ip::tcp::v4(), near.far.release()));
    relay_peer<local_stream> server(
        local_stream(peers, asio::local::stream_protocol(), far.near.release()));
    auto done = async_relay(near.near, far.far, {}, asio::use_future);
    std::jthread first([&] { left.run(); });
    auto work = asio::make_work_guard(right);
    std::jthread second([&] { right.run(); });
    constexpr std::size_t much = 2'000'000;
    client.receive();
    server.receive();
    client.send(much);
    server.send(much);
    client.end();
    server.end();
    peers.run();
    const relay_result result = done.get();
    work.reset();
    CHECK((result.a_to_b.bytes == much && result.b_to_a.bytes == much));
    CHECK((client.received() == much && server.received() == much));
    CHECK((client.in_order() && server.in_order()));
    CHECK((client.saw_end() && server.saw_end()));
}

TEST_CASE("async_relay: on strands of a pool of threads, started by another thread") {
    constexpr int count = 8;
    constexpr std::size_t much = 300'000;
    using stream =
        local_stream::rebind_executor<asio::strand<asio::thread_pool::executor_type>>::other;
    struct one_relay {
        stream a, b;
        std::unique_ptr<relay_peer<local_stream>> client, server;
        std::future<relay_result> done;
    };
    asio::io_context peers;
    asio::thread_pool threads(3);
    relay_options options;
    options.between.pool = segment_pool({.segment_size = 1000});
    std::vector<std::unique_ptr<one_relay>> relays;
    for (int i = 0; i != count; ++i) {
        local_pair left(peers), right(peers);
        const auto strand = asio::make_strand(threads.get_executor());
        const asio::local::stream_protocol protocol;
        relays.push_back(std::make_unique<one_relay>(
            one_relay{stream(strand, protocol, left.far.release()),
                      stream(strand, protocol, right.near.release()),
                      std::make_unique<relay_peer<local_stream>>(std::move(left.near)),
                      std::make_unique<relay_peer<local_stream>>(std::move(right.far)),
                      {}}));
        one_relay& made = *relays.back();
        made.done = async_relay(made.a, made.b, options, asio::use_future);
        for (auto* peer : {made.client.get(), made.server.get()}) {
            peer->receive();
            peer->send(much);
            peer->end();
        }
    }
    peers.run();
    for (auto& one : relays) {
        const relay_result result = one->done.get();
        CHECK((result.a_to_b.bytes == much && result.b_to_a.bytes == much));
        CHECK((one->client->received() == much && one->server->received() == much));
        CHECK((one->client->in_order() && one->server->in_order()));
    }
    threads.join();
    CHECK(options.between.pool.stats().bytes_in_use == 0);
}
