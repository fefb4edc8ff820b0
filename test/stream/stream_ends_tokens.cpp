// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

#include <functional>
#include <memory_resource>
#include <thread>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Executor = asio::any_io_executor>
struct joined_ends {
    using socket = typename asio::local::stream_protocol::socket::rebind_executor<Executor>::other;
    asio::io_context context;
    socket near{context}, far{context};
    stream_writer<socket&> out{connect()};
    stream_reader<socket&> in{far};

    socket& connect() {
        asio::local::connect_pair(near, far);
        return near;
    }
    void write(std::string_view text) { out.write(asio::buffer(text)); }
};

} // namespace

TEST_CASE("rule 02: stream_reader and stream_writer with use_future, from another thread") {
    joined_ends<> c;
    auto work = asio::make_work_guard(c.context);
    std::thread runner([&] { c.context.run(); });
    std::uint64_t count = 0;
    for (std::size_t i = 0; i != 500; ++i) {
        const std::size_t size = 1 + i * 37 % 3000;
        c.write(numbered_bytes(size, count));
        c.out.flush(asio::use_future).get();
        const read_result read = c.in.async_read_at_least(size, asio::use_future).get();
        CHECK(is_numbered(read.buffer.to_string(), count));
        count += size;
        c.in.consume(size);
    }
    c.out.complete();
    c.out.async_wait_reader_completed(asio::use_future).get();
    CHECK(c.in.async_read(asio::use_future).get().completed);
    work.reset();
    runner.join();
}

TEST_CASE("rule 02: stream_reader and stream_writer in coroutines; deferred is the default") {
    joined_ends<> c;
    bool done = false;
    asio::co_spawn(
        c.context,
        [&]() -> asio::awaitable<void> {
            using namespace asio::experimental::awaitable_operators;
            c.write("one");
            auto later = c.out.flush();
            auto read_later = c.in.async_read();
            CHECK(c.out.unflushed() == 3);
            co_await std::move(later);
            const read_result read = co_await std::move(read_later);
            CHECK(read.buffer.equals("one"));
            c.in.consume(3);
            c.write("two");
            const auto both =
                co_await (c.in.async_read(asio::use_awaitable) && c.out.flush(asio::use_awaitable));
            CHECK(both.buffer.equals("two"));
            c.in.consume(3);
            const auto first =
                co_await (c.in.async_read(asio::use_awaitable) || c.out.flush(asio::use_awaitable));
            CHECK(first.index() == 1); // the read was cancelled
            error_code ec = asio::error::eof;
            co_await c.out.flush(asio::redirect_error(asio::use_awaitable, ec));
            CHECK_FALSE(ec);
            c.in.complete();
            const auto [refused, none] = co_await c.in.async_read(as_result);
            CHECK(refused == errc::already_completed);
        },
        [&](std::exception_ptr failure) { done = !failure; });
    c.context.run();
    CHECK(done);
}

TEST_CASE("rule 02: stream_reader and stream_writer with typed executors and default tokens") {
    joined_ends<asio::io_context::executor_type> typed;
    typed.write("abc");
    auto flushed = typed.out.flush(asio::use_future);
    auto read = typed.in.async_read(asio::use_future);
    typed.context.run();
    flushed.get();
    CHECK(read.get().buffer.equals("abc"));

    using socket = asio::use_awaitable_t<>::as_default_on_t<asio::local::stream_protocol::socket>;
    asio::io_context context;
    socket near(context), far(context);
    asio::local::connect_pair(near, far);
    stream_writer out(near);
    stream_reader in(far);
    run(context, [&]() -> asio::awaitable<void> {
        out.write(asio::buffer("abc", 3));
        co_await out.flush();
        const read_result got = co_await in.async_read();
        CHECK(got.buffer.equals("abc"));
    });
}

TEST_CASE("rule 02: stream_reader and stream_writer keep executor and allocator of the handler") {
    joined_ends<> c;
    asio::thread_pool pool(1);
    const auto strand = asio::make_strand(pool);
    std::pmr::synchronized_pool_resource memory; // who brings a handler to its strand asks it, too
    std::atomic<int> calls = 0;
    const auto bound = [&](auto handler) {
        return asio::bind_executor(
            strand, asio::bind_allocator(std::pmr::polymorphic_allocator<>(&memory), handler));
    };
    c.in.async_read(bound([&](error_code ec, const read_result& read) {
        CHECK_FALSE(ec);
        CHECK(read.buffer.equals("abc"));
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    c.write("abc");
    c.out.flush(bound([&](error_code ec) {
        CHECK_FALSE(ec);
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    c.context.run();
    pool.join();
    CHECK(calls == 2);
}

TEST_CASE("rule 02: a callback of stream_reader and stream_writer that is no temporary is copied") {
    joined_ends<> c;
    int calls = 0;
    const std::function<void(error_code)> flushed = [&](error_code) { ++calls; };
    std::function<void(error_code)> same = flushed;
    std::function<void(error_code, read_result)> read = [&](error_code, read_result) { ++calls; };
    c.in.async_read(read);
    c.write("abc");
    c.out.flush(same);
    c.out.flush(flushed);
    c.context.run();
    CHECK(calls == 3);
    CHECK((same && read));
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("rule 02: stream_reader and stream_writer with yield_context") {
    joined_ends<> c;
    asio::spawn(
        c.context,
        [&](asio::yield_context yield) {
            c.write("abc");
            c.out.flush(yield);
            error_code ec;
            CHECK(c.in.async_read(yield[ec]).buffer.equals("abc"));
        },
        asio::detached);
    c.context.run();
}
#endif

TEST_CASE("rule 28: pumps take stream_reader and stream_writer for pipe ends") {
    for (const std::size_t chunk : {100u, 100'000u}) {
        constexpr std::uint64_t much = 1'000'000;
        asio::io_context context;
        local_pair first(context), second(context);
        sluice::pipe source(context), sink(context);
        transfer_outcome sent, between, received;
        numbered_writer{source.writer, much, chunk}();
        numbered_reading seen;
        numbered_reader{sink.reader, seen}.start();
        stream_writer out(first.near), onward(second.near);
        stream_reader in(first.far), last(second.far);
        async_pump(source.reader, out, {}, sent.handler());
        async_pump(in, onward, {}, between.handler());
        async_pump(last, sink.writer, {}, received.handler());
        context.run();
        for (const transfer_outcome* one : {&sent, &between, &received}) {
            CHECK(one->done());
            CHECK_FALSE(one->ec);
            CHECK(one->bytes == much);
        }
        CHECK(seen.ec == asio::error::eof);
        CHECK(seen.count == much);
        CHECK(seen.in_order);
    }
}
