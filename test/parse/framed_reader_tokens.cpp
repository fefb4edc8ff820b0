// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/frames.hpp"
#include <sluice/stream/cancel_after.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <tuple>

#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

using namespace sluice;
using namespace sluice::test;

TEST_CASE("framed_reader: callbacks, also those that can only be moved") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    int calls = 0;
    for (int i = 0; i != 2; ++i) {
        frames.async_next([&, one = std::make_unique<int>(1)](error_code ec, readable_buffer f) {
            CHECK_FALSE(ec);
            CHECK(f.equals("ab"));
            calls += *one;
        });
        REQUIRE(pipe.publish("2ab"));
        pipe.poll();
    }
    CHECK(calls == 2);
}

TEST_CASE("framed_reader: use_future") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    std::future<readable_buffer> frame = frames.async_next(asio::use_future);
    REQUIRE(pipe.publish("2ab"));
    pipe.poll();
    REQUIRE(frame.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(frame.get().equals("ab"));
    pipe.writer.complete();
    std::future<readable_buffer> end = frames.async_next(asio::use_future);
    pipe.poll();
    REQUIRE(end.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(thrown_by([&] { end.get(); }) == asio::error::eof);
}

TEST_CASE("framed_reader: use_awaitable, as_tuple, redirect_error, and the default token") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    REQUIRE(pipe.publish("1a1b1c1d"));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        CHECK((co_await frames.async_next(asio::use_awaitable)).equals("a"));
        const auto [ec, frame] = co_await frames.async_next(as_result);
        CHECK_FALSE(ec);
        CHECK(frame.equals("b"));
        error_code redirected = asio::error::eof;
        const readable_buffer third =
            co_await frames.async_next(asio::redirect_error(asio::use_awaitable, redirected));
        CHECK_FALSE(redirected);
        CHECK(third.equals("c"));
        const readable_buffer fourth = co_await frames.async_next();
        CHECK(fourth.equals("d"));
        pipe.writer.complete();
        error_code thrown;
        try {
            (void)co_await frames.async_next(asio::use_awaitable);
        } catch (const boost::system::system_error& error) {
            thrown = error.code();
        }
        CHECK(thrown == asio::error::eof);
    });
    int calls = 0;
    frames.async_next(asio::as_tuple([&](std::tuple<error_code, readable_buffer> result) {
        CHECK(std::get<0>(result) == asio::error::eof);
        ++calls;
    }));
    pipe.poll();
    CHECK(calls == 1);
}

TEST_CASE("framed_reader: a reader with a default token gives it to the frames") {
    using token = asio::use_awaitable_t<>;
    using executor = token::executor_with_default<asio::any_io_executor>;
    asio::io_context context;
    basic_pipe<executor> ends{executor(context.get_executor())};
    framed_reader frames(ends.reader, digit_decoder());
    ends.writer.write(asio::buffer("1a", 2));
    CHECK(ends.writer.try_flush());
    run(context, [&]() -> asio::awaitable<void> {
        static_assert(
            std::is_same_v<decltype(frames.async_next()), asio::awaitable<readable_buffer>>);
        CHECK((co_await frames.async_next()).equals("a"));
    });
}

TEST_CASE("framed_reader: deferred starts nothing before it is called") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome next;
    auto later = frames.async_next(asio::deferred);
    REQUIRE(pipe.publish("1a"));
    pipe.poll();
    CHECK(pipe.reader.buffered() == 2);
    std::move(later)(next.handler());
    pipe.poll();
    CHECK(next.got("a"));
}

TEST_CASE("framed_reader: bind_executor, bind_allocator, bind_cancellation_slot, cancel_after") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    asio::io_context own;
    asio::cancellation_signal signal;
    frame_outcome cancelled, timed;
    frames.async_next(asio::bind_cancellation_slot(
        signal.slot(), asio::bind_allocator(std::allocator<int>(),
                                            asio::bind_executor(own, cancelled.handler()))));
    signal.emit(asio::cancellation_type::terminal);
    pipe.poll();
    CHECK(cancelled.pending());
    poll(own);
    CHECK(cancelled.failed(asio::error::operation_aborted));

    frames.async_next(cancel_after(std::chrono::seconds(0), timed.handler()));
    pipe.context.restart();
    pipe.context.run();
    CHECK(timed.failed(asio::error::operation_aborted));
    REQUIRE(pipe.publish("1a"));
    CHECK(take_all(frames) == "a|: would block");
}

TEST_CASE("framed_reader: awaitable_operators") {
    using namespace asio::experimental::awaitable_operators;
    test_pipe pipe;
    sluice::pipe other(pipe.context);
    digit_frames frames(pipe.reader), never(other.reader);
    REQUIRE(pipe.publish("1a"));
    other.writer.write(asio::buffer("2b", 2));
    REQUIRE(other.writer.try_flush());
    run(pipe.context, [&]() -> asio::awaitable<void> {
        const auto first = co_await (frames.async_next(asio::use_awaitable) ||
                                     never.async_next(asio::use_awaitable));
        CHECK(std::get<0>(first).equals("a"));
    });
    other.writer.write(asio::buffer("c", 1));
    REQUIRE(other.writer.try_flush());
    CHECK(take_all(never) == "bc|: would block");
}

TEST_CASE("framed_reader: detached") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frames.async_next(asio::detached);
    REQUIRE(pipe.publish("1a1b"));
    pipe.poll();
    CHECK(take_all(frames) == "b|: would block");
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("framed_reader: yield_context") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    bool finished = false;
    asio::spawn(
        pipe.context,
        [&](asio::yield_context yield) {
            CHECK(frames.async_next(yield).equals("ab"));
            error_code ec;
            (void)frames.async_next(yield[ec]);
            CHECK(ec == errc::truncated_frame);
            finished = true;
        },
        asio::detached);
    pipe.poll();
    REQUIRE(pipe.publish("2ab3"));
    pipe.poll();
    pipe.writer.complete();
    pipe.poll();
    CHECK(finished);
}
#endif
