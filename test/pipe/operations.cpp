// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <memory>

using namespace sluice;
using namespace sluice::test;

namespace {

// Counts what it has lent out.
template <class T>
struct counting_allocator {
    using value_type = T;

    explicit counting_allocator(std::size_t& live_, std::size_t& total_) noexcept
        : live(&live_)
        , total(&total_) {}
    template <class U>
    counting_allocator(const counting_allocator<U>& other) noexcept
        : live(other.live)
        , total(other.total) {}

    T* allocate(std::size_t n) {
        ++*live;
        ++*total;
        return std::allocator<T>().allocate(n);
    }
    void deallocate(T* p, std::size_t n) noexcept {
        --*live;
        std::allocator<T>().deallocate(p, n);
    }
    friend bool operator==(const counting_allocator& a, const counting_allocator& b) noexcept {
        return a.live == b.live;
    }

    std::size_t* live;
    std::size_t* total;
};

} // namespace

TEST_CASE(
    "rule 01: no operation completes inside its own initiating function, and each does once") {
    test_pipe pipe;
    wait_outcome flushed, drained, completed, batch_flushed, nothing_left;
    read_outcome read, at_least, refused;
    // In a handler of the context, where everything could be dispatched at once.
    asio::post(pipe.context, [&] {
        pipe.writer.flush(flushed.handler());
        CHECK(flushed.pending());
        pipe.writer.async_wait_drained(drained.handler());
        CHECK(drained.pending());
        writable_buffer batch = pipe.writer.alloc(1);
        batch.write(asio::buffer("x", 1));
        batch.flush(batch_flushed.handler());
        CHECK(batch_flushed.pending());
        pipe.reader.async_read(read.handler());
        CHECK(read.pending());
        pipe.reader.async_read(refused.handler());
        CHECK(refused.pending());
    });
    pipe.poll();
    CHECK(flushed.succeeded());
    CHECK(drained.succeeded());
    CHECK(batch_flushed.succeeded());
    CHECK(read.succeeded());
    CHECK(read.text() == "x");
    CHECK(refused.failed(errc::read_pending));

    asio::post(pipe.context, [&] {
        pipe.reader.advance(read.result.buffer.start());
        pipe.reader.async_read_at_least(0, at_least.handler());
        CHECK(at_least.pending());
    });
    pipe.poll();
    CHECK(at_least.succeeded());

    pipe.reader.complete();
    asio::post(pipe.context, [&] {
        pipe.writer.async_wait_reader_completed(completed.handler());
        CHECK(completed.pending());
        pipe.writer.flush(nothing_left.handler());
        CHECK(nothing_left.pending());
    });
    pipe.poll();
    CHECK(completed.succeeded());
    CHECK(nothing_left.failed(asio::error::broken_pipe));

    pipe.writer.complete();
    pipe.poll();
    for (const int calls : {flushed.calls, drained.calls, batch_flushed.calls, completed.calls,
                            nothing_left.calls, read.calls, at_least.calls, refused.calls})
        CHECK(calls == 1);
}

TEST_CASE("rule 01: an operation completes through the associated executor of its handler") {
    test_pipe pipe;
    asio::io_context own;
    read_outcome read;
    wait_outcome flushed;
    pipe.reader.async_read(asio::bind_executor(own, read.handler()));
    REQUIRE(pipe.publish("a"));
    pipe.writer.flush(asio::bind_executor(own, flushed.handler()));
    pipe.poll();
    CHECK(read.pending());
    CHECK(flushed.pending());
    poll(own);
    CHECK(read.succeeded());
    CHECK(read.text() == "a");
    CHECK(flushed.succeeded());
}

TEST_CASE("rule 01: a handler on a strand runs in it") {
    test_pipe pipe;
    auto strand = asio::make_strand(pipe.context);
    int calls = 0;
    pipe.reader.async_read(asio::bind_executor(strand, [&](error_code, read_result) {
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    pipe.writer.flush(asio::bind_executor(strand, [&](error_code) {
        CHECK(strand.running_in_this_thread());
        ++calls;
    }));
    asio::post(pipe.context, [&] { CHECK(pipe.publish("a")); });
    pipe.poll();
    CHECK(calls == 2);
}

TEST_CASE("rule 01: an operation keeps work outstanding on both executors until it completes") {
    test_pipe pipe;
    asio::io_context own;
    read_outcome read;
    wait_outcome watched;
    pipe.reader.async_read(asio::bind_executor(own, read.handler()));
    pipe.poll();
    poll(own);
    CHECK_FALSE(pipe.context.stopped());
    CHECK_FALSE(own.stopped());
    REQUIRE(pipe.publish("a"));
    pipe.poll();
    CHECK_FALSE(own.stopped());
    poll(own);
    CHECK(read.succeeded());
    CHECK(own.stopped());
    pipe.poll();
    CHECK(pipe.context.stopped());

    pipe.writer.async_wait_reader_completed(asio::bind_executor(own, watched.handler()));
    pipe.poll();
    poll(own);
    CHECK_FALSE(pipe.context.stopped());
    CHECK_FALSE(own.stopped());
    pipe.reader.complete();
    pipe.poll();
    poll(own);
    pipe.poll();
    CHECK(watched.succeeded());
    CHECK(pipe.context.stopped());
    CHECK(own.stopped());
}

TEST_CASE("rule 01: an operation uses its associated allocator, and is freed before the upcall") {
    test_pipe pipe(with_thresholds(1, 0));
    std::size_t live = 0, total = 0;
    const counting_allocator<void*> allocator(live, total);
    int calls = 0;
    pipe.reader.async_read(asio::bind_allocator(allocator, [&](error_code, read_result) {
        CHECK(live == 0);
        ++calls;
    }));
    CHECK(live == 1);
    REQUIRE_FALSE(pipe.publish("a"));
    pipe.poll();
    CHECK(calls == 1);
    CHECK(total > 0);

    total = 0;
    pipe.writer.flush(asio::bind_allocator(allocator, [&](error_code) {
        CHECK(live == 0);
        ++calls;
    }));
    CHECK(live == 1);
    pipe.reader.consume(1);
    pipe.poll();
    CHECK(calls == 2);
    CHECK(total > 0);
}

TEST_CASE("rule 01: a coroutine resumes on its own executor") {
    test_pipe pipe(with_thresholds(1, 0));
    auto strand = asio::make_strand(pipe.context);
    int finished = 0;
    asio::co_spawn(
        strand,
        [&]() -> asio::awaitable<void> {
            for (int i = 0; i != 3; ++i) {
                const read_result read = co_await pipe.reader.async_read(asio::use_awaitable);
                CHECK(strand.running_in_this_thread());
                pipe.reader.advance(read.buffer.finish());
            }
            ++finished;
        },
        asio::detached);
    asio::co_spawn(
        strand,
        [&]() -> asio::awaitable<void> {
            for (int i = 0; i != 3; ++i) {
                pipe.write("a");
                co_await pipe.writer.flush(asio::use_awaitable);
                CHECK(strand.running_in_this_thread());
            }
            ++finished;
        },
        asio::detached);
    pipe.poll();
    CHECK(finished == 2);
}
