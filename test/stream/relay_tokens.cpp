// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/outcome.hpp"
#include "support/relayed.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
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

using namespace sluice;
using namespace sluice::test;

namespace {

// Five bytes from the client, three from the server.
template <class Stream = duplex_stream> // the quickest to compile
struct eight_bytes : relayed<Stream> {
    eight_bytes() {
        this->client.send(5);
        this->server.send(3);
        for (auto* one : {&this->client, &this->server}) {
            one->receive();
            one->end();
        }
    }
    static void check(const relay_result& result) {
        CHECK(result.a_to_b.bytes == 5);
        CHECK(result.b_to_a.bytes == 3);
        CHECK((!result.a_to_b.reason && !result.b_to_a.reason));
    }
};

asio::awaitable<void> relay_all(eight_bytes<>& f) {
    f.check(co_await async_relay(f.a, f.b, {}, asio::use_awaitable));
}
asio::awaitable<void> relay_with_error(eight_bytes<>& f) {
    error_code ec = asio::error::eof;
    f.check(co_await async_relay(f.a, f.b, {}, asio::redirect_error(asio::use_awaitable, ec)));
    CHECK_FALSE(ec);
}
asio::awaitable<void> relay_by_default(eight_bytes<>& f) {
    f.check(co_await async_relay(f.a, f.b));
}
asio::awaitable<void> relay_as_tuple(eight_bytes<>& f) {
    const auto [ec, result] = co_await async_relay(f.a, f.b, {}, asio::as_tuple(asio::deferred));
    CHECK_FALSE(ec);
    f.check(result);
}

} // namespace

TEST_CASE("rule 2: async_relay with use_future, run by another thread") {
    eight_bytes f;
    auto done = async_relay(f.a, f.b, {}, asio::use_future);
    std::jthread runner([&] { f.context.run(); });
    f.check(done.get());
}

TEST_CASE("rule 2: async_relay in coroutines") {
    for (auto* coroutine : {&relay_all, &relay_with_error, &relay_by_default, &relay_as_tuple}) {
        eight_bytes f;
        run(f.context, (*coroutine)(f));
    }
}

TEST_CASE("rule 2: async_relay with awaitable operators") {
    using namespace asio::experimental::awaitable_operators;
    eight_bytes f;
    relayed<duplex_stream> idle;
    run(f.context, [&]() -> asio::awaitable<void> {
        auto [left, right] = connected<duplex_stream>(f.context);
        const auto first = co_await (async_relay(f.a, f.b, {}, asio::use_awaitable) ||
                                     async_relay(left, right, {}, asio::use_awaitable));
        CHECK(first.index() == 0); // the one that never ends is cancelled
        f.check(std::get<0>(first));
    });
}

TEST_CASE("rule 2: async_relay deferred and detached") {
    eight_bytes f;
    auto relay = async_relay(f.a, f.b, {}, asio::deferred);
    f.settle();
    CHECK(f.server.received() == 0); // not begun
    std::move(relay)(asio::detached);
    f.settle();
    CHECK(f.server.received() == 5);
    CHECK((f.client.saw_end() && f.server.saw_end()));
}

TEST_CASE("rule 1: async_relay completes through the handler's executor, with its allocator") {
    asio::thread_pool pool(1);
    const auto strand = asio::make_strand(pool);
    failing_memory memory;
    int calls = 0;
    {
        eight_bytes f;
        async_relay(f.a, f.b, {},
                    asio::bind_executor(strand, asio::bind_allocator(
                                                    std::pmr::polymorphic_allocator<>(&memory),
                                                    [&](error_code ec, const relay_result& result) {
                                                        CHECK_FALSE(ec);
                                                        f.check(result);
                                                        CHECK(strand.running_in_this_thread());
                                                        CHECK(memory.outstanding() == 0);
                                                        ++calls;
                                                    })));
        CHECK(memory.outstanding() > 0);
        CHECK(calls == 0);
        f.context.run();
        pool.join();
    }
    CHECK(calls == 1);
}

TEST_CASE("rule 1: async_relay keeps work outstanding on both executors, also while it is idle") {
    relayed<duplex_stream> f;
    asio::io_context other;
    bool called = false;
    async_relay(f.a, f.b, {}, asio::bind_executor(other, [&](error_code, const relay_result&) {
                    called = true;
                }));
    for (int i = 0; i != 3; ++i) {
        f.settle();
        other.restart();
        other.poll();
        CHECK_FALSE(f.context.stopped());
        CHECK_FALSE(other.stopped());
    }
    f.client.end();
    f.server.end();
    while (!called) {
        f.settle();
        other.restart();
        other.poll();
    }
    f.settle();
    other.restart();
    other.poll();
    CHECK(f.context.stopped());
    CHECK(other.stopped());
}

TEST_CASE("rule 2: async_relay with typed executors and a default token") {
    using stream = asio::use_awaitable_t<asio::io_context::executor_type>::as_default_on_t<
        local_stream::rebind_executor<asio::io_context::executor_type>::other>;
    eight_bytes<local_stream> f;
    const asio::local::stream_protocol protocol;
    stream a(f.context, protocol, f.a.release()), b(f.context, protocol, f.b.release());
    bool done = false;
    asio::co_spawn(
        f.context,
        [&]() -> asio::awaitable<void, asio::io_context::executor_type> {
            f.check(co_await async_relay(a, b));
            done = true;
        },
        asio::detached);
    f.context.run();
    CHECK(done);
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("rule 2: async_relay with yield_context") {
    eight_bytes f;
    bool done = false;
    asio::spawn(
        f.context,
        [&](asio::yield_context yield) {
            error_code ec;
            f.check(async_relay(f.a, f.b, {}, yield[ec]));
            done = !ec;
        },
        asio::detached);
    f.context.run();
    CHECK(done);
}
#endif
