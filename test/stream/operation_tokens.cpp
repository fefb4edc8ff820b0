// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/test_pipe.hpp"
#include <sluice/stream/cancel_after.hpp>
#include <sluice/stream/read_exactly.hpp>
#include <sluice/stream/read_until.hpp>
#include <sluice/stream/write.hpp>

#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <memory>

#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

using namespace sluice;
using namespace sluice::test;

TEST_CASE("async_write, async_read_until, async_read_exactly: callbacks that can only be moved") {
    test_pipe pipe;
    int calls = 0;
    const auto check = [&](auto expected) {
        return [&, expected, one = std::make_unique<int>(1)](error_code ec, auto result) {
            CHECK_FALSE(ec);
            if constexpr (std::is_same_v<decltype(result), readable_buffer>) {
                CHECK(result.equals(expected));
                pipe.reader.advance(result.finish());
            } else {
                CHECK(result == expected);
            }
            calls += *one;
        };
    };
    sluice::async_write(pipe.writer, asio::buffer("line\nabcd", 9), check(std::size_t{9}));
    async_read_until(pipe.reader, '\n', check("line\n"));
    pipe.poll();
    async_read_exactly(pipe.reader, 3, check("abc"));
    pipe.poll();
    CHECK(calls == 3);
    CHECK(pipe.take() == "d");
}

TEST_CASE("async_write, async_read_until, async_read_exactly: use_future") {
    test_pipe pipe;
    auto written =
        sluice::async_write(pipe.writer, asio::buffer("line\nabcd", 9), asio::use_future);
    auto line = async_read_until(pipe.reader, "\n", asio::use_future);
    pipe.poll();
    CHECK(written.get() == 9);
    CHECK(line.get().equals("line\n"));
    pipe.reader.consume(5);
    auto bytes = async_read_exactly(pipe.reader, 4, asio::use_future);
    pipe.poll();
    CHECK(bytes.get().equals("abcd"));
}

TEST_CASE("async_write, async_read_until, async_read_exactly: coroutines, and the default token") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        CHECK(co_await sluice::async_write(pipe.writer, asio::buffer("line\nabcd", 9),
                                           asio::use_awaitable) == 9);
        const readable_buffer line = co_await async_read_until(pipe.reader, '\n');
        CHECK(line.equals("line\n"));
        pipe.reader.advance(line.finish());
        const auto [ec, bytes] = co_await async_read_exactly(pipe.reader, 2, as_result);
        CHECK_FALSE(ec);
        CHECK(bytes.equals("ab"));
        pipe.reader.advance(bytes.finish());
        CHECK((co_await async_read_exactly(pipe.reader, 2)).equals("cd"));
        pipe.reader.consume(2);
        CHECK(co_await sluice::async_write(pipe.writer, asio::buffer("x", 1)) == 1);
        pipe.writer.complete();
        error_code end;
        const readable_buffer rest = co_await async_read_until(
            pipe.reader, '\n', asio::redirect_error(asio::use_awaitable, end));
        CHECK(end == asio::error::eof);
        CHECK(rest.equals("x"));
    });
}

TEST_CASE("async_write, async_read_until, async_read_exactly: deferred, detached, cancel_after") {
    test_pipe pipe;
    int calls = 0;
    auto later = async_read_exactly(pipe.reader, 2, asio::deferred);
    sluice::async_write(pipe.writer, asio::buffer("ab", 2), asio::detached);
    pipe.poll();
    std::move(later)([&](error_code ec, readable_buffer bytes) {
        CHECK_FALSE(ec);
        CHECK(bytes.equals("ab"));
        pipe.reader.advance(bytes.finish());
        ++calls;
    });
    pipe.poll();
    CHECK(calls == 1);
    async_read_until(pipe.reader, '\n',
                     cancel_after(std::chrono::seconds(0), [&](error_code ec, readable_buffer) {
                         CHECK(ec == asio::error::operation_aborted);
                         ++calls;
                     }));
    pipe.context.restart();
    pipe.context.run();
    CHECK(calls == 2);
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("async_write, async_read_until, async_read_exactly: yield_context") {
    test_pipe pipe;
    bool finished = false;
    asio::spawn(
        pipe.context,
        [&](asio::yield_context yield) {
            CHECK(sluice::async_write(pipe.writer, asio::buffer("line\nab", 7), yield) == 7);
            CHECK(async_read_until(pipe.reader, '\n', yield).equals("line\n"));
            pipe.reader.consume(5);
            pipe.writer.complete();
            error_code ec;
            CHECK(async_read_exactly(pipe.reader, 3, yield[ec]).equals("ab"));
            CHECK(ec == asio::error::eof);
            finished = true;
        },
        asio::detached);
    pipe.poll();
    CHECK(finished);
}
#endif
