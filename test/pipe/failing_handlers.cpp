// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Handlers that throw before the operation has begun, and executors that wrap the pipe's own.
#include "support/test_pipe.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <doctest/doctest.h>

#include <new>

using namespace sluice;
using namespace sluice::test;

namespace {

// Its moves are counted down, and the last one throws.
struct reluctant_handler {
    reluctant_handler(int& until_failure, int& calls) noexcept
        : until_failure_(&until_failure)
        , calls_(&calls) {}
    reluctant_handler(const reluctant_handler& other) : reluctant_handler(other, 0) {}
    reluctant_handler(reluctant_handler&& other) : reluctant_handler(other, 0) {}

    void operator()(error_code, const read_result&) { ++*calls_; }
    void operator()(error_code) { ++*calls_; }

private:
    reluctant_handler(const reluctant_handler& other, int)
        : until_failure_(other.until_failure_)
        , calls_(other.calls_) {
        if (--*until_failure_ == 0)
            throw std::bad_alloc();
    }

    int* until_failure_;
    int* calls_;
};

// A cancellation slot for which there is no memory.
struct full_slot {
    bool is_connected() const noexcept { return true; }
    template <class Function>
    void assign(Function&&) {
        throw std::bad_alloc();
    }
    void clear() noexcept {}
};

struct handler_with_full_slot {
    using cancellation_slot_type = full_slot;
    full_slot get_cancellation_slot() const noexcept { return {}; }
    void operator()(error_code) const { FAIL("the operation has not begun"); }
    void operator()(error_code, const read_result&) const { FAIL("the operation has not begun"); }
};

} // namespace

TEST_CASE("rule 27: a handler that cannot be moved into the operation leaves nothing behind") {
    bool failed = true;
    int moves = 1;
    for (; failed; ++moves) { // on its way into the operation, each time
        CAPTURE(moves);
        test_pipe pipe;
        int until_failure = moves, calls = 0;
        failed = false;
        try {
            pipe.reader.async_read(reluctant_handler(until_failure, calls));
        } catch (const std::bad_alloc&) {
            failed = true;
        }
        until_failure = -1; // from here on never again
        REQUIRE(pipe.publish("text"));
        pipe.poll();
        CHECK(calls == (failed ? 0 : 1));
        CHECK(pipe.take() == (failed ? "text" : ""));
    }
    CHECK(moves > 2);
}

TEST_CASE("rule 27: what cannot be made cancellable does not begin") {
    test_pipe pipe;
    pipe.write("text");
    CHECK_THROWS_AS(pipe.writer.flush(handler_with_full_slot()), std::bad_alloc);
    CHECK_THROWS_AS(pipe.writer.async_wait_reader_completed(handler_with_full_slot()),
                    std::bad_alloc);
    CHECK_THROWS_AS(pipe.reader.async_read(handler_with_full_slot()), std::bad_alloc);
    pipe.poll();
    CHECK(pipe.context.stopped()); // no work is left
    CHECK(pipe.writer.unflushed() == 4);
    REQUIRE(pipe.writer.try_flush());
    CHECK(pipe.take() == "text");
    pipe.reader.complete();
    pipe.poll();
}

TEST_CASE("rule 01: a handler may run on an executor that tracks the work of the pipe's own") {
    test_pipe pipe;
    const asio::any_io_executor tracking =
        asio::prefer(pipe.context.get_executor(), asio::execution::outstanding_work.tracked);
    int calls = 0;
    pipe.reader.async_read(asio::bind_executor(tracking, [&](error_code ec, read_result read) {
        CHECK(!ec);
        CHECK(read.buffer.equals("text"));
        ++calls;
    }));
    REQUIRE(pipe.publish("text"));
    pipe.poll();
    CHECK(calls == 1);
}
