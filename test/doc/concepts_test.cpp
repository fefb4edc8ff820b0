// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"
#include <sluice/sluice.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/endian/conversion.hpp>
#include <doctest/doctest.h>

#include <istream>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using asio::use_awaitable;
using sluice::error_code;
using sluice::test::test_pipe;

namespace {

// [frame
// Takes a frame, which is a byte with its length and so many bytes more, if it is there whole.
std::optional<std::string> take_frame(sluice::pipe_reader& in, const sluice::read_result& read) {
    const sluice::readable_buffer& bytes = read.buffer;
    const std::size_t size = bytes.empty() ? 1 : 1 + std::to_integer<std::size_t>(bytes.peek());
    if (bytes.size() < size) {
        in.advance(bytes.start(), bytes.finish()); // took nothing, saw everything: wait for more
        return std::nullopt;
    }
    std::string frame = bytes.slice(1, size - 1).to_string();
    in.advance(bytes.at(size)); // took the frame, and looked at nothing behind it
    return frame;
}
// frame]

// [search
// A search that never looks at a byte twice.
std::optional<std::string> take_line(sluice::pipe_reader& in, const sluice::read_result& read) {
    const sluice::readable_buffer& bytes = read.buffer;
    const auto newline = bytes.slice(read.examined, bytes.finish()).find('\n');
    if (!newline) {
        in.advance(bytes.start(), bytes.finish());
        return std::nullopt;
    }
    std::string line = bytes.slice(bytes.start(), *newline).to_string();
    in.consume(line.size() + 1);
    return line;
}
// search]

// [produce
asio::awaitable<void> produce(std::istream& from, sluice::pipe_writer& out) {
    while (from) {
        const asio::mutable_buffer memory = out.prepare(4096);
        from.read(static_cast<char*>(memory.data()), 4096);
        out.commit(static_cast<std::size_t>(from.gcount()));
        co_await out.flush(use_awaitable); // goes on at once, unless the reader lags behind
    }
    out.complete();
}
// produce]

// [consume
asio::awaitable<std::size_t> count_bytes(sluice::pipe_reader& in) {
    std::size_t total = 0;
    for (bool more = true; more;) {
        const sluice::read_result read = co_await in.async_read(use_awaitable);
        total += read.buffer.size();
        in.advance(read.buffer.finish());
        more = !read.completed;
    }
    co_return total;
}
// consume]

// [record
// Writes a record of several parts, whole and in one place, from any thread.
void write_record(sluice::pipe_writer& journal, const std::vector<std::string>& parts) {
    sluice::writable_buffer record = journal.alloc();
    const asio::mutable_buffer length = record.reserve(4);
    for (const std::string& part : parts)
        record.write(asio::buffer(part));
    boost::endian::store_big_u32(static_cast<unsigned char*>(length.data()),
                                 static_cast<std::uint32_t>(record.size() - 4));
    record.commit();
}
// record]

} // namespace

TEST_CASE("doc/concepts: frames that come in pieces") {
    test_pipe pipe;
    const auto next = [&]() -> std::optional<std::string> {
        const auto read = pipe.reader.try_read();
        return read ? take_frame(pipe.reader, *read) : std::nullopt;
    };
    CHECK(!next());
    CHECK(pipe.publish("\3ab"));
    CHECK(!next());
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    CHECK(pipe.publish(std::string_view("c\0\2xy\1", 6)));
    CHECK(next() == "abc");
    CHECK(next() == "");
    CHECK(next() == "xy");
    CHECK(!next());
    CHECK(pipe.reader.buffered() == 1);
}

TEST_CASE("doc/concepts: a search resumes where the last one ended") {
    test_pipe pipe;
    std::vector<std::string> lines;
    const std::string text = "one\n\nthree\nrest";
    for (const char& c : text) {
        CHECK(pipe.publish({&c, 1}));
        if (const auto line = take_line(pipe.reader, pipe.reader.try_read().value()))
            lines.push_back(*line);
    }
    CHECK(lines == std::vector<std::string>{"one", "", "three"});
}

TEST_CASE("doc/concepts: a producer is held back") {
    // [thresholds
    sluice::pipe_options options;
    options.pause_threshold = 64 * 1024;  // flush waits from here on
    options.resume_threshold = 16 * 1024; // and goes on below this; half of the former by default
    options.max_buffered = 1024 * 1024;   // what a reader may examine and leave unconsumed
    // thresholds]
    test_pipe pipe(options);
    std::istringstream from(std::string(1'000'000, 'x'));
    auto produced = asio::co_spawn(pipe.context, produce(from, pipe.writer), asio::use_future);
    pipe.poll();
    CHECK(pipe.reader.buffered() == 64 * 1024);
    std::size_t total = 0;
    for (auto read = pipe.reader.try_read(); read; read = pipe.reader.try_read()) {
        total += read->buffer.size();
        pipe.reader.advance(read->buffer.finish());
        pipe.poll();
    }
    produced.get();
    CHECK(total == 1'000'000);
    CHECK(pipe.stats().peak_buffered == 64 * 1024);
    CHECK(pipe.stats().pauses > 10);
}

TEST_CASE("doc/concepts: examined bytes do not hold the writer back, but they are limited") {
    auto options = sluice::test::with_thresholds(4, 2);
    options.max_buffered = 12;
    test_pipe pipe(options);
    const auto hold_back = [&] {
        const auto read = pipe.reader.try_read().value();
        pipe.reader.advance(read.buffer.start(), read.buffer.finish());
    };
    CHECK(pipe.publish("1234").error() == asio::error::would_block);
    hold_back();
    CHECK(pipe.writer.try_flush());

    CHECK(pipe.publish("5678").error() == asio::error::would_block);
    auto ten = pipe.reader.async_read_at_least(10, asio::use_future);
    CHECK(pipe.writer.try_flush());
    CHECK(pipe.publish("90").error() == asio::error::would_block);
    pipe.poll();
    const sluice::read_result read = ten.get();
    CHECK(read.buffer.equals("1234567890"));
    pipe.reader.advance(read.buffer.start(), read.buffer.finish());

    CHECK(pipe.writer.try_flush());
    CHECK(pipe.publish("123"));
    CHECK(pipe.reader.try_read().error() == sluice::errc::buffer_limit_exceeded);
    CHECK(pipe.reader.buffered() == 13);
}

TEST_CASE("doc/concepts: records from several threads stay whole") {
    test_pipe pipe;
    {
        std::vector<std::jthread> threads;
        for (const char letter : {'a', 'b', 'c'})
            threads.emplace_back([&pipe, letter] {
                for (int i = 0; i != 100; ++i)
                    write_record(pipe.writer, {std::string(2, letter), std::string(3, letter)});
            });
    }
    CHECK(pipe.writer.unflushed() == 0); // batches are not the writer's own bytes
    CHECK(pipe.reader.buffered() == 0);  // committed, and not yet published
    CHECK(pipe.writer.try_flush());
    auto bytes = pipe.reader.try_read()->buffer;
    CHECK(bytes.size() == 300 * 9);
    for (; !bytes.empty(); bytes = bytes.slice(9)) {
        const std::string record = bytes.slice(0, 9).to_string();
        CHECK(record == std::string("\0\0\0\5", 4) + std::string(5, record[4]));
    }
}

TEST_CASE("doc/concepts: each end on its own thread") {
    std::istringstream from(std::string(1'000'000, 'x'));
    // [threads
    asio::io_context io;
    asio::thread_pool workers(1);
    sluice::pipe pipe(io);
    asio::co_spawn(io, produce(from, pipe.writer), asio::detached);
    auto total = asio::co_spawn(workers, count_bytes(pipe.reader), asio::use_future);
    io.run(); // the producer runs here, the consumer on the pool
    // threads]
    CHECK(total.get() == 1'000'000);
}

TEST_CASE("doc/concepts: dispatch runs the handler inside the flush, post after it") {
    for (const auto how : {sluice::resumption::dispatch, sluice::resumption::post}) {
        sluice::pipe_options options;
        options.reader_resumption = how;
        test_pipe pipe(options);
        std::string order;
        asio::post(pipe.context, [&] {
            // [resumption
            pipe.reader.async_read([&](error_code, const sluice::read_result& read) {
                order += read.buffer.to_string();
                pipe.reader.advance(read.buffer.finish());
            });
            for (const std::string_view word : {"one ", "two "}) {
                pipe.writer.write(asio::buffer(word));
                (void)pipe.writer.try_flush();
                order += "flushed ";
            }
            // resumption]
        });
        pipe.poll();
        CHECK(order == (how == sluice::resumption::dispatch ? "one flushed flushed "
                                                            : "flushed flushed one two "));
    }
}

TEST_CASE("doc/concepts: where the memory goes") {
    sluice::pipe_options options;
    const sluice::segment_pool pool({.segment_size = 4096});
    options.pool = pool;
    test_pipe pipe(options);
    const auto in_use = [&] { return pool.stats().bytes_in_use; };

    CHECK(pipe.publish("a part of a segment"));
    CHECK(in_use() == 4096);
    pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
    CHECK(in_use() == 4096); // consumed, but the writer may go on in it
    CHECK(pipe.publish("more of it"));
    pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
    CHECK(in_use() == 4096);
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
    CHECK(in_use() == 0); // the reader found nothing

    CHECK(pipe.publish(std::string(4096, 'x')));
    pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
    CHECK(in_use() == 0); // full: given back by the advance

    CHECK(pipe.publish("and a wait"));
    pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
    CHECK(in_use() == 4096);
    pipe.reader.async_read(asio::detached);
    CHECK(in_use() == 0);
}
