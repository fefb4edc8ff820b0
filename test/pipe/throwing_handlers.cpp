// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// A handler that throws is its owner's affair: no other operation may miss its completion for it.
#include "support/test_pipe.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <memory>
#include <stdexcept>

using namespace sluice;
using namespace sluice::test;

namespace {

// Runs until there is nothing left, whatever is thrown.
void run_out(asio::io_context& context) {
    context.restart();
    for (bool thrown = true; thrown;) {
        thrown = false;
        try {
            context.poll();
        } catch (const std::exception&) { // Asio makes one of several
            thrown = true;
        }
    }
}

void throw_something() {
    throw std::runtime_error("from a handler");
}

} // namespace

TEST_CASE("rule 01: what a handler throws goes to run, not into the call that resumed it") {
    test_pipe pipe;
    wait_outcome flushed;
    pipe.reader.async_read([](error_code, read_result) { throw_something(); });
    asio::post(pipe.context, [&] {
        pipe.write("a");
        CHECK_NOTHROW(pipe.writer.flush(flushed.handler()));
    });
    CHECK_THROWS_AS(pipe.poll(), std::runtime_error);
    pipe.poll();
    CHECK(flushed.succeeded());
}

// A strand lets pass what is thrown inside a dispatch.
TEST_CASE("rule 01: a reader's handler that throws inside a flush does not end the flush") {
    asio::io_context context;
    const auto strand = asio::make_strand(context);
    const auto token = std::make_shared<int>();
    int flushes = 0;
    {
        sluice::pipe ends{asio::any_io_executor(strand)};
        ends.reader.async_read([](error_code, read_result) { throw_something(); });
        asio::post(strand, [&] {
            ends.writer.write(asio::buffer("a", 1));
            ends.writer.flush([&flushes, token](error_code) { ++flushes; });
        });
        run_out(context);
        // Either it threw and was not started, or it was and completes: but nothing is left over.
        CHECK(flushes <= 1);
        CHECK(token.use_count() == 1);
        CHECK(context.stopped());
        CHECK(ends.reader.buffered() == 1);
    }
    CHECK(token.use_count() == 1);
}

TEST_CASE("rule 01: every flush that waits completes, though each handler throws") {
    asio::io_context context;
    const auto strand = asio::make_strand(context);
    for (const bool on_strand : {false, true}) {
        CAPTURE(on_strand);
        const auto executor = on_strand ? asio::any_io_executor(strand)
                                        : asio::any_io_executor(context.get_executor());
        int flushes = 0;
        {
            sluice::pipe ends(executor, with_thresholds(1, 0));
            ends.writer.write(asio::buffer("a", 1));
            for (int i = 0; i != 3; ++i)
                ends.writer.flush([&flushes](error_code) {
                    ++flushes;
                    throw_something();
                });
            run_out(context);
            asio::post(executor, [&] { ends.reader.complete(); });
            run_out(context);
        }
        CHECK(flushes == 3);
        CHECK(context.stopped());
    }
}
