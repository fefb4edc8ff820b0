// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/faulty_stream.hpp"
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/read_exactly.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>
#include <sluice/stream/write.hpp>

#include <boost/asio/io_context.hpp>

using namespace sluice::test;

namespace {

const std::size_t ended_bytes = proof_amount(40, 200);

// Somebody has cancelled the operations of the stream: what comes next goes on. If bytes came all
// the same, nobody is told.
bool was_cancelled(const fault& what) {
    return what.ec == asio::error::operation_aborted && what.has_struck("async");
}
bool was_cancelled_too_late(const fault& what) {
    return was_cancelled(what) && what.came_late;
}

// Reads to the end, or to an error; then once more.
template <class Stream>
void read_all(fault& what) {
    const sluice::segment_pool pool({.segment_size = 16});
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream", numbered_bytes(ended_bytes));
        sluice::stream_reader<Stream&> reader(
            stream, {.max_read_size = 10, .minimum_segment_size = 1, .pool = pool});
        numbered_reading seen;
        numbered_reader{reader, seen, 7}.start();
        poll(context);
        REQUIRE(seen.ended);
        const bool is_told = what.has_struck() && !was_cancelled_too_late(what);
        const error_code end = is_told ? what.ec : error_code(asio::error::eof);
        CHECK(seen.ec == end);
        CHECK(seen.count == stream.given());
        seen.ended = false;
        numbered_reader{reader, seen}.start();
        poll(context);
        REQUIRE(seen.ended);
        if (was_cancelled(what)) { // it went on
            CHECK(seen.ec == asio::error::eof);
            CHECK(seen.count == ended_bytes);
        } else {
            CHECK(seen.ec == end);
        }
        CHECK(seen.count == stream.given());
        CHECK(seen.in_order);
        if (!what.has_struck())
            CHECK(seen.count == ended_bytes);
    }
    CHECK(pool.stats().bytes_in_use == 0);
}

// Flushes until all is written and ended, or one fails; then once more.
template <class Stream>
void write_all(fault& what) {
    const sluice::segment_pool pool({.segment_size = 16});
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream");
        sluice::stream_writer<Stream&> writer(stream, {.minimum_segment_size = 1, .pool = pool});
        wait_outcome flushed, again, ended;
        for (std::size_t at = 0; at < ended_bytes && !flushed.ec; at += 10) {
            writer.write(asio::buffer(numbered_bytes(10, at)));
            flushed = {};
            writer.flush(flushed.handler());
            poll(context);
            REQUIRE(flushed.calls == 1);
            if (!flushed.ec)
                CHECK(stream.written().size() == at + 10);
        }
        CHECK((!flushed.ec || flushed.ec == what.ec));
        const bool goes_on = was_cancelled(what);
        if (!was_cancelled_too_late(what)) // with the last byte or before
            CHECK(flushed.ec.failed() == what.has_struck());
        const std::size_t written = stream.written().size();
        writer.flush(again.handler());
        poll(context);
        REQUIRE(again.calls == 1);
        CHECK(again.ec == (goes_on ? error_code() : flushed.ec));
        writer.complete();
        writer.async_wait_reader_completed(ended.handler());
        poll(context);
        REQUIRE(ended.calls == 1);
        if (goes_on)
            CHECK(stream.written().size() % 10 == 0); // all of it
        else
            CHECK(stream.written().size() == written);
        CHECK(is_numbered(stream.written()));
        if (flushed.ec && !goes_on) {
            CHECK(ended.ec == what.ec);
            CHECK(stream.shutdowns() == 0);
        } else if (what.has_struck("shutdown")) {
            CHECK(ended.ec == what.ec);
        } else {
            CHECK_FALSE(ended.ec);
            CHECK(stream.shutdowns() == 1);
        }
    }
    CHECK(pool.stats().bytes_in_use == 0);
}

// Composed operations on the ends.
template <class Stream>
void read_exactly_and_write(fault& what) {
    const sluice::segment_pool pool({.segment_size = 16});
    {
        asio::io_context context;
        Stream stream(context.get_executor(), what, "stream", numbered_bytes(ended_bytes));
        sluice::stream_reader<Stream&> reader(
            stream, {.max_read_size = 10, .minimum_segment_size = 1, .pool = pool});
        sluice::stream_writer<Stream&> writer(stream, {.minimum_segment_size = 1, .pool = pool});
        std::size_t taken = 0;
        error_code ec;
        while (!ec && taken != ended_bytes) {
            unsigned calls = 0;
            sluice::async_read_exactly(reader, 20, [&](error_code e, sluice::readable_buffer got) {
                ++calls;
                ec = e;
                if (ec)
                    return;
                CHECK(is_numbered(got.to_string(), taken));
                taken += got.size();
                reader.advance(got.finish());
            });
            poll(context);
            REQUIRE(calls == 1);
        }
        CHECK(ec == (what.has_struck() ? what.ec : error_code()));
        CHECK(taken <= stream.given());
        const bool read_failed = what.has_struck();
        const std::string bytes = numbered_bytes(ended_bytes);
        transfer_outcome written;
        sluice::async_write(writer, asio::buffer(bytes), written.handler());
        poll(context);
        REQUIRE(written.done());
        CHECK(written.ec == (what.has_struck() && !read_failed ? what.ec : error_code()));
        CHECK(is_numbered(stream.written()));
        if (!written.ec)
            CHECK(stream.written().size() == ended_bytes);
    }
    CHECK(pool.stats().bytes_in_use == 0);
}

} // namespace

TEST_CASE("faults: stream_reader and stream_writer") {
    play_faults("reader of a stream", read_all<faulty_stream>);
    play_faults("reader of a socket", read_all<faulty_socket>);
    play_faults("writer of a stream", write_all<faulty_stream>);
    play_faults("writer of a socket", write_all<faulty_socket>);
    play_faults("exact reads and a write on a socket", read_exactly_and_write<faulty_socket>);
}
