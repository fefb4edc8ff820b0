// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Both ends of an in-process stream: a read or write on one side runs the other side inside, which
// may come back.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/piped_pair.hpp"
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;

namespace {

// Where handlers are dispatched at once.
template <class Call>
void inside(asio::io_context& context, Call call) {
    asio::post(context, call);
    poll(context);
}

} // namespace

TEST_CASE("stream_writer: flushed again by the reader that its write has resumed") {
    for (const bool waits : {true, false}) {
        asio::io_context context;
        piped_pair pair(context);
        stream_writer writer(pair.near);
        stream_reader reader(pair.far);
        wait_outcome nested;
        read_outcome rest;
        reader.async_read([&](error_code ec, const read_result& read) {
            CHECK_FALSE(ec);
            CHECK(read.buffer.equals("one"));
            reader.consume(3);
            writer.write(asio::buffer("two", 3));
            if (waits)
                writer.flush(nested.handler());
            else
                (void)writer.try_flush();
        });
        poll(context);
        inside(context, [&] {
            writer.write(asio::buffer("one", 3));
            CHECK(writer.try_flush().has_value());
        });
        CHECK(nested.pending() == !waits);
        reader.async_read(rest.handler());
        poll(context);
        CHECK(rest.text() == "two");
    }
}

TEST_CASE("stream_writer: flushed again where the write has filled the stream") {
    asio::io_context context;
    piped_pair pair(context);
    stream_writer writer(pair.near);
    stream_reader reader(pair.far);
    wait_outcome nested;
    bool resumed = false;
    std::uint64_t count = 0;
    reader.async_read([&](error_code, const read_result& read) {
        count += read.buffer.size();
        reader.consume(read.buffer.size());
        resumed = true;
        writer.flush(nested.handler());
    });
    poll(context);
    inside(context, [&] {
        writer.write(asio::buffer(numbered_bytes(1'000'000)));
        CHECK(writer.try_flush().error() == asio::error::would_block);
        CHECK(resumed);
    });
    while (count != 1'000'000) {
        read_outcome more;
        reader.async_read(more.handler());
        run_until(context, more);
        REQUIRE(more.succeeded());
        CHECK(is_numbered(more.text(), count));
        count += more.result.buffer.size();
        reader.consume(more.result.buffer.size());
    }
    run_until(context, nested);
    CHECK(nested.succeeded());
}

TEST_CASE("stream_reader: read again by the writer that its read has resumed") {
    for (const bool waits : {true, false}) {
        asio::io_context context;
        auto ends = make_pipe_streams(asio::any_io_executor(context.get_executor()),
                                      {.pause_threshold = 4, .resume_threshold = 1});
        stream_reader reader(ends.second);
        read_outcome nested;
        wait_outcome flushed;
        ends.first.writer().write(asio::buffer("01234567", 8));
        ends.first.writer().flush([&](error_code) {
            if (waits)
                reader.async_read_at_least(12, nested.handler());
            else
                CHECK(reader.try_read().error() == asio::error::would_block);
            ends.first.writer().write(asio::buffer("89ab", 4));
            ends.first.writer().flush(flushed.handler());
        });
        poll(context);
        inside(context, [&] {
            const auto read = reader.try_read();
            if (waits) {
                CHECK(read.error() == errc::read_pending);
            } else {
                CHECK(read->buffer.equals("01234567"));
                reader.consume(8);
                CHECK(reader.try_read()->buffer.equals("89ab"));
            }
        });
        if (waits)
            CHECK(nested.text() == "0123456789ab");
    }
}

TEST_CASE("stream_reader and stream_writer: destroyed by the peer that they have resumed") {
    for (const bool waits : {true, false}) {
        asio::io_context context;
        piped_pair pair(context);
        auto writer = std::make_unique<stream_writer<pipe_stream<>&>>(pair.near);
        stream_reader reader(pair.far);
        wait_outcome outcome;
        reader.async_read([&](error_code, const read_result&) { writer.reset(); });
        poll(context);
        inside(context, [&] {
            writer->write(asio::buffer("one", 3));
            if (waits)
                writer->flush(outcome.handler());
            else
                (void)writer->try_flush();
        });
        CHECK_FALSE(writer);
        CHECK(outcome.pending() == !waits);
    }
}
