// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include <sluice/stream/stream_reader.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

stream_reader_options
small_segments(std::size_t size,
               std::pmr::memory_resource* upstream = std::pmr::new_delete_resource()) {
    stream_reader_options options;
    options.pool = segment_pool({.segment_size = size, .upstream = upstream});
    options.minimum_segment_size = 1;
    return options;
}

// Reads everything, `step` bytes at a time, and checks the order.
template <class Reader>
struct all_reader {
    Reader& reader;
    std::uint64_t& count;
    std::size_t step;

    void operator()(error_code ec, const read_result& read) {
        if (ec)
            return;
        const readable_buffer piece = read.buffer.slice(0, step);
        CHECK(is_numbered(piece.to_string(), count));
        count += piece.size();
        reader.consume(piece.size());
        reader.async_read(*this);
    }
};

} // namespace

TEST_CASE_TEMPLATE("stream_reader: rule 19: a reader that asks for more than the limit fails; the "
                   "stream is not read further",
                   Stream, scripted_stream, scripted_socket) {
    asio::io_context context;
    Stream stream(context.get_executor());
    stream_reader_options options;
    options.max_buffered = 100;
    stream_reader<Stream&> reader(stream, options);
    stream.deliver(numbered_bytes(1000));
    read_outcome outcome;
    for (;;) {
        outcome = {};
        reader.async_read(outcome.handler());
        poll(context);
        if (outcome.ec)
            break;
        reader.advance(outcome.result.buffer.start(), outcome.result.buffer.finish());
    }
    CHECK(outcome.failed(errc::buffer_limit_exceeded));
    CHECK(reader.buffered() == 101);
    CHECK(reader.try_read().error() == errc::buffer_limit_exceeded);
    CHECK(outcome.text() == numbered_bytes(101));
    reader.consume(50);
    read_outcome too_much, enough;
    reader.async_read_at_least(101, too_much.handler());
    poll(context);
    CHECK(too_much.failed(errc::buffer_limit_exceeded));
    reader.async_read_at_least(100, enough.handler());
    poll(context);
    CHECK(enough.succeeded());
    CHECK(is_numbered(enough.text(), 50));
    CHECK(reader.buffered() <= 101);
}

TEST_CASE("stream_reader: rule 26: a socket is waited for without memory, another stream with one "
          "segment") {
    for (const bool is_socket : {true, false}) {
        asio::io_context context;
        scripted_socket socket(context.get_executor());
        scripted_stream other(context.get_executor());
        stream_reader_options options;
        options.pool = segment_pool();
        stream_reader<scripted_socket&> from_socket(socket, options);
        stream_reader<scripted_stream&> from_other(other, options);
        const auto in_use = [&] { return options.pool.stats().bytes_in_use; };
        const auto round = [&](auto& reader, auto& stream) {
            for (int i = 0; i != 5; ++i) {
                read_outcome outcome;
                reader.async_read(outcome.handler());
                poll(context);
                CHECK(in_use() == (is_socket ? 0 : options.pool.segment_size()));
                stream.deliver(numbered_bytes(100));
                poll(context);
                REQUIRE(outcome.succeeded());
                reader.consume(100);
            }
            CHECK(reader.try_read().error() == asio::error::would_block);
            CHECK(in_use() == 0);
        };
        if (is_socket)
            round(from_socket, socket);
        else
            round(from_other, other);
    }
}

TEST_CASE_TEMPLATE("stream_reader: reads grow while they are filled, and shrink again", Stream,
                   scripted_stream, scripted_socket) {
    constexpr bool is_socket = std::is_same_v<Stream, scripted_socket>;
    asio::io_context context;
    Stream stream(context.get_executor());
    stream_reader_options options;
    options.max_read_size = 60'000;
    stream_reader<Stream&> reader(stream, options);
    std::uint64_t count = 0;
    const std::string much = numbered_bytes(400'000);
    stream.deliver(much);
    all_reader<stream_reader<Stream&>> all{reader, count, much.size()};
    reader.async_read(all);
    poll(context);
    CHECK(count == much.size());
    CHECK(stream.largest_read == (is_socket ? 60'000 : 16 * 1024));
    CHECK(stream.reads < (is_socket ? 12 : 30));
    std::uint64_t small = 0;
    for (int i = 0; i != 100; ++i) {
        stream.deliver(numbered_bytes(10, count + small));
        small += 10;
    }
    poll(context);
    stream.largest_read = 0;
    stream.deliver(numbered_bytes(10, count));
    poll(context);
    CHECK(count == much.size() + small + 10);
    CHECK(stream.largest_read <= 16 * 1024);
}

TEST_CASE_TEMPLATE("stream_reader: every size of segment, read, step and arrival", Stream,
                   scripted_stream, scripted_socket) {
    for (const std::size_t segment : {1u, 7u, 1000u})
        for (const std::size_t read_size : {1u, 5u, 300u})
            for (const std::size_t arrival : {1u, 6u, 2000u})
                for (const std::size_t step : {1u, 9u, 2000u}) {
                    asio::io_context context;
                    Stream stream(context.get_executor());
                    auto options = small_segments(segment);
                    options.max_read_size = read_size;
                    stream_reader<Stream&> reader(stream, options);
                    stream.deliver_in_pieces(numbered_bytes(2000), arrival);
                    stream.deliver_end();
                    std::uint64_t count = 0;
                    reader.async_read(all_reader<stream_reader<Stream&>>{reader, count, step});
                    poll(context);
                    CHECK(count == 2000);
                }
}

TEST_CASE_TEMPLATE("stream_reader: rule 27: a read without memory says so, and another goes on",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool at_once : {true, false})
        for (std::size_t allocations = 0;; ++allocations) {
            failing_memory memory;
            asio::io_context context;
            Stream stream(context.get_executor());
            stream_reader<Stream&> reader(stream, small_segments(64, &memory));
            memory.fail_after(allocations);
            read_outcome outcome;
            if (at_once)
                stream.deliver(numbered_bytes(500));
            reader.async_read_at_least(500, outcome.handler());
            CHECK(outcome.pending());
            poll(context);
            stream.deliver(numbered_bytes(500, at_once ? 500 : 0));
            poll(context);
            const bool failed = outcome.ec.failed();
            REQUIRE_FALSE(outcome.pending());
            if (failed) {
                CHECK(outcome.failed(make_error_code(boost::system::errc::not_enough_memory)));
                const auto tried = reader.try_read();
                if (!tried.has_value() && std::is_same_v<Stream, scripted_socket>)
                    CHECK(tried.error() == boost::system::errc::not_enough_memory);
                else if (tried.has_value())
                    reader.advance(tried->buffer.start());
                memory.never_fail();
                outcome = {};
                reader.async_read_at_least(500, outcome.handler());
                poll(context);
            }
            CHECK(outcome.succeeded());
            CHECK(is_numbered(outcome.text()));
            if (!failed)
                break;
        }
}

TEST_CASE_TEMPLATE("stream_reader: a context that goes takes the read with it", Stream,
                   scripted_stream, scripted_socket) {
    for (int steps = 0; steps != 8; ++steps) {
        const auto options = small_segments(64);
        const auto witness = std::make_shared<int>();
        {
            asio::io_context context;
            Stream stream(context.get_executor());
            stream_reader<Stream&> reader(stream, options);
            reader.async_read([witness](error_code, const read_result&) { CHECK(false); });
            for (int i = 0; i != steps; ++i)
                context.poll_one();
        }
        CHECK(witness.use_count() == 1);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("stream_reader: a read that owns its reader, at the end of the context", Stream,
                   scripted_stream, scripted_socket) {
    const auto options = small_segments(64);
    std::weak_ptr<stream_reader<Stream>> watched;
    {
        asio::io_context context;
        auto reader =
            std::make_shared<stream_reader<Stream>>(Stream(context.get_executor()), options);
        watched = reader;
        reader->async_read([reader](error_code, const read_result&) { CHECK(false); });
        reader.reset();
        poll(context);
        CHECK_FALSE(watched.expired());
    }
    CHECK(watched.expired());
    CHECK(options.pool.stats().bytes_in_use == 0);
}
