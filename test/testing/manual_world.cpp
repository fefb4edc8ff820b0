// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The manual executor, the manual clock and the network do what they promise.
#include "support/numbered_bytes.hpp"
#include <sluice/testing/manual_clock.hpp>
#include <sluice/testing/network.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace sluice::testing;
using namespace std::chrono_literals;
using sluice::error_code;
namespace asio = boost::asio;

namespace {

using timer = asio::basic_waitable_timer<manual_clock>;

std::string order_of(std::uint64_t seed) {
    manual_context context;
    std::string order;
    for (const char c : {'a', 'b', 'c', 'd', 'e'})
        asio::post(context, [&order, c] { order += c; });
    if (seed != 0)
        context.shuffle(seed);
    CHECK(context.run_all() == 5);
    return order;
}

} // namespace

TEST_CASE("manual_executor: runs what it is told, in order or in the order of a seed") {
    CHECK(order_of(0) == "abcde");
    CHECK(order_of(7) == order_of(7));
    bool differs = false;
    for (std::uint64_t seed = 1; seed != 10; ++seed)
        differs |= order_of(seed) != "abcde";
    CHECK(differs);
}

TEST_CASE("manual_executor: dispatch runs at once within, post and defer never do") {
    manual_context context;
    const asio::any_io_executor executor = context.get_executor();
    std::string order;
    asio::dispatch(executor, [&] {
        asio::post(executor, [&] { order += 'p'; });
        asio::defer(executor, [&] { order += 'f'; });
        asio::dispatch(executor, [&] { order += 'd'; });
        order += '.';
    });
    CHECK(order.empty());
    CHECK(context.queued() == 1);
    CHECK(context.run_one());
    CHECK(order == "d.");
    CHECK(context.run_all() == 2);
    CHECK(order == "d.pf");
    CHECK_FALSE(context.run_one());
    CHECK(context.run_count() == 3);
}

TEST_CASE("manual_executor: counts work, and destroys what was not run") {
    const auto kept = std::make_shared<int>();
    {
        manual_context context;
        const auto executor = context.get_executor();
        {
            const auto work = asio::make_work_guard(executor);
            CHECK(context.outstanding_work() == 1);
        }
        CHECK(context.outstanding_work() == 0);
        timer never(executor, timer::time_point::max());
        never.async_wait([kept](error_code) { FAIL("called"); });
        CHECK(context.outstanding_work() != 0);
        asio::post(context, [kept] { FAIL("called"); });
        CHECK(kept.use_count() == 3);
    }
    CHECK(kept.use_count() == 1);
}

TEST_CASE("manual_clock: timers end when the time has come, in its order") {
    manual_context context;
    std::string order;
    timer late(context.get_executor(), 2s), early(context.get_executor(), 1s);
    late.async_wait([&](error_code ec) { order += ec ? 'x' : 'l'; });
    early.async_wait([&](error_code ec) { order += ec ? 'x' : 'e'; });
    CHECK(manual_clock::advance(999ms) == 0);
    context.run_all();
    CHECK(order.empty());
    CHECK(manual_clock::advance_to_next());
    CHECK(order.empty()); // queued
    context.run_all();
    CHECK(order == "e");
    CHECK(manual_clock::next_expiry() == late.expiry());
    CHECK(manual_clock::advance(10s) == 1);
    context.run_all();
    CHECK(order == "el");
    CHECK_FALSE(manual_clock::advance_to_next());
    early.async_wait([&](error_code ec) { order += ec ? 'x' : 'p'; }); // is past
    context.run_all();
    CHECK(order == "elp");
}

TEST_CASE("manual_clock: waits are cancelled by the timer and by their slot") {
    manual_context context;
    std::vector<error_code> ends;
    const auto handler = [&](error_code ec) { ends.push_back(ec); };
    asio::cancellation_signal signal;
    timer one(context.get_executor(), 1s);
    one.async_wait(handler);
    one.async_wait(asio::bind_cancellation_slot(signal.slot(), handler));
    signal.emit(asio::cancellation_type::total);
    context.run_all();
    CHECK(ends.size() == 1);
    timer moved = std::move(one);
    CHECK(moved.cancel() == 1);
    moved.async_wait(handler);
    CHECK(moved.expires_after(5s) == 1);
    moved.async_wait(handler);
    { const timer gone = std::move(moved); }
    context.run_all();
    CHECK(ends == std::vector<error_code>(4, asio::error::operation_aborted));
}

TEST_CASE(
    "network: bytes arrive in order and in pieces, the end behind them, the same for a seed") {
    std::vector<std::size_t> pieces[2];
    for (auto& sizes : pieces) {
        manual_context context;
        network net(context, 42, {.max_piece = 7, .window = 20});
        auto [client, server] = net.connect<network_socket>();
        const std::string all = sluice::test::numbered_bytes(100);
        std::size_t sent = 0;
        std::function<void(error_code, std::size_t)> send = [&, &c = client](error_code ec,
                                                                             std::size_t n) {
            CHECK_FALSE(ec);
            sent += n;
            if (sent == all.size())
                return c.shutdown(asio::socket_base::shutdown_send);
            c.async_write_some(asio::buffer(all.data() + sent, all.size() - sent), send);
        };
        std::string received;
        std::array<char, 50> memory;
        error_code end;
        std::function<void(error_code, std::size_t)> receive = [&, &s = server](error_code ec,
                                                                                std::size_t n) {
            sizes.push_back(n);
            received.append(memory.data(), n);
            end = ec;
            if (!ec)
                s.async_read_some(asio::buffer(memory), receive);
        };
        server.async_read_some(asio::buffer(memory), receive);
        send({}, 0);
        CHECK(net.run());
        CHECK(received == all);
        CHECK(end == asio::error::eof);
        CHECK(sizes.size() > 15);
        CHECK(context.outstanding_work() == 0);
        server.async_write_some(asio::buffer(all), [&](error_code ec, std::size_t n) {
            CHECK_FALSE(ec); // that direction is still there
            CHECK(n != 0);
        });
        CHECK(net.run());
    }
    CHECK(pieces[0] == pieces[1]);
}

TEST_CASE("network: a reset fails both ends, closing one fails what it has outstanding") {
    manual_context context;
    network net(context, 1);
    auto [a, b] = net.connect();
    auto [c, d] = net.connect();
    std::array<char, 10> memory;
    error_code at_b, at_c, at_d;
    b.async_read_some(asio::buffer(memory), [&](error_code ec, std::size_t) { at_b = ec; });
    c.async_read_some(asio::buffer(memory), [&](error_code ec, std::size_t) { at_c = ec; });
    d.async_read_some(asio::buffer(memory), [&](error_code ec, std::size_t) { at_d = ec; });
    CHECK(net.run());
    CHECK_FALSE(at_b);
    a.reset();
    c.close();
    CHECK(net.run());
    CHECK(at_b == asio::error::connection_reset);
    CHECK(at_c == asio::error::operation_aborted);
    CHECK(at_d == asio::error::eof);
}
