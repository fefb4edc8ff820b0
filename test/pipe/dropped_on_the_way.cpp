// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Operations that end on their way to their handler, since its executor cannot take them, or goes
// down with them.
#include "support/test_pipe.hpp"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

// A queue that is no execution context, such as that of a user interface.
struct user_queue {
    struct executor_type {
        user_queue* queue;

        template <class Function>
        void execute(Function f) const {
            queue->waiting.push_back(
                [held = std::make_shared<Function>(std::move(f))] { (*held)(); });
        }
        bool operator==(const executor_type&) const noexcept = default;
    };

    executor_type executor() noexcept { return {this}; }
    void run() {
        running = true;
        while (!waiting.empty()) {
            const auto next = std::exchange(waiting.front(), nullptr);
            waiting.pop_front();
            next();
        }
        running = false;
    }

    std::deque<std::function<void()>> waiting;
    bool running = false;
};

// That of an io_context, which has no memory for some of what is posted.
struct full_executor {
    asio::io_context* io;
    int* refusals;

    asio::execution_context& query(asio::execution::context_t) const noexcept { return *io; }
    static constexpr asio::execution::blocking_t::never_t
    query(asio::execution::blocking_t) noexcept {
        return {};
    }
    template <class Function>
    void execute(Function f) const {
        if (*refusals > 0 && (*refusals)-- > 0)
            throw std::bad_alloc();
        asio::post(*io, std::move(f));
    }
    bool operator==(const full_executor&) const noexcept = default;
};

// Not the pipe's to keep the memory for.
template <class T>
struct own_allocator {
    using value_type = T;
    own_allocator() = default;
    template <class U>
    own_allocator(const own_allocator<U>&) noexcept {}
    T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
    void deallocate(T* memory, std::size_t n) noexcept {
        std::allocator<T>().deallocate(memory, n);
    }
    bool operator==(const own_allocator&) const noexcept { return true; }
};

struct full_pipe : owned_context {
    int refusals = 0;
    basic_pipe<full_executor> ends{full_executor{&context, &refusals}, posting()};
    std::shared_ptr<int> token = std::make_shared<int>();

    static pipe_options posting() {
        pipe_options options;
        options.reader_resumption = options.writer_resumption = resumption::post;
        return options;
    }
    long handlers() const { return token.use_count() - 1; }
};

} // namespace

TEST_CASE("rule 01: a pipe on a strand may be gone, with its context, before the handler runs") {
    asio::io_context own;
    read_outcome read;
    wait_outcome flushed;
    {
        asio::io_context context;
        sluice::pipe ends{asio::any_io_executor(asio::make_strand(context))};
        ends.reader.async_read(asio::bind_executor(own, read.handler()));
        ends.writer.write(asio::buffer("a", 1));
        ends.writer.flush(asio::bind_executor(own, flushed.handler()));
    }
    poll(own);
    CHECK((read.calls == 1 && flushed.calls == 1));
}

TEST_CASE("rule 01: a handler on an executor of the user's may end the pipe and its context") {
    for (const bool before_it_runs : {false, true}) {
        user_queue queue;
        std::optional<asio::io_context> context(std::in_place);
        std::optional<sluice::pipe> ends(std::in_place, *context);
        int calls = 0;
        const auto end_all = [&] {
            ends.reset();
            context.reset();
        };
        ends->reader.async_read(
            asio::bind_executor(queue.executor(), [&](error_code, const read_result&) {
                CHECK(queue.running);
                ++calls;
                end_all();
            }));
        ends->writer.write(asio::buffer("a", 1));
        REQUIRE(ends->writer.try_flush());
        context->poll();
        CHECK(queue.waiting.size() == 1);
        if (before_it_runs)
            end_all();
        queue.run();
        CHECK(calls == 1);
    }
}

TEST_CASE("rule 07: a read whose handler's context goes down does not block the reader") {
    test_pipe pipe;
    {
        asio::io_context other;
        pipe.reader.async_read(
            asio::bind_executor(other, [](error_code, const read_result&) { FAIL("dropped"); }));
        REQUIRE(pipe.publish("a"));
        CHECK(pipe.reader.try_read().error() == errc::read_pending);
    }
    read_outcome next;
    pipe.reader.async_read(next.handler());
    pipe.poll();
    CHECK(next.succeeded());
    CHECK(next.text() == "a");
    pipe.reader.complete();
    pipe.writer.complete();
    CHECK_NOTHROW(pipe.reset());
}

TEST_CASE("rule 03: a signal that comes when its operation was dropped reaches no other one") {
    const auto on = [](asio::io_context& other, asio::cancellation_signal& signal, auto handler) {
        return asio::bind_executor(other,
                                   asio::bind_cancellation_slot(signal.slot(), std::move(handler)));
    };
    const auto dropped = [](error_code, const read_result& = {}) { FAIL("dropped"); };
    for (const bool of_a_read : {false, true}) {
        CAPTURE(of_a_read);
        asio::cancellation_signal signal; // before the pipe: it may keep a share of it
        test_pipe pipe(with_thresholds(1, 0));
        read_outcome read;
        wait_outcome flushed;
        {
            asio::io_context other;
            if (of_a_read)
                pipe.reader.async_read(on(other, signal, dropped));
            else
                pipe.writer.flush(on(other, signal, [&](error_code ec) { dropped(ec); }));
            (void)pipe.publish("a");
        }
        if (of_a_read) { // the next one of its kind is where it was
            REQUIRE(pipe.reader.try_read().has_value());
            pipe.reader.consume(1);
            pipe.reader.async_read(read.handler());
            pipe.poll();
            CHECK(read.pending());
        } else {
            pipe.writer.flush(flushed.handler());
            pipe.poll();
            CHECK(flushed.pending());
        }
        signal.emit(asio::cancellation_type::terminal);
        pipe.poll();
        CHECK((of_a_read ? read.pending() : flushed.pending()));
        pipe.writer.complete();
        pipe.reader.complete();
        pipe.poll();
    }
}

TEST_CASE("rule 03: a signal that comes when its operation and the pipe are gone") {
    asio::cancellation_signal signal;
    {
        test_pipe pipe;
        asio::io_context other;
        pipe.writer.async_wait_reader_completed(asio::bind_allocator(
            own_allocator<void>(),
            asio::bind_cancellation_slot(
                signal.slot(), asio::bind_executor(other, [](error_code) { FAIL("dropped"); }))));
        pipe.reader.complete();
    }
    signal.emit(asio::cancellation_type::terminal);
}

TEST_CASE("rule 27: an executor without memory for one operation has the others all the same") {
    full_pipe pipe;
    int calls = 0;
    for (int i = 0; i != 3; ++i)
        pipe.ends.writer.async_wait_reader_completed([&, token = pipe.token](error_code ec) {
            CHECK_FALSE(ec);
            ++calls;
        });
    pipe.refusals = 1;
    CHECK_THROWS_AS(pipe.ends.reader.complete(), std::bad_alloc);
    poll(pipe.context);
    CHECK(calls == 2);
    CHECK(pipe.handlers() == 0);
}

TEST_CASE("rule 27: a read that could not be resumed is gone, and the next one has its bytes") {
    full_pipe pipe;
    pipe.ends.reader.async_read(
        [token = pipe.token](error_code, const read_result&) { FAIL("there was no memory"); });
    pipe.ends.writer.write(asio::buffer("a", 1));
    pipe.refusals = 1;
    CHECK_THROWS_AS((void)pipe.ends.writer.try_flush(), std::bad_alloc);
    CHECK(pipe.handlers() == 0);
    read_outcome next;
    pipe.ends.reader.async_read(next.handler());
    poll(pipe.context);
    CHECK(next.succeeded());
    CHECK(next.text() == "a");
}

TEST_CASE("rule 27: ends may be destroyed while their executor has no memory") {
    full_pipe pipe;
    const auto lost = [token = pipe.token](error_code, const read_result& = {}) {
        FAIL("there was no memory");
    };
    {
        auto ends = std::move(pipe.ends);
        ends.reader.async_read(lost);
        ends.writer.async_wait_reader_completed([lost](error_code ec) { lost(ec); });
        pipe.refusals = 100;
    }
    CHECK(pipe.handlers() == 1);
    poll(pipe.context);
}
