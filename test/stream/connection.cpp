// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/echo_session.hpp"
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <thread>

using namespace sluice::test;
using sluice::error_code;

namespace {

template <class Socket>
using typed = typename Socket::template rebind_executor<asio::io_context::executor_type>::other;

using tcp_socket = asio::ip::tcp::socket;
using local_socket = asio::local::stream_protocol::socket;
using typed_tcp_socket = typed<tcp_socket>;
using typed_local_socket = typed<local_socket>;
using sluice::testing::scripted_stream;

// A connection of ours, and its peer.
template <class Socket>
struct connection_and_peer {
    using pair = std::conditional_t<std::is_same_v<typename Socket::protocol_type, asio::ip::tcp>,
                                    tcp_pair, local_pair>;
    asio::io_context context;
    pair sockets{context};
    sluice::connection<Socket> ours;
    decltype(pair::far)& peer = sockets.far;
    transfer_outcome run;

    explicit connection_and_peer(const sluice::connection_options& options = {})
        : ours(adopt(context, sockets.near), options) {}

    static Socket adopt(asio::io_context& context, decltype(pair::near)& socket) {
        const auto protocol = socket.local_endpoint().protocol();
        return Socket(context, protocol, socket.release());
    }
    void start() {
        ours.async_run(run.handler());
        CHECK(run.calls == 0); // never inside the initiating function
    }
    void finish() {
        context.restart();
        while (run.calls == 0 && context.run_one() != 0)
            ;
        context.restart();
        context.poll();
        CHECK(run.done());
    }
    std::string peer_reads_all() {
        std::string got;
        error_code ec;
        asio::read(peer, asio::dynamic_buffer(got), ec);
        CHECK(ec == asio::error::eof);
        return got;
    }
};

void say(auto& writer, std::string_view bytes) {
    writer.write(asio::buffer(bytes));
    (void)writer.try_flush();
}

} // namespace

TEST_CASE_TEMPLATE("connection: echo of much, through small pipes", Socket, tcp_socket,
                   local_socket, typed_tcp_socket, typed_local_socket) {
    sluice::connection_options options;
    options.input = options.output = segments_of(1000, 10'000);
    options.pump.max_read_size = 10'000;
    connection_and_peer<Socket> c(options);
    c.start();
    echo_session{c.ours}.start();
    constexpr std::size_t much = 2'000'000;
    std::thread sender([&] {
        asio::write(c.peer, asio::buffer(numbered_bytes(much)));
        c.peer.shutdown(asio::socket_base::shutdown_send);
    });
    std::string got;
    std::thread receiver([&] { got = c.peer_reads_all(); });
    c.finish();
    sender.join();
    receiver.join();
    CHECK(!c.run.ec);
    CHECK(got.size() == much);
    CHECK(is_numbered(got));
    CHECK(options.input.pool.stats().peak_bytes_in_use < 100'000);
    CHECK(options.input.pool.stats().bytes_in_use == 0);
}

TEST_CASE_TEMPLATE("connection: the peer ends first, then we", Socket, tcp_socket, local_socket,
                   typed_tcp_socket, typed_local_socket) {
    connection_and_peer<Socket> c;
    c.start();
    asio::write(c.peer, asio::buffer("question", 8));
    c.peer.shutdown(asio::socket_base::shutdown_send);
    while (c.ours.input().buffered() != 8)
        c.context.run_one();
    c.context.poll();
    CHECK(c.run.calls == 0);
    const auto read = c.ours.input().try_read();
    REQUIRE(read.has_value());
    CHECK(read->buffer.equals("question"));
    c.ours.input().advance(read->buffer.finish());
    say(c.ours.output(), "answer");
    c.ours.output().complete();
    c.finish();
    CHECK(!c.run.ec);
    CHECK(c.peer_reads_all() == "answer");
}

TEST_CASE_TEMPLATE("connection: we end first, the peer goes on sending", Socket, tcp_socket,
                   local_socket, typed_tcp_socket, typed_local_socket) {
    connection_and_peer<Socket> c;
    c.start();
    say(c.ours.output(), "all we have");
    c.ours.output().complete();
    c.context.poll();
    CHECK(c.peer_reads_all() == "all we have");
    CHECK(c.run.calls == 0);
    asio::write(c.peer, asio::buffer("still here", 10));
    c.peer.close();
    c.finish();
    CHECK(!c.run.ec);
    const auto read = c.ours.input().try_read();
    REQUIRE(read.has_value());
    CHECK(read->buffer.equals("still here"));
    CHECK(read->completed);
}

TEST_CASE_TEMPLATE("connection: both end at once, with nothing to say", Socket, tcp_socket,
                   local_socket, typed_tcp_socket, typed_local_socket) {
    connection_and_peer<Socket> c;
    c.peer.shutdown(asio::socket_base::shutdown_send);
    c.ours.output().complete();
    c.start();
    c.finish();
    CHECK(!c.run.ec);
    CHECK(c.peer_reads_all().empty());
    CHECK(c.ours.input().try_read()->completed);
}

TEST_CASE("connection: what was written before it runs is sent, what came before is received") {
    connection_and_peer<tcp_socket> c;
    say(c.ours.output(), "early");
    asio::write(c.peer, asio::buffer("bird", 4));
    c.start();
    c.ours.output().complete();
    c.peer.shutdown(asio::socket_base::shutdown_send);
    c.finish();
    CHECK(c.peer_reads_all() == "early");
    CHECK(drain(c.ours.input()) == "bird");
}

TEST_CASE("connection: over a stream that can neither be tried nor waited for") {
    asio::io_context context;
    sluice::connection<scripted_stream> ours(scripted_stream(context.get_executor()));
    ours.stream().deliver_in_pieces(numbered_bytes(5000), 300);
    ours.stream().deliver_end();
    ours.stream().accept_all(77);
    transfer_outcome run;
    echo_session{ours}.start();
    ours.async_run(run.handler());
    context.run();
    CHECK(run.done());
    CHECK(!run.ec);
    CHECK(ours.stream().written == numbered_bytes(5000));
    CHECK(ours.stream().shutdowns == 1);
}

TEST_CASE_TEMPLATE("rule 26: an idle connection holds no memory", Socket, tcp_socket,
                   local_socket) {
    sluice::connection_options options;
    options.input = options.output = segments_of(4096);
    connection_and_peer<Socket> c(options);
    c.start();
    echo_session{c.ours}.start();
    std::string got(30'000, ' ');
    for (int i = 0; i != 5; ++i) {
        c.context.poll();
        CHECK(options.input.pool.stats().bytes_in_use == 0);
        asio::write(c.peer, asio::buffer(numbered_bytes(got.size())));
        std::size_t n = 0;
        c.peer.non_blocking(true);
        while (n != got.size()) {
            c.context.poll();
            error_code ec;
            n += c.peer.read_some(asio::buffer(got) + n, ec);
        }
        c.peer.non_blocking(false);
        CHECK(is_numbered(got));
    }
    c.peer.close();
    c.finish();
    CHECK(!c.run.ec);
    CHECK(options.input.pool.stats().bytes_in_use == 0);
}

TEST_CASE("connection: async_run with a future, in a coroutine, and by default") {
    {
        connection_and_peer<tcp_socket> c;
        c.ours.output().complete();
        c.peer.close();
        auto done = c.ours.async_run(asio::use_future);
        c.context.run();
        CHECK_NOTHROW(done.get());
    }
    connection_and_peer<tcp_socket> c;
    bool done = false;
    asio::co_spawn(
        c.context,
        [&]() -> asio::awaitable<void> {
            c.ours.output().complete();
            c.peer.close();
            co_await c.ours.async_run();
        },
        [&](std::exception_ptr error) { done = !error; });
    c.context.run();
    CHECK(done);
}
