// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// A context that goes down takes with it what waits. Leaks are AddressSanitizer's to find.
#include "support/memory_resources.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

// Counts its objects.
class counted {
public:
    explicit counted(int& alive) noexcept : alive_(&alive) { ++*alive_; }
    counted(const counted& other) noexcept : alive_(other.alive_) { ++*alive_; }
    ~counted() { --*alive_; }

private:
    int* alive_;
};

} // namespace

TEST_CASE("shutdown: operations that wait are destroyed with their handlers, and not called") {
    int alive = 0, calls = 0;
    {
        std::optional<asio::io_context> context(std::in_place);
        sluice::pipe ends(*context, with_thresholds(1, 0));
        const counted token(alive);
        ends.writer.write(asio::buffer("a", 1));
        ends.writer.flush([&calls, token](error_code) { ++calls; });
        ends.writer.async_wait_drained([&calls, token](error_code) { ++calls; });
        ends.writer.async_wait_reader_completed([&calls, token](error_code) { ++calls; });
        ends.reader.async_read_at_least(5, [&calls, token](error_code, read_result) { ++calls; });
        context->poll();
        calls = 0; // the read lifted the pause of the flush
        CHECK(alive == 4);
        context.reset();
        CHECK(alive == 1);
        // The ends may go later.
    }
    CHECK(alive == 0);
    CHECK(calls == 0);
}

TEST_CASE("shutdown: operations that are queued are destroyed, too") {
    int alive = 0, calls = 0;
    {
        asio::io_context context;
        sluice::pipe ends(context);
        const counted token(alive);
        ends.reader.async_read([&calls, token](error_code, read_result) { ++calls; });
        ends.writer.write(asio::buffer("a", 1));
        ends.writer.flush([&calls, token](error_code) { ++calls; });
    }
    CHECK(alive == 0);
    CHECK(calls == 0);
}

TEST_CASE("shutdown: coroutines that wait in pipes they own") {
    watched_resource upstream;
    int alive = 0;
    {
        segment_pool_options memory;
        memory.upstream = &upstream;
        pipe_options options;
        options.pool = segment_pool(memory);
        asio::io_context context;
        const auto reading = [&](counted) -> asio::awaitable<void> {
            sluice::pipe own(context, options);
            own.writer.write(asio::buffer("abc", 3));
            co_await own.writer.flush();
            const read_result read = co_await own.reader.async_read();
            own.reader.advance(read.buffer.start(), read.buffer.finish());
            (void)co_await own.reader.async_read();
            FAIL("nobody writes");
        };
        const auto flushing = [&](counted) -> asio::awaitable<void> {
            sluice::pipe own(context, with_thresholds(1, 0, options));
            own.writer.write(asio::buffer("abc", 3));
            co_await own.writer.flush();
            FAIL("nobody reads");
        };
        const auto watching = [&](counted) -> asio::awaitable<void> {
            sluice::pipe own(context, options);
            co_await own.writer.async_wait_reader_completed();
            FAIL("nobody completes");
        };
        for (int i = 0; i != 3; ++i) {
            asio::co_spawn(context, reading(counted(alive)), asio::detached);
            asio::co_spawn(asio::make_strand(context), flushing(counted(alive)), asio::detached);
            asio::co_spawn(context, watching(counted(alive)), asio::detached);
        }
        context.poll();
        CHECK(alive == 9);
        CHECK(upstream.live() != 0);
    }
    CHECK(alive == 0);
    CHECK(upstream.live() == 0);
}

TEST_CASE("shutdown: two coroutines that hold an end each") {
    int alive = 0;
    {
        asio::io_context context;
        const auto reading = [](counted, pipe_reader reader) -> asio::awaitable<void> {
            for (;;) {
                const read_result read = co_await reader.async_read();
                reader.advance(read.buffer.finish());
            }
        };
        const auto writing = [](counted, pipe_writer writer,
                                pipe_reader other) -> asio::awaitable<void> {
            writer.write(asio::buffer("a", 1));
            co_await writer.flush();
            (void)co_await other.async_read();
        };
        sluice::pipe one(context), two(context);
        asio::co_spawn(context, reading(counted(alive), std::move(one.reader)), asio::detached);
        asio::co_spawn(context,
                       writing(counted(alive), std::move(one.writer), std::move(two.reader)),
                       asio::detached);
        context.poll();
        CHECK(alive == 2);
    }
    CHECK(alive == 0);
}

TEST_CASE("shutdown: a handler that owns the pipe it waits in") {
    int alive = 0;
    {
        asio::io_context context;
        auto shared = std::make_shared<sluice::pipe>(context);
        shared->reader.async_read([shared, token = counted(alive)](error_code, read_result) {});
        shared->writer.async_wait_reader_completed([shared, token = counted(alive)](error_code) {});
        shared.reset();
        context.poll();
        CHECK(alive == 2);
    }
    CHECK(alive == 0);
}

TEST_CASE("shutdown: what is started while a context goes down") {
    struct starts_when_destroyed {
        explicit starts_when_destroyed(std::shared_ptr<sluice::pipe> ends_)
            : ends(std::move(ends_)) {}
        starts_when_destroyed(starts_when_destroyed&&) = default;
        ~starts_when_destroyed() {
            if (!ends)
                return;
            ends->reader.async_read([keep = ends](error_code, read_result) {});
            ends->writer.async_wait_reader_completed([keep = ends](error_code) {});
        }
        void operator()(error_code, read_result) {}
        std::shared_ptr<sluice::pipe> ends;
    };
    std::weak_ptr<sluice::pipe> left;
    {
        asio::io_context context;
        sluice::pipe waited(context);
        auto ends = std::make_shared<sluice::pipe>(context);
        left = ends;
        waited.reader.async_read(starts_when_destroyed(std::move(ends)));
        context.poll();
    }
    CHECK(left.expired());
}

TEST_CASE("rule 01: the pipe and its context may be gone before a handler's own context runs") {
    asio::io_context own;
    read_outcome read;
    wait_outcome flushed;
    {
        test_pipe pipe;
        pipe.reader.async_read(asio::bind_executor(own, read.handler()));
        pipe.write("a");
        pipe.writer.flush(asio::bind_executor(own, flushed.handler()));
    }
    CHECK((read.calls == 0 && flushed.calls == 0));
    poll(own);
    CHECK((read.calls == 1 && flushed.calls == 1));
    CHECK(own.stopped());
}
