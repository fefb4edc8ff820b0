// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/echo_session.hpp"
#include "support/failing_memory.hpp"
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using namespace sluice::test;
using sluice::error_code;

namespace {

using socket_connection = sluice::connection<asio::ip::tcp::socket>;

sluice::connection_options small(const sluice::segment_pool& pool) {
    sluice::connection_options made;
    made.input = made.output = segments_of(64, 1000);
    made.input.pool = made.output.pool = pool;
    return made;
}

} // namespace

TEST_CASE("connection: a context that goes while it runs takes it along, at any step") {
    for (int steps = 0; steps != 30; ++steps)
        for (const bool handler_owns_it : {true, false}) {
            const sluice::segment_pool pool({.segment_size = 64});
            const auto witness = std::make_shared<int>();
            std::shared_ptr<socket_connection> kept;
            {
                asio::io_context context;
                tcp_pair sockets(context);
                auto ours =
                    std::make_shared<socket_connection>(std::move(sockets.near), small(pool));
                echo_session{*ours}.start();
                ours->async_run([witness, owned = handler_owns_it ? ours : nullptr](error_code) {
                    CHECK(false);
                });
                asio::write(sockets.far, asio::buffer(numbered_bytes(5000)));
                for (int i = 0; i != steps; ++i)
                    context.poll_one();
            }
            CHECK(witness.use_count() == 1);
            CHECK(pool.stats().bytes_in_use == 0);
        }
}

TEST_CASE("connection: a context that goes while it lingers") {
    const sluice::segment_pool pool({.segment_size = 64});
    const auto witness = std::make_shared<int>();
    {
        asio::io_context context;
        tcp_pair sockets(context);
        auto ours = std::make_shared<socket_connection>(std::move(sockets.near), small(pool));
        ours->input().complete();
        ours->output().complete();
        ours->async_run([witness, ours](error_code) { CHECK(false); });
        ours.reset();
        context.poll();
        CHECK(witness.use_count() == 2);
    }
    CHECK(witness.use_count() == 1);
}

TEST_CASE("connection: its handler may destroy it") {
    for (const bool cancelled : {true, false}) {
        asio::io_context context;
        tcp_pair sockets(context);
        auto ours = std::make_unique<socket_connection>(std::move(sockets.near));
        bool done = false;
        ours->async_run([&](error_code ec) {
            CHECK(ec == (cancelled ? error_code(asio::error::operation_aborted) : error_code()));
            ours.reset();
            done = true;
        });
        if (cancelled) {
            context.poll();
            ours->cancel();
        } else {
            ours->output().complete();
            sockets.far.close();
        }
        context.run();
        CHECK(done);
        CHECK(!ours);
    }
}

TEST_CASE("connection: one that never runs") {
    asio::io_context context;
    tcp_pair sockets(context);
    error_code read, flushed;
    {
        sluice::connection_options options;
        options.output = segments_of(64, 10);
        socket_connection ours(std::move(sockets.near), options);
        ours.input().async_read([&](error_code ec, const sluice::read_result&) { read = ec; });
        ours.output().write(asio::buffer(numbered_bytes(100)));
        ours.output().flush([&](error_code ec) { flushed = ec; });
        context.poll();
    }
    context.restart();
    context.run();
    CHECK(read);
    CHECK(flushed);
}

TEST_CASE("connection: many, one after the other, as their handlers start the next") {
    asio::io_context context;
    const sluice::segment_pool pool({.segment_size = 64});
    std::size_t served = 0;
    std::function<void()> next = [&] {
        auto sockets = std::make_shared<tcp_pair>(context);
        auto ours = std::make_shared<socket_connection>(std::move(sockets->near), small(pool));
        echo_session{*ours}.start();
        asio::write(sockets->far, asio::buffer(numbered_bytes(1000)));
        sockets->far.shutdown(asio::socket_base::shutdown_send);
        ours->async_run([&, sockets, ours](error_code ec) {
            CHECK(!ec);
            std::string got(1000, ' ');
            asio::read(sockets->far, asio::buffer(got));
            CHECK(is_numbered(got));
            if (++served != 200)
                asio::post(context, next);
        });
    };
    next();
    context.run();
    CHECK(served == 200);
    CHECK(pool.stats().bytes_in_use == 0);
}

TEST_CASE("connection: on strands of a pool of threads") {
    constexpr int count = 8;
    constexpr std::size_t much = 300'000;
    asio::io_context peers;
    asio::thread_pool threads(3);
    using stream = asio::local::stream_protocol::socket::rebind_executor<
        asio::strand<asio::thread_pool::executor_type>>::other;
    using connection_type = sluice::connection<stream>;
    const sluice::segment_pool pool({.segment_size = 1000});
    std::atomic<int> ended{0};
    std::vector<std::thread> clients;
    std::vector<std::unique_ptr<local_pair>> pairs;
    std::atomic<int> correct{0};
    for (int i = 0; i != count; ++i) {
        auto& sockets = *pairs.emplace_back(std::make_unique<local_pair>(peers));
        const auto strand = asio::make_strand(threads.get_executor());
        auto ours = std::make_shared<connection_type>(
            stream(strand, asio::local::stream_protocol(), sockets.near.release()), small(pool));
        asio::dispatch(strand, [&ended, ours] {
            echo_session{*ours}.start();
            ours->async_run([&ended, ours](error_code ec) {
                if (!ec)
                    ++ended;
            });
        });
        clients.emplace_back([&] {
            std::thread sender([&] {
                asio::write(sockets.far, asio::buffer(numbered_bytes(much)));
                sockets.far.shutdown(asio::socket_base::shutdown_send);
            });
            std::string got;
            error_code ec;
            asio::read(sockets.far, asio::dynamic_buffer(got), ec);
            sender.join();
            if (got.size() == much && is_numbered(got))
                ++correct;
        });
    }
    for (auto& client : clients)
        client.join();
    threads.join();
    CHECK(ended == count);
    CHECK(correct == count);
    CHECK(pool.stats().bytes_in_use == 0);
}

TEST_CASE("connection: without memory it ends with an error, and the peer is not left hanging") {
    failing_memory memory;
    asio::io_context context;
    tcp_pair sockets(context);
    socket_connection ours(std::move(sockets.near),
                           small(sluice::segment_pool({.segment_size = 64, .upstream = &memory})));
    transfer_outcome run;
    error_code read;
    memory.fail_after(0);
    ours.input().async_read([&](error_code ec, const sluice::read_result&) { read = ec; });
    ours.async_run(run.handler());
    asio::write(sockets.far, asio::buffer("x", 1));
    while (!read && context.run_one() != 0)
        ;
    CHECK(read == boost::system::errc::not_enough_memory);
    ours.output().complete();
    context.run();
    CHECK(run.done());
    CHECK(run.ec == boost::system::errc::not_enough_memory);
}
