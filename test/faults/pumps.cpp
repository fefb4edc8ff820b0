// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/faulty_stream.hpp"
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/io_context.hpp>

using namespace sluice::test;

namespace {

const std::size_t pumped = proof_amount(40, 150);

void pump_on(asio::io_context& context, transfer_outcome& outcome, auto& from, auto& to) {
    outcome = {};
    sluice::async_pump(from, to, {.max_read_size = 10}, outcome.handler());
    CHECK(outcome.calls == 0);
    poll(context);
    REQUIRE(outcome.done());
}

template <class Stream>
void pump_from(fault& what) {
    const sluice::pipe_options options = segments_of(16, 20);
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "source", numbered_bytes(pumped));
        sluice::pipe pipe(context, options);
        numbered_reading seen;
        transfer_outcome moved;
        numbered_reader{pipe.reader, seen, 7}.start();
        pump_on(context, moved, stream, pipe.writer);
        CHECK(moved.bytes == stream.given());
        CHECK(moved.bytes == seen.count);
        error_code end = what.ec;
        if (!what.has_struck() || what.ec == asio::error::eof) {
            CHECK_FALSE(moved.ec);
            end = asio::error::eof;
        } else {
            CHECK(moved.ec == what.ec);
        }
        if (moved.ec == asio::error::operation_aborted) { // another one goes on
            CHECK_FALSE(seen.ended);
            pump_on(context, moved, stream, pipe.writer);
            CHECK_FALSE(moved.ec);
            CHECK(seen.count == pumped);
            end = asio::error::eof;
        }
        CHECK(seen.ended);
        CHECK(seen.ec == end);
        CHECK(seen.in_order);
        CHECK((what.has_struck() || seen.count == pumped));
    }
    CHECK(options.pool.stats().bytes_in_use == 0);
}

template <class Stream>
void pump_to(fault& what) {
    const sluice::pipe_options options = segments_of(16, 20);
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "sink");
        sluice::pipe pipe(context, options);
        transfer_outcome moved;
        numbered_writer{pipe.writer, pumped, 9}();
        pump_on(context, moved, pipe.reader, stream);
        CHECK(moved.bytes == stream.written().size());
        CHECK(is_numbered(stream.written()));
        CHECK(moved.ec == (what.has_struck() ? what.ec : error_code()));
        CHECK(stream.shutdowns() == (what.has_struck() ? 0 : 1));
        if (!what.has_struck() || what.has_struck("shutdown")) {
            CHECK(moved.bytes == pumped);
        } else if (what.ec == asio::error::operation_aborted) { // another one goes on
            pump_on(context, moved, pipe.reader, stream);
            CHECK_FALSE(moved.ec);
            CHECK(stream.written() == numbered_bytes(pumped));
        } else {
            wait_outcome told;
            pipe.writer.async_wait_reader_completed(told.handler());
            poll(context);
            CHECK(told.failed(what.ec));
        }
    }
    CHECK(options.pool.stats().bytes_in_use == 0);
}

template <class From, class To>
void pump_across(fault& what) {
    const std::size_t before = sluice::default_segment_pool().stats().bytes_in_use;
    asio::io_context context;
    From from(context.get_executor(), what, "source", numbered_bytes(pumped));
    To to(context.get_executor(), what, "sink");
    transfer_outcome moved;
    pump_on(context, moved, from, to);
    CHECK(moved.bytes == to.written().size());
    CHECK(is_numbered(to.written()));
    const bool is_end = what.ec == asio::error::eof && what.has_struck("source");
    CHECK(moved.ec == (what.has_struck() && !is_end ? what.ec : error_code()));
    CHECK(to.shutdowns() == (moved.ec ? 0 : 1));
    if (!what.has_struck("sink")) // what was read is written, whatever comes then
        CHECK(to.written().size() == from.given());
    if (!what.has_struck())
        CHECK(to.written().size() == pumped);
    CHECK(sluice::default_segment_pool().stats().bytes_in_use == before);
}

// Between a reader and a writer that work on streams.
template <class From, class To>
void pump_between(fault& what) {
    const sluice::pipe_options options = segments_of(16);
    {
        asio::io_context context;
        From from(context.get_executor(), what, "source", numbered_bytes(pumped));
        To to(context.get_executor(), what, "sink");
        sluice::stream_reader<From&> reader(from, {.max_read_size = 10, .pool = options.pool});
        sluice::stream_writer<To&> writer(to, {.pool = options.pool});
        transfer_outcome moved;
        pump_on(context, moved, reader, writer);
        CHECK(is_numbered(to.written()));
        const bool is_end = what.ec == asio::error::eof && what.has_struck("source");
        const bool is_told = what.has_struck() && !is_end && !what.has_struck("shutdown");
        if (what.came_late && what.ec == asio::error::operation_aborted && !moved.ec)
            CHECK(moved.bytes == pumped); // what was cancelled too late has succeeded
        else
            CHECK(moved.ec == (is_told ? what.ec : error_code()));
        CHECK(to.shutdowns() == (moved.ec || what.has_struck("shutdown") ? 0 : 1));
        CHECK(moved.bytes >= to.written().size());
        CHECK(moved.bytes <= from.given());
        if (!what.has_struck("sink"))
            CHECK(to.written().size() == from.given());
        if (!what.has_struck())
            CHECK(to.written().size() == pumped);
    }
    CHECK(options.pool.stats().bytes_in_use == 0);
}

} // namespace

TEST_CASE("faults: async_pump from a stream, to one, and between two") {
    play_faults("pump from a stream", pump_from<faulty_stream>);
    play_faults("pump from a socket", pump_from<faulty_socket>);
    play_faults("pump to a stream", pump_to<faulty_stream>);
    play_faults("pump to a socket", pump_to<faulty_socket>);
    play_faults("pump from a socket to a stream", pump_across<faulty_socket, faulty_stream>);
    play_faults("pump from a stream to a socket", pump_across<faulty_stream, faulty_socket>);
    play_faults("pump between ends of a socket and a stream",
                pump_between<faulty_socket, faulty_stream>);
}
