// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_writer.hpp>
#include <sluice/stream/pump.hpp>

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

#include <cstdlib>
#include <memory_resource>
#include <string_view>
#include <thread>

using namespace sluice;
using namespace sluice::test;

namespace {

file_reader_options quick_pieces() {
    file_reader_options options;
    options.piece_size = 3'000;
    options.read_ahead = 6'000;
    return options;
}

} // namespace

TEST_CASE("files wait in an io_uring, or on threads") {
    asio::io_context context;
    const bool ring = asio::use_service<detail::file_service>(context).has_ring();
    MESSAGE("files wait ", std::string(ring ? "in an io_uring" : "on threads"));
    const char* const named = std::getenv("SLUICE_FILES");
    CHECK_FALSE((ring && named != nullptr && named == std::string_view("threads")));
}

TEST_CASE("rule 02: file_reader and file_writer with use_future, from another thread") {
    const std::string content = numbered_bytes(300'000);
    const temporary_file source(content), target;
    asio::io_context context;
    auto work = asio::make_work_guard(context);
    std::thread runner([&] { context.run(); });
    {
        file_reader in(context, source.path, quick_pieces());
        file_writer out(context, target.path);
        for (bool more = true; more;) {
            const read_result read = in.async_read(asio::use_future).get();
            out.write(read.buffer);
            in.advance(read.buffer.finish());
            out.flush(asio::use_future).get();
            more = !read.completed;
        }
        out.complete();
        out.async_wait_reader_completed(asio::use_future).get();
    }
    CHECK((target.content() == content));
    work.reset();
    runner.join();
}

TEST_CASE("rule 04: file_reader and file_writer on a context of several threads") {
    const std::string content = numbered_bytes(2'000'000);
    const temporary_file source(content);
    asio::thread_pool threads(3);
    for (int i = 0; i != 6; ++i) {
        const temporary_file target;
        if (i < 3)
            source.evict();
        file_reader in(threads, source.path, quick_pieces());
        file_writer_options options;
        options.write_behind = i % 2 == 0 ? 0 : 10'000;
        file_writer out(threads, target.path, options);
        auto moved = asio::co_spawn(
            threads,
            [&]() -> asio::awaitable<std::uint64_t> {
                const std::uint64_t n = co_await async_pump(in, out, {}, asio::use_awaitable);
                co_await out.async_wait_reader_completed(asio::use_awaitable);
                co_return n;
            },
            asio::use_future);
        CHECK(moved.get() == content.size());
        CHECK((target.content() == content));
    }
    threads.join();
}

TEST_CASE("rule 04: they are destroyed on one thread while their files are at work on others") {
    const temporary_file source(numbered_bytes(200'000));
    const temporary_file target;
    asio::thread_pool threads(2);
    for (int i = 0; i != 200; ++i) {
        file_reader in(threads, source.path, quick_pieces());
        file_writer out(threads, target.path);
        out.write(asio::buffer(numbered_bytes(static_cast<std::size_t>(i) * 100)));
        (void)out.try_flush();
        if (i % 3 == 0)
            in.async_read(asio::use_future).get();
        else if (i % 3 == 1)
            in.complete();
    }
    threads.join();
}

TEST_CASE("rule 01: a thread that ends does not take along what it has begun") {
    const temporary_file source(numbered_bytes(100'000)), target;
    for (int i = 0; i != 20; ++i) {
        source.evict();
        asio::io_context context;
        file_stream in(context), out(context);
        in.open_for_reading(source.path);
        out.open_for_writing(target.path);
        std::string memory(100'000, '-');
        const std::string content = numbered_bytes(100'000);
        transfer_outcome read, written, synced;
        std::thread([&] {
            in.async_read_some(asio::buffer(memory), read.handler());
            out.async_write_some(asio::buffer(content), written.handler());
        }).join();
        context.run();
        std::thread([&] { out.async_sync(synced.handler()); }).join();
        context.restart();
        context.run();
        for (const transfer_outcome* one : {&read, &written, &synced}) {
            CHECK(one->done());
            CHECK_FALSE(one->ec);
        }
        CHECK(is_numbered(memory.substr(0, read.bytes)));
    }
}

TEST_CASE("rule 02: file_reader and file_writer in coroutines; deferred is the default") {
    const temporary_file source("abcdef"), target;
    asio::io_context context;
    bool done = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            using namespace asio::experimental::awaitable_operators;
            file_reader in(context, source.path);
            file_writer out(context, target.path);
            out.write(asio::buffer("one", 3));
            auto later = out.flush();
            auto read_later = in.async_read();
            CHECK(out.unflushed() == 3);
            co_await std::move(later);
            const read_result read = co_await std::move(read_later);
            CHECK(read.buffer.equals("abcdef"));
            in.consume(3);
            out.write(asio::buffer("two", 3));
            const auto both =
                co_await (in.async_read(asio::use_awaitable) && out.flush(asio::use_awaitable));
            CHECK(both.buffer.equals("def"));
            in.consume(3);
            error_code ec = asio::error::eof;
            co_await out.flush(asio::redirect_error(asio::use_awaitable, ec));
            CHECK_FALSE(ec);
            const auto [end, none] = co_await in.async_read(as_result);
            CHECK(end == asio::error::eof);
        },
        [&](std::exception_ptr failure) { done = !failure; });
    context.run();
    CHECK(done);
    CHECK(target.content() == "onetwo");
}

TEST_CASE("rule 02: file_reader and file_writer with typed executors and default tokens") {
    const temporary_file source("abc"), target;
    asio::io_context context;
    basic_file_reader<asio::io_context::executor_type> typed(context, source.path);
    auto read = typed.async_read(asio::use_future);
    context.run();
    CHECK(read.get().buffer.equals("abc"));

    using executor = asio::use_awaitable_t<>::executor_with_default<asio::any_io_executor>;
    basic_file_reader<executor> in(context, source.path);
    basic_file_writer<executor> out(context, target.path);
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            const read_result got = co_await in.async_read();
            out.write(got.buffer);
            co_await out.flush();
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.restart();
    context.run();
    CHECK(target.content() == "abc");
}

TEST_CASE("rule 02: file_reader and file_writer keep executor and allocator of the handler") {
    const temporary_file source("abc"), target;
    asio::io_context context;
    file_reader in(context, source.path);
    file_writer out(context, target.path);
    file_stream stream(context);
    stream.open_for_reading(source.path);
    asio::thread_pool pool(1);
    const auto strand = asio::make_strand(pool);
    std::pmr::synchronized_pool_resource memory; // who brings a handler to its strand asks it, too
    std::atomic<int> calls = 0;
    const auto bound = [&](auto handler) {
        return asio::bind_executor(
            strand, asio::bind_allocator(std::pmr::polymorphic_allocator<>(&memory), handler));
    };
    in.async_read(bound([&](error_code ec, const read_result& read) {
        CHECK_FALSE(ec);
        CHECK(read.buffer.equals("abc"));
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    context.run();
    out.write(asio::buffer("abc", 3));
    out.flush(bound([&](error_code ec) {
        CHECK_FALSE(ec);
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    context.restart();
    context.run();
    char bytes[10];
    stream.async_read_some(asio::buffer(bytes), bound([&](error_code ec, std::size_t n) {
                               CHECK_FALSE(ec);
                               CHECK(n == 3);
                               CHECK(strand.running_in_this_thread());
                               ++calls;
                           }));
    context.restart();
    context.run();
    stream.async_sync(bound([&](error_code, std::size_t) { ++calls; }));
    context.restart();
    context.run();
    pool.join();
    CHECK(calls == 4);
}

TEST_CASE("a file that is waited for is work of the handler's executor") {
    const temporary_file source("abc");
    asio::io_context context;
    file_stream stream(context);
    stream.open_for_reading(source.path);
    asio::thread_pool pool(1);
    bool done = false;
    stream.async_sync(asio::bind_executor(pool, [&](error_code, std::size_t) { done = true; }));
    std::thread runner([&] { context.run(); });
    pool.join();
    CHECK(done);
    runner.join();
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("rule 02: file_reader and file_writer with yield_context") {
    const temporary_file source("abc"), target;
    asio::io_context context;
    file_reader in(context, source.path);
    file_writer out(context, target.path);
    asio::spawn(
        context,
        [&](asio::yield_context yield) {
            error_code ec;
            out.write(in.async_read(yield[ec]).buffer);
            out.flush(yield);
        },
        asio::detached);
    context.run();
    CHECK(target.content() == "abc");
}
#endif
