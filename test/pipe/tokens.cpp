// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/test_pipe.hpp"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <tuple>

#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

using namespace sluice;
using namespace sluice::test;

namespace {

template <class T>
bool is_ready(const std::future<T>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace

TEST_CASE("rule 02: callbacks, also those that can only be moved") {
    test_pipe pipe;
    int calls = 0;
    pipe.reader.async_read([&, owned = std::make_unique<int>(1)](error_code ec, read_result read) {
        CHECK_FALSE(ec);
        CHECK(read.buffer.equals("ab"));
        calls += *owned;
    });
    pipe.write("ab");
    pipe.writer.flush([&, owned = std::make_unique<int>(1)](error_code ec) {
        CHECK_FALSE(ec);
        calls += *owned;
    });
    pipe.poll();
    CHECK(calls == 2);
}

TEST_CASE("rule 02: a callback that is no temporary is copied") {
    test_pipe pipe;
    int calls = 0;
    std::function<void(error_code)> flushed = [&](error_code) { ++calls; };
    std::function<void(error_code, read_result)> read = [&](error_code, read_result) { ++calls; };
    pipe.reader.async_read(read);
    pipe.write("ab");
    pipe.writer.flush(flushed);
    pipe.writer.async_wait_drained(flushed);
    writable_buffer batch = pipe.writer.alloc();
    batch.write(asio::buffer("c", 1));
    batch.flush(flushed);
    pipe.poll();
    CHECK(calls == 3);
    CHECK((flushed && read));
    pipe.writer.flush(flushed);
    pipe.poll();
    CHECK(calls == 4);
}

TEST_CASE("rule 02: use_future") {
    test_pipe pipe;
    std::future<read_result> read = pipe.reader.async_read(asio::use_future);
    pipe.write("ab");
    std::future<void> flushed = pipe.writer.flush(asio::use_future);
    pipe.poll();
    REQUIRE(is_ready(read));
    REQUIRE(is_ready(flushed));
    CHECK(read.get().buffer.equals("ab"));
    CHECK_NOTHROW(flushed.get());

    std::future<void> drained = pipe.writer.async_wait_drained(asio::use_future);
    std::future<read_result> refused = pipe.reader.async_read(asio::use_future);
    pipe.poll();
    REQUIRE(is_ready(refused));
    CHECK(thrown_by([&] { refused.get(); }) == errc::advance_required);
    CHECK_FALSE(is_ready(drained));
    pipe.reader.consume(2);
    pipe.poll();
    REQUIRE(is_ready(drained));
    CHECK_NOTHROW(drained.get());
}

TEST_CASE("rule 02: use_awaitable") {
    test_pipe pipe;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("ab");
        co_await pipe.writer.flush(asio::use_awaitable);
        const read_result read = co_await pipe.reader.async_read_at_least(2, asio::use_awaitable);
        CHECK(read.buffer.equals("ab"));
        pipe.reader.advance(read.buffer.finish());
        co_await pipe.writer.async_wait_drained(asio::use_awaitable);
        pipe.reader.complete(errc::malformed_frame);
        error_code thrown;
        try {
            co_await pipe.writer.async_wait_reader_completed(asio::use_awaitable);
        } catch (const boost::system::system_error& error) {
            thrown = error.code();
        }
        CHECK(thrown == errc::malformed_frame);
    });
}

TEST_CASE("rule 02: deferred starts nothing before it is called, and is the default token") {
    test_pipe pipe;
    read_outcome read;
    wait_outcome flushed;
    auto later = pipe.writer.flush(asio::deferred);
    auto read_later = pipe.reader.async_read();
    pipe.write("ab");
    pipe.poll();
    CHECK(pipe.reader.buffered() == 0);
    std::move(later)(flushed.handler());
    std::move(read_later)(read.handler());
    pipe.poll();
    CHECK(flushed.succeeded());
    CHECK(read.text() == "ab");

    pipe.reader.consume(2);
    run(pipe.context, [&]() -> asio::awaitable<void> {
        writable_buffer batch = pipe.writer.alloc();
        batch.write(asio::buffer("cd", 2));
        co_await batch.flush();
        const read_result result = co_await pipe.reader.async_read();
        CHECK(result.buffer.equals("cd"));
        pipe.reader.consume(2);
        co_await pipe.writer.async_wait_drained();
    });
}

TEST_CASE("rule 02: a chain of deferred operations") {
    test_pipe pipe;
    read_outcome read;
    auto operation = pipe.writer.flush(asio::deferred([&](error_code ec) {
        CHECK_FALSE(ec);
        return pipe.reader.async_read(asio::deferred);
    }));
    pipe.write("ab");
    std::move(operation)(read.handler());
    pipe.poll();
    CHECK(read.text() == "ab");
}

TEST_CASE("rule 02: as_tuple and redirect_error") {
    test_pipe pipe;
    int calls = 0;
    REQUIRE(pipe.publish("ab"));
    pipe.reader.async_read(asio::as_tuple([&](std::tuple<error_code, read_result> result) {
        CHECK_FALSE(std::get<0>(result));
        CHECK(std::get<1>(result).buffer.equals("ab"));
        ++calls;
    }));
    error_code redirected = asio::error::eof;
    pipe.writer.flush(asio::redirect_error([&] { ++calls; }, redirected));
    pipe.poll();
    CHECK(calls == 2);
    CHECK_FALSE(redirected);
    run(pipe.context, [&]() -> asio::awaitable<void> {
        error_code ec;
        (void)co_await pipe.reader.async_read(asio::redirect_error(asio::use_awaitable, ec));
        CHECK(ec == errc::advance_required);
        pipe.reader.consume(2);
        pipe.writer.complete();
        const auto [end, read] = co_await pipe.reader.async_read(as_result);
        CHECK_FALSE(end);
        CHECK(read.completed);
    });
}

TEST_CASE("rule 02: bind_executor, bind_allocator and bind_cancellation_slot, around any token") {
    test_pipe pipe;
    asio::io_context own;
    asio::cancellation_signal signal;
    read_outcome read;
    pipe.reader.async_read(asio::bind_cancellation_slot(
        signal.slot(),
        asio::bind_allocator(std::allocator<int>(), asio::bind_executor(own, read.handler()))));
    signal.emit(asio::cancellation_type::terminal);
    pipe.poll();
    CHECK(read.pending());
    poll(own);
    CHECK(read.failed(asio::error::operation_aborted));

    std::future<read_result> future = pipe.reader.async_read(
        asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(own, asio::use_future)));
    signal.emit(asio::cancellation_type::total);
    pipe.poll();
    poll(own);
    REQUIRE(is_ready(future));
    CHECK(thrown_by([&] { future.get(); }) == asio::error::operation_aborted);

    run(pipe.context, [&]() -> asio::awaitable<void> {
        pipe.write("a");
        co_await pipe.writer.flush(
            asio::bind_allocator(std::allocator<void>(), asio::use_awaitable));
        co_await pipe.writer.flush(asio::bind_executor(pipe.context, asio::use_awaitable));
    });
}

TEST_CASE("rule 02: detached") {
    test_pipe pipe;
    pipe.reader.async_read(asio::detached);
    pipe.write("ab");
    pipe.writer.flush(asio::detached);
    pipe.writer.async_wait_reader_completed(asio::detached);
    pipe.writer.async_wait_drained(asio::detached);
    pipe.poll();
    CHECK_NOTHROW(pipe.reader.consume(2));
    pipe.reader.complete();
    pipe.poll();
    CHECK(pipe.context.stopped());
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("rule 02: yield_context") {
    test_pipe pipe(with_thresholds(2, 1));
    int finished = 0;
    asio::spawn(
        pipe.context,
        [&](asio::yield_context yield) {
            const read_result read = pipe.reader.async_read_at_least(4, yield);
            CHECK(read.buffer.equals("abcd"));
            pipe.reader.advance(read.buffer.finish());
            error_code ec;
            const read_result last = pipe.reader.async_read(yield[ec]);
            CHECK_FALSE(ec);
            CHECK(last.completed);
            pipe.reader.advance(last.buffer.finish());
            (void)pipe.reader.async_read(yield[ec]);
            CHECK(ec == asio::error::eof);
            ++finished;
        },
        asio::detached);
    asio::spawn(
        pipe.context,
        [&](asio::yield_context yield) {
            for (const char* text : {"ab", "cd"}) {
                pipe.write(text);
                pipe.writer.flush(yield);
            }
            pipe.writer.async_wait_drained(yield);
            pipe.writer.complete();
            ++finished;
        },
        asio::detached);
    pipe.poll();
    CHECK(finished == 2);
}
#endif
