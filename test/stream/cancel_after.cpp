// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/memory_resources.hpp"
#include "support/test_pipe.hpp"
#include <sluice/stream/cancel_after.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <array>
#include <future>
#include <memory>
#include <optional>
#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

constexpr auto soon = 2ms;
constexpr auto never = 24h;

// An operation that completes when it is cancelled, and tells by which type.
struct wait_for_cancellation {
    using executor_type = asio::io_context::executor_type;
    executor_type get_executor() const noexcept { return context.get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler) const {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto kept = std::make_shared<std::decay_t<Handler>>(std::move(handler));
        slot.assign([&to = context, &told = seen, kept](asio::cancellation_type type) {
            told = type;
            asio::post(to, std::move(*kept));
        });
    }
    template <class Token>
    void start(Token&& token) {
        asio::async_initiate<Token, void()>(*this, token);
    }

    asio::io_context& context;
    asio::cancellation_type& seen;
};

} // namespace

TEST_CASE("cancel_after: the operation is cancelled when the time is over") {
    test_pipe pipe;
    read_outcome read;
    const auto begin = std::chrono::steady_clock::now();
    pipe.reader.async_read(cancel_after(soon, read.handler()));
    CHECK(read.pending());
    pipe.context.run();
    CHECK(read.failed(asio::error::operation_aborted));
    CHECK(std::chrono::steady_clock::now() - begin >= soon);
    pipe.write("ab"); // nothing was lost
    (void)pipe.writer.try_flush();
    CHECK(pipe.take() == "ab");
}

TEST_CASE("cancel_after: an operation that is quicker has its own result, and no timer is left") {
    test_pipe pipe;
    read_outcome read;
    pipe.reader.async_read(cancel_after(never, read.handler()));
    pipe.context.poll();
    (void)pipe.publish("ab");
    pipe.context.restart();
    pipe.context.run(); // returns: the timer is over
    CHECK(read.text() == "ab");
    pipe.reader.consume(2);
    pipe.writer.complete(errc::malformed_frame);
    read = {};
    pipe.reader.async_read(cancel_after(std::chrono::hours::max(), read.handler()));
    CHECK(read.pending());
    pipe.context.restart();
    pipe.context.run();
    CHECK(read.failed(errc::malformed_frame));
}

TEST_CASE("cancel_at: clocks, and times that are past") {
    test_pipe pipe;
    read_outcome steady, system, past;
    pipe.reader.async_read(cancel_at(std::chrono::steady_clock::now() + soon, steady.handler()));
    pipe.context.run();
    CHECK(steady.failed(asio::error::operation_aborted));
    pipe.reader.async_read(cancel_at(std::chrono::system_clock::now() + soon, system.handler()));
    pipe.context.restart();
    pipe.context.run();
    CHECK(system.failed(asio::error::operation_aborted));
    pipe.reader.async_read(cancel_at(std::chrono::steady_clock::time_point(), past.handler()));
    CHECK(past.pending());
    pipe.context.restart();
    pipe.context.run();
    CHECK(past.failed(asio::error::operation_aborted));
}

TEST_CASE("cancel_after: the type of cancellation is terminal, or the one that is named") {
    asio::io_context context;
    auto seen = asio::cancellation_type::none;
    for (const bool named : {true, false}) {
        bool done = false;
        const auto handler = [&] { done = true; };
        wait_for_cancellation operation{context, seen};
        if (named)
            operation.start(cancel_after(soon, asio::cancellation_type::total, handler));
        else
            operation.start(cancel_at(std::chrono::steady_clock::now() + soon, handler));
        context.restart();
        context.run();
        CHECK(done);
        CHECK(seen == (named ? asio::cancellation_type::total : asio::cancellation_type::terminal));
    }
}

TEST_CASE("cancel_after: slots within and around go on working, and so does the timer") {
    for (const bool around : {false, true})
        for (const bool by_timer : {false, true}) {
#if SLUICE_ASIO_HAS_CANCEL_AFTER
            if (around && by_timer)
                continue; // there, a slot that is bound around takes the place of the timer's
#endif
            test_pipe pipe;
            asio::cancellation_signal signal;
            read_outcome read;
            const std::chrono::nanoseconds time = by_timer ? std::chrono::nanoseconds(soon) : never;
            for (int i = 0; i != 2; ++i) { // the slot is free again
                read = {};
                if (around)
                    pipe.reader.async_read(asio::bind_cancellation_slot(
                        signal.slot(), cancel_after(time, read.handler())));
                else
                    pipe.reader.async_read(cancel_after(
                        time, asio::bind_cancellation_slot(signal.slot(), read.handler())));
                pipe.context.restart();
                pipe.context.poll();
                if (!by_timer)
                    signal.emit(asio::cancellation_type::partial);
                pipe.context.restart();
                pipe.context.run();
                CHECK(read.failed(asio::error::operation_aborted));
                signal.emit(asio::cancellation_type::terminal); // reaches nobody
            }
        }
}

TEST_CASE("cancel_after: a limit within a limit") {
    for (const bool inner_is_shorter : {true, false}) {
        test_pipe pipe;
        read_outcome read;
        const std::chrono::nanoseconds inner =
            inner_is_shorter ? soon : std::chrono::nanoseconds(never);
        const std::chrono::nanoseconds outer =
            inner_is_shorter ? std::chrono::nanoseconds(never) : soon;
        pipe.reader.async_read(cancel_after(outer, cancel_after(inner, read.handler())));
        pipe.context.run();
        CHECK(read.failed(asio::error::operation_aborted));
    }
}

TEST_CASE("cancel_after: use_future, as_tuple, redirect_error, deferred") {
    test_pipe pipe;
    std::future<read_result> future = pipe.reader.async_read(cancel_after(soon, asio::use_future));
    pipe.context.run();
    CHECK(thrown_by([&] { future.get(); }) == asio::error::operation_aborted);
    pipe.context.restart();
    bool done = false;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            using asio::use_awaitable;
            const auto [a, b] =
                co_await pipe.reader.async_read(asio::as_tuple(cancel_after(soon, use_awaitable)));
            CHECK(a == asio::error::operation_aborted);
            const auto [c, d] =
                co_await pipe.reader.async_read(cancel_after(soon, asio::as_tuple(use_awaitable)));
            CHECK(c == asio::error::operation_aborted);
            error_code e;
            co_await pipe.reader.async_read(
                asio::redirect_error(cancel_after(soon, use_awaitable), e));
            CHECK(e == asio::error::operation_aborted);
            e = {};
            co_await pipe.reader.async_read(
                cancel_after(soon, asio::redirect_error(use_awaitable, e)));
            CHECK(e == asio::error::operation_aborted);
            auto later = pipe.reader.async_read(cancel_after(soon, asio::deferred));
            const auto [f, g] = co_await std::move(later)(as_result);
            CHECK(f == asio::error::operation_aborted);
            pipe.write("ab");
            co_await pipe.writer.flush(cancel_after(never, use_awaitable));
            const read_result got =
                co_await pipe.reader.async_read(cancel_after(never, use_awaitable));
            CHECK(got.buffer.equals("ab"));
            pipe.reader.consume(2);
        },
        [&](std::exception_ptr failure) { done = !failure; });
    pipe.context.run();
    CHECK(done);
    pipe.reader.async_read(cancel_after(soon, asio::detached));
    pipe.context.restart();
    pipe.context.run();
}

TEST_CASE("cancel_after: awaitable operators and groups cancel what is within the limit") {
    using namespace asio::experimental::awaitable_operators;
    test_pipe pipe;
    bool done = false;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            asio::steady_timer timer(pipe.context, soon);
            const auto first =
                co_await (pipe.reader.async_read(cancel_after(never, asio::use_awaitable)) ||
                          timer.async_wait(asio::use_awaitable));
            CHECK(first.index() == 1);
        },
        [&](std::exception_ptr failure) { done = !failure; });
    pipe.context.run();
    CHECK(done);

    wait_outcome timer_done;
    read_outcome read;
    asio::steady_timer timer(pipe.context, never);
    asio::experimental::make_parallel_group(
        pipe.reader.async_read(cancel_after(soon, asio::deferred)),
        timer.async_wait(cancel_after(soon, asio::deferred)))
        .async_wait(asio::experimental::wait_for_all(),
                    [&](std::array<std::size_t, 2>, error_code ec, read_result result,
                        error_code timer_ec) {
                        read.handler()(ec, result);
                        timer_done.handler()(timer_ec);
                    });
    pipe.context.restart();
    pipe.context.run();
    CHECK(read.failed(asio::error::operation_aborted));
    CHECK(timer_done.failed(asio::error::operation_aborted));
}

#ifdef SLUICE_TEST_HAS_CONTEXT
TEST_CASE("cancel_after: yield_context") {
    test_pipe pipe;
    bool done = false;
    asio::spawn(
        pipe.context,
        [&](asio::yield_context yield) {
            error_code ec;
            pipe.reader.async_read(cancel_after(soon, yield[ec]));
            CHECK(ec == asio::error::operation_aborted);
            done = true;
        },
        asio::detached);
    pipe.context.run();
    CHECK(done);
}
#endif

TEST_CASE("cancel_after: composed operations, and results that cannot be copied") {
    struct only_moved {
        explicit only_moved(int value) : value(value) {}
        only_moved(only_moved&&) = default;
        int value;
    };
    test_pipe pipe;
    int got = 0;
    auto token = cancel_after(
        soon, [&, owned = std::make_unique<int>(1)](const only_moved& result, error_code ec) {
            CHECK_FALSE(ec);
            CHECK(*owned == 1);
            got = result.value;
        });
    asio::async_compose<decltype(token), void(only_moved, error_code)>(
        [begun = false](auto& self) mutable {
            if (!std::exchange(begun, true))
                return asio::post(std::move(self));
            self.complete(only_moved(7), error_code());
        },
        token, pipe.context);
    pipe.context.run();
    CHECK(got == 7);
}

TEST_CASE("cancel_after: executor and allocator of the handler are kept") {
    for (const bool around : {false, true})
        for (const bool by_timer : {false, true}) {
            asio::thread_pool pool(2);
            const auto strand = asio::make_strand(pool);
            asio::steady_timer timer(pool, by_timer ? std::chrono::nanoseconds(never) : soon);
            watched_resource memory;
            std::promise<bool> result;
            auto handler =
                asio::bind_allocator(std::pmr::polymorphic_allocator<>(&memory), [&](error_code) {
                    const bool all_given_back = memory.live() == 0;
                    result.set_value(all_given_back && memory.allocations() > 0 &&
                                     strand.running_in_this_thread());
                });
            const std::chrono::nanoseconds time = by_timer ? soon : std::chrono::nanoseconds(never);
            asio::post(strand, [&] {
                if (around)
                    timer.async_wait(
                        asio::bind_executor(strand, cancel_after(time, std::move(handler))));
                else
                    timer.async_wait(
                        cancel_after(time, asio::bind_executor(strand, std::move(handler))));
            });
            CHECK(result.get_future().get());
            pool.join();
        }
}

TEST_CASE("cancel_after: a context that goes takes operation and timer with it") {
    for (int steps = 0; steps != 4; ++steps) {
        const auto witness = std::make_shared<int>();
        watched_resource memory;
        {
            asio::io_context context;
            sluice::pipe pipe(context);
            pipe.reader.async_read(cancel_after(
                steps == 3 ? std::chrono::nanoseconds(0) : std::chrono::nanoseconds(never),
                asio::bind_allocator(std::pmr::polymorphic_allocator<>(&memory),
                                     [witness](error_code, read_result) { CHECK(false); })));
            if (steps == 1)
                context.poll_one();
            if (steps == 2)
                pipe.reader.cancel_pending_read();
        }
        CHECK(witness.use_count() == 1);
        CHECK(memory.live() == 0);
    }
}
