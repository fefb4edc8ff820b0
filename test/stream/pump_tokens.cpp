// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>
#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

#include <memory_resource>
#include <thread>

using namespace sluice::test;
using sluice::error_code;

namespace {

// Five bytes that wait in a pipe to be sent, and five in a socket to be received.
template <class Executor = asio::any_io_executor>
struct five_bytes {
    using socket = asio::local::stream_protocol::socket::rebind_executor<Executor>::other;
    asio::io_context context;
    socket near{context}, far{context};
    sluice::basic_pipe<Executor> out{context}, in{context};

    five_bytes() {
        asio::local::connect_pair(near, far);
        out.writer.write(asio::buffer("hello", 5));
        out.writer.complete();
    }
    void check() {
        std::string got;
        const auto read = in.reader.try_read();
        REQUIRE(read.has_value());
        CHECK(read->completed);
        CHECK(read->buffer.equals("hello"));
    }
    // Starts both directions with the token made by `make`, and keeps what they return.
    template <class Make>
    auto both(Make make) {
        return std::pair{sluice::async_pump(out.reader, near, {}, make()),
                         sluice::async_pump(far, in.writer, {}, make())};
    }
};

asio::awaitable<void> pump_both(five_bytes<>& f) {
    CHECK(co_await sluice::async_pump(f.out.reader, f.near, {}, asio::use_awaitable) == 5);
    error_code ec;
    CHECK(co_await sluice::async_pump(f.far, f.in.writer, {},
                                      asio::redirect_error(asio::use_awaitable, ec)) == 5);
    CHECK(!ec);
}

asio::awaitable<void> pump_by_default(five_bytes<>& f) {
    CHECK(co_await sluice::async_pump(f.out.reader, f.near) == 5);
    const auto [ec, n] =
        co_await sluice::async_pump(f.far, f.in.writer, {}, asio::as_tuple(asio::use_awaitable));
    CHECK(!ec);
    CHECK(n == 5);
}

} // namespace

TEST_CASE("rule 2: async_pump with use_future, run by another thread") {
    five_bytes<> f;
    auto [sent, received] = f.both([] { return asio::use_future; });
    std::thread runner([&] { f.context.run(); });
    CHECK(sent.get() == 5);
    CHECK(received.get() == 5);
    runner.join();
    f.check();
}

TEST_CASE("rule 2: async_pump in coroutines") {
    for (auto* coroutine : {&pump_both, &pump_by_default}) {
        five_bytes<> f;
        bool done = false;
        asio::co_spawn(f.context, (*coroutine)(f), [&](std::exception_ptr error) {
            CHECK(!error);
            done = true;
        });
        f.context.run();
        CHECK(done);
        f.check();
    }
}

TEST_CASE("rule 2: async_pump with awaitable operators") {
    using namespace asio::experimental::awaitable_operators;
    five_bytes<> f;
    bool done = false;
    asio::co_spawn(
        f.context,
        [&]() -> asio::awaitable<void> {
            const auto [sent, received] =
                co_await (sluice::async_pump(f.out.reader, f.near, {}, asio::use_awaitable) &&
                          sluice::async_pump(f.far, f.in.writer, {}, asio::use_awaitable));
            CHECK(sent + received == 10);
            // The one that never ends is cancelled by the other.
            sluice::pipe idle(f.context), none(f.context);
            none.writer.complete();
            const auto first =
                co_await (sluice::async_pump(idle.reader, f.far, {}, asio::use_awaitable) ||
                          sluice::async_pump(none.reader, f.far, {}, asio::use_awaitable));
            CHECK(first.index() == 1);
        },
        [&](std::exception_ptr error) {
            CHECK(!error);
            done = true;
        });
    f.context.run();
    CHECK(done);
    f.check();
}

TEST_CASE("rule 2: async_pump deferred and detached") {
    five_bytes<> f;
    auto [send, receive] = f.both([] { return asio::deferred; });
    f.context.run();
    CHECK(f.out.reader.buffered() == 5); // not begun
    std::uint64_t sent = 0;
    std::move(send)([&](error_code, std::uint64_t n) { sent = n; });
    std::move(receive)(asio::detached);
    f.context.restart();
    f.context.run();
    CHECK(sent == 5);
    f.check();
}

TEST_CASE("rule 2: async_pump with a bound executor and allocator") {
    five_bytes<> f;
    asio::thread_pool pool(1);
    const auto strand = asio::make_strand(pool);
    std::pmr::synchronized_pool_resource memory; // who brings a handler to its strand asks it, too
    int calls = 0;
    const auto done = [&](error_code ec, std::uint64_t n) {
        CHECK(!ec);
        CHECK(n == 5);
        CHECK(strand.running_in_this_thread());
        ++calls;
    };
    // Both ends on the strand, so that nothing runs at the same time.
    const auto token = [&] {
        return asio::bind_executor(
            strand, asio::bind_allocator(std::pmr::polymorphic_allocator<>(&memory), done));
    };
    asio::post(strand, [&] {
        sluice::async_pump(f.out.reader, f.near, {}, token());
        sluice::async_pump(f.far, f.in.writer, {}, token());
    });
    auto work = asio::make_work_guard(f.context);
    asio::post(strand, [&] { work.reset(); });
    f.context.run();
    pool.join();
    CHECK(calls == 2);
    f.check();
}

TEST_CASE("rule 2: async_pump with typed executors") {
    five_bytes<asio::io_context::executor_type> f;
    auto [sent, received] = f.both([] { return asio::use_future; });
    f.context.run();
    CHECK(sent.get() == 5);
    CHECK(received.get() == 5);
    f.check();
}

TEST_CASE("rule 2: async_pump with a default token of the stream's executor") {
    using socket = asio::use_awaitable_t<>::as_default_on_t<asio::local::stream_protocol::socket>;
    asio::io_context context;
    socket near(context), far(context);
    asio::local::connect_pair(near, far);
    sluice::pipe out(context), in(context);
    out.writer.write(asio::buffer("hello", 5));
    out.writer.complete();
    bool done = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            CHECK(co_await sluice::async_pump(out.reader, near) == 5);
            CHECK(co_await sluice::async_pump(far, in.writer) == 5);
        },
        [&](std::exception_ptr error) { done = !error; });
    context.run();
    CHECK(done);
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("rule 2: async_pump with yield_context") {
    five_bytes<> f;
    asio::spawn(
        f.context,
        [&](asio::yield_context yield) {
            CHECK(sluice::async_pump(f.out.reader, f.near, {}, yield) == 5);
            error_code ec;
            CHECK(sluice::async_pump(f.far, f.in.writer, {}, yield[ec]) == 5);
        },
        asio::detached);
    f.context.run();
    f.check();
}
#endif
