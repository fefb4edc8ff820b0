// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/build_kind.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

// How far the stack reaches down from where this was made.
class stack_depth {
public:
    void note() {
        const std::uintptr_t place = here();
        deepest_ = std::max(deepest_, top_ > place ? top_ - place : place - top_);
    }
    std::uintptr_t deepest() const { return deepest_; }

private:
    [[gnu::noinline]] static std::uintptr_t here() { // no local: it may become a coroutine's
        return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    }

    std::uintptr_t top_ = here();
    std::uintptr_t deepest_ = 0;
};

constexpr int rounds = is_sanitized ? 100'000 : 10'000'000;
constexpr std::uintptr_t stack_limit = (is_sanitized ? 256 : 64) * 1024;

pipe_options resuming(resumption how, pipe_options options = {}) {
    options.reader_resumption = options.writer_resumption = how;
    return options;
}

} // namespace

TEST_CASE("where an executor is known to run") {
    asio::io_context context;
    const auto plain = context.get_executor();
    const asio::any_io_executor any = plain;
    const asio::any_io_executor tracked =
        asio::prefer(plain, asio::execution::outstanding_work.tracked);
    const asio::any_io_executor strand = asio::make_strand(context);
    CHECK_FALSE((detail::runs_here(plain) || detail::runs_here(any) || detail::runs_here(tracked)));
    int runs = 0;
    asio::post(context, [&] {
        CHECK((detail::runs_here(plain) && detail::runs_here(any) && detail::runs_here(tracked)));
        CHECK_FALSE(detail::runs_here(strand));
        ++runs;
    });
    context.poll();
    CHECK(runs == 1);
}

TEST_CASE("rule 05: with dispatch the consumer runs on the producer's thread, inside the flush") {
    test_pipe pipe;
    read_outcome read;
    wait_outcome flushed;
    pipe.reader.async_read([&](error_code ec, read_result result) {
        read.handler()(ec, result);
        pipe.reader.consume(1);
    });
    std::thread::id thread;
    asio::post(pipe.context, [&] {
        pipe.write("a");
        CHECK(read.pending());
        pipe.writer.flush(flushed.handler());
        CHECK(read.succeeded());
        CHECK(pipe.reader.buffered() == 0);
        CHECK(flushed.pending());
    });
    pipe.poll();
    CHECK(flushed.succeeded());
}

TEST_CASE("rule 05: outside of the context nothing runs but in it") {
    test_pipe pipe;
    read_outcome read;
    pipe.reader.async_read(read.handler());
    REQUIRE(pipe.publish("a"));
    CHECK(read.pending());
    pipe.poll();
    CHECK(read.succeeded());
}

TEST_CASE("rule 05: with dispatch the producer runs inside the consumer's advance") {
    test_pipe pipe(with_thresholds(1, 0));
    wait_outcome flushed, drained;
    pipe.write("a");
    pipe.writer.flush(flushed.handler());
    pipe.writer.async_wait_drained(drained.handler());
    asio::post(pipe.context, [&] {
        REQUIRE(pipe.reader.try_read().has_value());
        pipe.reader.consume(1);
        CHECK(flushed.succeeded());
        CHECK(drained.succeeded());
    });
    pipe.poll();
    CHECK(drained.succeeded());
}

TEST_CASE("rule 05: with post the other end is always queued") {
    test_pipe pipe(with_thresholds(1, 0, resuming(resumption::post)));
    read_outcome read;
    wait_outcome flushed;
    pipe.reader.async_read(read.handler());
    asio::post(pipe.context, [&] {
        pipe.write("a");
        pipe.writer.flush(flushed.handler());
        CHECK(read.pending());
    });
    pipe.poll();
    CHECK(read.succeeded());
    CHECK(flushed.pending());
    asio::post(pipe.context, [&] {
        pipe.reader.consume(1);
        CHECK(flushed.pending());
    });
    pipe.poll();
    CHECK(flushed.succeeded());
}

TEST_CASE("rule 05: callbacks that resume each other do so in constant stack") {
    for (const resumption how : {resumption::dispatch, resumption::post}) {
        test_pipe pipe(with_thresholds(1, 0, resuming(how)));
        const int last = how == resumption::dispatch ? rounds : rounds / 100;
        stack_depth stack;
        int read = 0, written = 0;
        std::function<void()> read_next, write_next;
        read_next = [&] {
            pipe.reader.async_read([&](error_code ec, read_result result) {
                stack.note();
                read += !ec && result.buffer.size() == 1;
                pipe.reader.advance(result.buffer.finish());
                if (read != last)
                    read_next();
            });
        };
        write_next = [&] {
            pipe.write("a");
            pipe.writer.flush([&](error_code) {
                stack.note();
                if (++written != last)
                    write_next();
            });
        };
        read_next();
        write_next();
        pipe.poll();
        CHECK(read == last);
        CHECK(written == last);
        CHECK(stack.deepest() < stack_limit);
    }
}

TEST_CASE("rule 05: coroutines that resume each other do so in constant stack") {
    test_pipe pipe(with_thresholds(1, 0));
    stack_depth stack;
    int read = 0;
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            while (read != rounds / 10) {
                const read_result result = co_await pipe.reader.async_read();
                stack.note();
                pipe.reader.advance(result.buffer.finish());
                ++read;
            }
        },
        asio::detached);
    asio::co_spawn(
        pipe.context,
        [&]() -> asio::awaitable<void> {
            for (int i = 0; i != rounds / 10; ++i) {
                pipe.write("a");
                co_await pipe.writer.flush();
                stack.note();
            }
        },
        asio::detached);
    pipe.poll();
    CHECK(read == rounds / 10);
    CHECK(stack.deepest() < stack_limit);
}

TEST_CASE("rule 01: handlers with a context of their own do not need that of the pipe to run") {
    asio::io_context own;
    for (const resumption how : {resumption::dispatch, resumption::post}) {
        test_pipe pipe(with_thresholds(1, 0, resuming(how)));
        const auto on_own = [&](auto handler) {
            return asio::bind_executor(own.get_executor(), std::move(handler));
        };
        unsigned read = 0, flushed = 0;
        pipe.reader.async_read(on_own([&](error_code ec, const read_result& result) {
            read += !ec && result.buffer.size() == 1;
            pipe.reader.advance(result.buffer.finish());
        }));
        pipe.write("a");
        pipe.writer.flush(on_own([&](error_code ec) { flushed += !ec; }));
        CHECK((read == 0 && flushed == 0)); // the other context runs them
        poll(own);
        CHECK((read == 1 && flushed == 1));
        CHECK(pipe.context.poll() == 0);
    }
}

TEST_CASE("rule 05: a handler on the pipe's own executor that never blocks is not run at once") {
    for (const bool erased : {false, true}) {
        test_pipe pipe;
        read_outcome read;
        const auto never =
            asio::require(pipe.context.get_executor(), asio::execution::blocking.never);
        if (erased)
            pipe.reader.async_read(
                asio::bind_executor(asio::any_io_executor(never), read.handler()));
        else
            pipe.reader.async_read(asio::bind_executor(never, read.handler()));
        asio::post(pipe.context, [&] {
            REQUIRE(pipe.publish("a"));
            CHECK(read.pending());
        });
        pipe.poll();
        CHECK(read.succeeded());
    }
}

TEST_CASE("rule 05: a long row of pipes that feed each other nests a few times at most") {
    asio::io_context context;
    std::vector<std::unique_ptr<sluice::pipe>> row;
    stack_depth stack;
    int depth = 0, deepest = 0, arrived = 0;
    constexpr int count = 500;
    for (int i = 0; i != count; ++i)
        row.push_back(std::make_unique<sluice::pipe>(context));
    for (int i = 0; i != count; ++i) {
        row[i]->reader.async_read([&, i](error_code ec, read_result result) {
            CHECK_FALSE(ec);
            CHECK(result.buffer.equals("a"));
            deepest = std::max(deepest, ++depth);
            stack.note();
            ++arrived;
            if (i + 1 != count) {
                row[i + 1]->writer.write(asio::buffer("a", 1));
                CHECK(row[i + 1]->writer.try_flush());
            }
            --depth;
        });
    }
    asio::post(context, [&] {
        row[0]->writer.write(asio::buffer("a", 1));
        CHECK(row[0]->writer.try_flush());
    });
    poll(context);
    CHECK(arrived == count);
    CHECK(deepest <= 1 + 8); // inside of one that was posted
    CHECK(deepest > 1);
    CHECK(stack.deepest() < stack_limit);
}
