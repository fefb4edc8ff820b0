// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/heap_calls.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/bind_executor.hpp>
#include <doctest/doctest.h>

#include <thread>

using namespace sluice;
using namespace sluice::test;

namespace {

// What it does with the heap, on a thread that has no memory of Asio's to use again.
template <class Function>
std::uint64_t heap_calls_elsewhere(Function f) {
    std::uint64_t calls = 1;
    std::thread([&] {
        const std::uint64_t before = heap_calls();
        f();
        calls = heap_calls() - before;
    }).join();
    return counts_heap_calls ? calls : 0;
}

} // namespace

TEST_CASE("rule 27: what is parked can be resumed from any thread without the heap") {
    for (const resumption how : {resumption::post, resumption::dispatch}) {
        pipe_options options = with_thresholds(1, 1);
        options.reader_resumption = options.writer_resumption = how;
        test_pipe pipe(options);
        error_code read_with = asio::error::would_block, flushed_with = asio::error::would_block;

        pipe.reader.async_read([&](error_code ec, const read_result&) { read_with = ec; });
        pipe.write("x");
        CHECK(heap_calls_elsewhere([&] { (void)pipe.writer.try_flush(); }) == 0);
        pipe.poll();
        CHECK(read_with == error_code());

        pipe.write("y");
        pipe.writer.flush([&](error_code ec) { flushed_with = ec; });
        pipe.reader.consume(1);
        pipe.poll();
        CHECK(flushed_with == asio::error::would_block); // one byte is left
        CHECK(heap_calls_elsewhere([&] {
                  (void)pipe.reader.try_read();
                  pipe.reader.consume(1);
              }) == 0);
        pipe.poll();
        CHECK(flushed_with == error_code());
    }
}

TEST_CASE("rule 27: the way to the handler's own context needs no heap either") {
    asio::io_context other;
    test_pipe pipe;
    error_code read_with = asio::error::would_block;
    pipe.reader.async_read(asio::bind_executor(
        other.get_executor(), [&](error_code ec, const read_result&) { read_with = ec; }));
    pipe.write("x");
    CHECK(heap_calls_elsewhere([&] { (void)pipe.writer.try_flush(); }) == 0);
    pipe.poll();
    CHECK(read_with == asio::error::would_block);
    poll(other);
    CHECK(read_with == error_code());
}
