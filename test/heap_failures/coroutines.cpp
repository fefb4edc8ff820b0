// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while coroutines use a pipe: it is an exception in one of
// them, and a second coroutine goes on where that one was.
#include "heap_failures/course.hpp"
#include "heap_failures/passage.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

asio::awaitable<void> produce(pipe_writer& writer, passage& bytes) {
    while (!bytes.all_sent()) {
        writer.write(bytes.next());
        bytes.sent();
        co_await writer.flush(asio::use_awaitable);
    }
    writer.complete();
}

asio::awaitable<void> consume(pipe_reader& reader, passage& bytes) {
    for (bool ended = false; !ended;) {
        const read_result read = co_await reader.async_read(asio::use_awaitable);
        bytes.receive(read.buffer);
        ended = read.completed;
        reader.consume(read.buffer.size());
    }
}

} // namespace

TEST_CASE("rule 27: coroutines lose nothing when any one allocation of the heap fails") {
    for (const resumption how : {resumption::dispatch, resumption::post})
        with_every_failure([&](course& now) {
            asio::io_context context;
            pipe_options options;
            options.pool = segment_pool(segment_pool_options());
            options.pause_threshold = 40;
            options.reader_resumption = options.writer_resumption = how;
            std::optional<sluice::pipe> ends;
            now.attempt([&] { ends.emplace(context, options); });
            passage bytes;
            wait_fate produced, consumed;
            const auto spawn = [&](asio::awaitable<void> coroutine, wait_fate& fate) {
                asio::co_spawn(context, std::move(coroutine), fate.handler());
            };
            now.carry_out(context,
                          {{produced, [&] { spawn(produce(ends->writer, bytes), produced); }},
                           {consumed, [&] { spawn(consume(ends->reader, bytes), consumed); }}});
            CHECK(bytes.arrived());
        });
}
