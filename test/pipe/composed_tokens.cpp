// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <doctest/doctest.h>

#include <array>
#include <type_traits>
#include <utility>
#include <variant>

using namespace sluice;
using namespace sluice::test;
namespace experimental = asio::experimental;

TEST_CASE("rule 02: default tokens, by as_default_on_t") {
    using token = asio::as_tuple_t<asio::use_awaitable_t<>>;
    using awaiting_reader = token::as_default_on_t<pipe_reader>;
    using awaiting_writer = token::as_default_on_t<pipe_writer>;
    using awaiting_executor = awaiting_reader::executor_type;
    static_assert(std::is_same_v<awaiting_executor, awaiting_writer::executor_type>);

    asio::io_context context;
    basic_pipe<awaiting_executor> ends(context);
    awaiting_reader reader = std::move(ends.reader);
    awaiting_writer writer = std::move(ends.writer);
    run(context, [&]() -> asio::awaitable<void> {
        writer.write(asio::buffer("ab", 2));
        const auto [flush_error] = co_await writer.flush();
        CHECK_FALSE(flush_error);
        const auto [ec, read] = co_await reader.async_read();
        CHECK_FALSE(ec);
        CHECK(read.buffer.equals("ab"));
        const auto [refused, none] = co_await reader.async_read_at_least(1);
        CHECK(refused == errc::advance_required);
        reader.consume(2);
        auto batch = writer.alloc();
        batch.write(asio::buffer("c", 1));
        const auto [batch_error] = co_await batch.flush();
        CHECK_FALSE(batch_error);
        reader.complete();
        const auto [watched] = co_await writer.async_wait_reader_completed();
        CHECK_FALSE(watched);
        const auto [drained] = co_await writer.async_wait_drained();
        CHECK(drained == asio::error::broken_pipe);
    });
}

TEST_CASE("rule 02: default tokens, over typed executors") {
    asio::io_context context;
    using executor = asio::use_awaitable_t<asio::io_context::executor_type>::executor_with_default<
        asio::io_context::executor_type>;
    basic_pipe<executor> ends(context);
    bool finished = false;
    asio::co_spawn(
        context.get_executor(),
        [&]() -> asio::awaitable<void, asio::io_context::executor_type> {
            ends.writer.write(asio::buffer("ab", 2));
            co_await ends.writer.flush();
            const read_result read = co_await ends.reader.async_read();
            CHECK(read.buffer.equals("ab"));
            finished = true;
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    poll(context);
    CHECK(finished);
}

TEST_CASE("rule 02: awaitable operators, one of two") {
    using namespace experimental::awaitable_operators;
    test_pipe quiet, busy;
    bool finished = false;
    asio::co_spawn(
        quiet.context,
        [&]() -> asio::awaitable<void> {
            const auto first = co_await (quiet.reader.async_read(asio::use_awaitable) ||
                                         busy.reader.async_read(asio::use_awaitable));
            REQUIRE(first.index() == 1);
            CHECK(std::get<1>(first).buffer.equals("ab"));
            finished = true;
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    for (int i = 0; i != 3; ++i) {
        quiet.poll();
        busy.poll();
    }
    CHECK_FALSE(finished);
    REQUIRE(busy.publish("ab"));
    for (int i = 0; i != 3; ++i) {
        busy.poll();
        quiet.poll();
    }
    CHECK(finished);
    // The one that lost was cancelled, and lost nothing.
    REQUIRE(quiet.publish("cd"));
    CHECK(quiet.take() == "cd");
}

TEST_CASE("rule 02: awaitable operators, all of them") {
    using namespace experimental::awaitable_operators;
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("ab");
        const read_result read = co_await (pipe.reader.async_read(asio::use_awaitable) &&
                                           pipe.writer.flush(asio::use_awaitable));
        CHECK(read.buffer.equals("ab"));
    });
}

TEST_CASE("rule 02: parallel_group") {
    test_pipe pipe;
    int calls = 0;
    pipe.write("ab");
    experimental::make_parallel_group(pipe.reader.async_read(asio::deferred),
                                      pipe.writer.flush(asio::deferred))
        .async_wait(experimental::wait_for_all(),
                    [&](std::array<std::size_t, 2>, error_code read_error, read_result read,
                        error_code flush_error) {
                        CHECK_FALSE(read_error);
                        CHECK_FALSE(flush_error);
                        CHECK(read.buffer.equals("ab"));
                        ++calls;
                    });
    pipe.poll();
    CHECK(calls == 1);
    pipe.reader.consume(2);

    experimental::make_parallel_group(pipe.reader.async_read(asio::deferred),
                                      pipe.writer.async_wait_reader_completed(asio::deferred),
                                      pipe.writer.async_wait_drained(asio::deferred))
        .async_wait(experimental::wait_for_one(),
                    [&](std::array<std::size_t, 3> order, error_code read_error, read_result,
                        error_code watch_error, error_code drain_error) {
                        CHECK(order[0] == 2);
                        CHECK(read_error == asio::error::operation_aborted);
                        CHECK(watch_error == asio::error::operation_aborted);
                        CHECK_FALSE(drain_error);
                        ++calls;
                    });
    pipe.poll();
    CHECK(calls == 2);
}
