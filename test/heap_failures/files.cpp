// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while bytes go to files, and come from them.
#include "heap_failures/course.hpp"
#include "heap_failures/passage.hpp"
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_stream.hpp>
#include <sluice/stream/file_writer.hpp>
#include <sluice/stream/pump.hpp>

#include <doctest/doctest.h>

#include <future>
#include <latch>
#include <optional>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

// What is left to do at the file, of an end that is gone.
void finish(asio::io_context& context) {
    context.restart();
    context.run();
}

// The C library keeps what it allocates for a thread, for those that are started later.
void have_been_started(int threads) {
    std::latch all(threads);
    std::vector<std::future<void>> started;
    for (int i = 0; i != threads; ++i)
        started.push_back(std::async(std::launch::async, [&] { all.arrive_and_wait(); }));
}

} // namespace

TEST_CASE("rule 27: a file_reader shows what came before an allocation of the heap failed") {
    have_been_started(3);
    const temporary_file file(passage().all());
    with_every_failure([&](course& now) {
        asio::io_context context;
        passage bytes;
        file_reader_options options;
        options.pool = segment_pool(segment_pool_options());
        options.piece_size = 70;
        options.read_ahead = 70;
        std::optional<file_reader> reader;
        now.attempt([&] { reader.emplace(context, file.path, options); });
        read_fate read;
        part reading = bytes.reading(*reader, read);
        reading.given_up = [] {};
        now.carry_out(context, {reading}, true);
        CHECK((read.ec ? bytes.arrived_in_part() : bytes.arrived()));
        reader.reset();
        finish(context);
    });
}

TEST_CASE("rule 27: a file_writer tells that it is not all in the file when an allocation failed") {
    have_been_started(3);
    with_every_failure([&](course& now) {
        const temporary_file file;
        asio::io_context context;
        passage bytes;
        file_writer_options options;
        options.pool = segment_pool(segment_pool_options());
        std::optional<file_writer> writer;
        now.attempt([&] { writer.emplace(context, file.path, options); });
        wait_fate flushed, ended;
        part writing = bytes.writing(*writer, flushed);
        writing.given_up = [] {};
        const part watching{
            ended, [&] { writer->async_wait_reader_completed(ended.handler()); }, {}, [] {}};
        now.carry_out(context, {writing, watching}, true);
        const std::string content = file.content();
        bytes.receive(asio::buffer(content));
        CHECK((flushed.ec || ended.ec ? bytes.arrived_in_part() : bytes.arrived()));
        writer.reset();
        finish(context);
    });
}

TEST_CASE("rule 27: a file goes to a socket without a gap when an allocation of the heap fails") {
    have_been_started(3);
    const temporary_file file(passage(50'000).all());
    for (const bool by_system : {false, true})
        with_every_failure([&](course& now) {
            asio::io_context context;
            local_pair sockets(context);
            passage bytes(50'000);
            file_stream from(context);
            from.open_for_reading(file.path);
            pump_options options;
            options.system_copy = by_system;
            transfer_fate pumped;
            now.carry_out(context,
                          {{pumped,
                            [&] { async_pump(from, sockets.near, options, pumped.handler()); },
                            {},
                            [] {}}},
                          true);
            while (bytes.drain(sockets.far)) {
            }
            CHECK((pumped.ec ? bytes.arrived_in_part() : bytes.arrived()));
        });
}
