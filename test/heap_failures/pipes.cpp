// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while bytes go through a pipe.
#include "heap_failures/course.hpp"
#include "heap_failures/passage.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/cancel_after.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Executor>
void hand_over(course& now, asio::io_context& context, const Executor& executor, resumption how) {
    const pipe_options options = narrow_pipe(how);
    std::optional<basic_pipe<Executor>> made;
    now.attempt([&] { made.emplace(executor, options); });
    passage bytes;
    wait_fate flushed;
    read_fate read;
    now.carry_out(context,
                  {bytes.writing(made->writer, flushed), bytes.reading(made->reader, read)});
    CHECK(bytes.arrived());
}

} // namespace

TEST_CASE("rule 27: a pipe loses nothing when any one allocation of the heap fails") {
    for (const resumption how : {resumption::dispatch, resumption::post}) {
        with_every_failure([&](course& now) {
            asio::io_context context;
            hand_over(now, context, context.get_executor(), how);
        });
        with_every_failure([&](course& now) {
            asio::io_context context;
            hand_over(now, context, asio::any_io_executor(context.get_executor()), how);
        });
    }
}

TEST_CASE("rule 27: a read with a time limit loses nothing when an allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        const pipe_options options = narrow_pipe(resumption::post);
        std::optional<sluice::pipe> made;
        now.attempt([&] { made.emplace(context, options); });
        passage bytes;
        wait_fate flushed;
        read_fate read;
        part reading = bytes.reading(made->reader, read);
        reading.start = [&] {
            made->reader.async_read(cancel_after(std::chrono::hours(1), read.handler()));
        };
        now.carry_out(context, {bytes.writing(made->writer, flushed), reading});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: batches lose nothing when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        const pipe_options options = narrow_pipe(resumption::dispatch);
        std::optional<sluice::pipe> made;
        now.attempt([&] { made.emplace(context, options); });
        passage bytes;
        wait_fate flushed;
        read_fate read;
        std::optional<writable_buffer> batch;
        bool filled = false;
        const part writing{flushed,
                           [&] {
                               if (!batch)
                                   batch.emplace(made->writer.alloc());
                               if (!filled) {
                                   batch->write(bytes.next());
                                   filled = true;
                               }
                               batch->flush(flushed.handler());
                           },
                           [&] {
                               if (std::exchange(filled, false))
                                   bytes.sent();
                               batch.reset();
                               if (!bytes.all_sent())
                                   return true;
                               made->writer.complete();
                               return false;
                           }};
        now.carry_out(context, {writing, bytes.reading(made->reader, read)});
        CHECK(bytes.arrived());
    });
}
