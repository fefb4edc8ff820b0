// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include <sluice/stream/stream_writer.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <memory>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

template <class Stream>
constexpr bool is_socket = std::is_same_v<Stream, scripted_socket>;

template <class Stream>
struct writing {
    asio::io_context context;
    Stream stream{context.get_executor()};
    stream_writer<Stream&> writer;

    explicit writing(const stream_writer_options& options = {}) : writer(stream, options) {}

    void poll() { test::poll(context); }
    void write(std::string_view text) { writer.write(asio::buffer(text)); }

    wait_outcome flush() {
        wait_outcome outcome;
        writer.flush(outcome.handler());
        CHECK(outcome.pending()); // rule 1
        poll();
        return outcome;
    }
};

stream_writer_options writer_segments(std::size_t size) {
    stream_writer_options options;
    options.pool = segment_pool({.segment_size = size});
    options.minimum_segment_size = 1;
    return options;
}

} // namespace

TEST_CASE_TEMPLATE("stream_writer: rule 16: prepared and committed, as much as was prepared",
                   Stream, scripted_stream, scripted_socket) {
    writing<Stream> f(writer_segments(16));
    f.stream.accept_all();
    CHECK(f.writer.prepare().size() >= 1);
    CHECK(f.writer.prepare(100).size() >= 100);
    asio::buffer_copy(f.writer.prepare(3), asio::buffer("abc", 3));
    f.writer.commit(3);
    CHECK(thrown_by([&] { f.writer.commit(1'000'000); }) == errc::commit_exceeds_prepared);
    const auto pieces = f.writer.prepare_sequence(50);
    CHECK(pieces.size() == 50);
    asio::buffer_copy(pieces, asio::buffer(numbered_bytes(50)));
    f.writer.commit(50);
    const asio::mutable_buffer length = f.writer.reserve(2);
    f.write("xyz");
    asio::buffer_copy(length, asio::buffer("03", 2));
    CHECK(f.writer.unflushed() == 58);
    CHECK(f.flush().succeeded());
    CHECK(f.writer.unflushed() == 0);
    CHECK(f.stream.written == "abc" + numbered_bytes(50) + "03xyz");
}

TEST_CASE_TEMPLATE("stream_writer: rule 17: small writes gather until the flush, and go with one "
                   "call",
                   Stream, scripted_stream, scripted_socket) {
    writing<Stream> f;
    f.stream.accept_all();
    for (int i = 0; i != 1000; ++i)
        f.write("0123456789");
    f.poll();
    CHECK(f.stream.writes.empty());
    CHECK(f.flush().succeeded());
    CHECK(f.stream.written.size() == 10'000);
    CHECK(f.stream.writes.size() == 1);
}

TEST_CASE("stream_writer: rule 29: a socket gets several pieces with one call") {
    writing<scripted_socket> f(writer_segments(100));
    f.stream.accept_all();
    f.write(numbered_bytes(1000));
    CHECK(f.flush().succeeded());
    REQUIRE(f.stream.writes.size() == 1);
    CHECK(f.stream.writes[0].pieces == 10);
    CHECK(is_numbered(f.stream.written));
}

TEST_CASE("stream_writer: another stream gets one piece with each call, of 16 KiB if there are "
          "as many bytes") {
    for (const std::size_t segment : {1000u, 16u * 1024, 100'000u}) {
        const auto options = writer_segments(segment);
        writing<scripted_stream> f(options);
        f.stream.accept_all();
        f.write(numbered_bytes(1)); // so that pieces lie across
        f.write(numbered_bytes(100'000, 1));
        CHECK(f.flush().succeeded());
        CHECK(is_numbered(f.stream.written));
        CHECK(f.stream.written.size() == 100'001);
        CHECK(f.stream.writes.size() <= 7);
        for (const auto& write : f.stream.writes)
            CHECK(write.pieces == 1);
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("stream_writer: append shares memory", Stream, scripted_stream,
                   scripted_socket) {
    const auto options = writer_segments(1000);
    writing<Stream> f(options);
    f.stream.accept_all();
    {
        asio::io_context context;
        pipe_options source;
        source.pool = options.pool;
        sluice::pipe other(context, source);
        other.writer.write(asio::buffer(numbered_bytes(100)));
        other.writer.complete();
        f.write("<");
        f.writer.append(other.reader.try_read()->buffer.preserve());
        f.write(">");
        other.reader.complete();
    }
    CHECK(f.flush().succeeded());
    CHECK(f.stream.written == "<" + numbered_bytes(100) + ">");
    CHECK(options.pool.stats().bytes_in_use == 0);
}

TEST_CASE_TEMPLATE("stream_writer: rule 18: a flush waits until all is written, by short writes",
                   Stream, scripted_stream, scripted_socket) {
    writing<Stream> f(writer_segments(64));
    f.write(numbered_bytes(1000));
    wait_outcome first, second;
    f.writer.flush(first.handler());
    f.poll();
    CHECK(first.pending());
    CHECK(f.stream.waiting_writes == 1);
    for (int i = 0; i != 10; ++i)
        f.stream.accept(10);
    f.poll();
    CHECK(first.pending());
    CHECK(f.stream.written.size() == 100);
    f.write(numbered_bytes(500, 1000));
    f.writer.flush(second.handler());
    f.poll();
    f.stream.accept_all(7);
    f.poll();
    CHECK(first.succeeded());
    CHECK(second.succeeded());
    CHECK(is_numbered(f.stream.written));
    CHECK(f.stream.written.size() == 1500);
    CHECK(f.flush().succeeded()); // rule 20: nothing new
}

TEST_CASE_TEMPLATE("stream_writer: try_flush writes what goes", Stream, scripted_stream,
                   scripted_socket) {
    writing<Stream> f;
    CHECK(f.writer.try_flush().has_value());
    f.write("abcdef");
    f.stream.accept(4);
    CHECK(f.writer.try_flush().error() == asio::error::would_block);
    f.poll();
    CHECK(f.stream.written == (is_socket<Stream> ? "abcd" : ""));
    CHECK(f.stream.waiting_writes == 0);
    f.stream.accept_all();
    if (is_socket<Stream>)
        CHECK(f.writer.try_flush().has_value());
    else
        CHECK(f.flush().succeeded());
    CHECK(f.stream.written == "abcdef");
    CHECK(f.writer.try_flush().has_value());
}

TEST_CASE_TEMPLATE("stream_writer: an error of the stream fails this flush and all that follow",
                   Stream, scripted_stream, scripted_socket) {
    for (const bool at_once : {true, false}) {
        const auto options = writer_segments(64);
        writing<Stream> f(options);
        wait_outcome outcome, watched;
        f.writer.async_wait_reader_completed(watched.handler());
        f.write(numbered_bytes(1000));
        if (at_once)
            f.stream.accept(100, asio::error::connection_reset);
        f.writer.flush(outcome.handler());
        f.poll();
        if (!at_once)
            f.stream.accept(100, asio::error::connection_reset);
        f.poll();
        CHECK(outcome.failed(asio::error::connection_reset));
        CHECK(watched.failed(asio::error::connection_reset));
        CHECK(f.writer.reader_completed());
        for (int i = 0; i != 100; ++i) { // rule 12: no memory that grows
            f.write(numbered_bytes(100));
            CHECK(f.writer.try_flush().error() == asio::error::connection_reset);
        }
        CHECK(f.flush().failed(asio::error::connection_reset));
        CHECK(options.pool.stats().bytes_in_use <= 2 * 128);
        f.writer.complete();
        CHECK(f.stream.writes.size() == 1);
        CHECK(f.stream.shutdowns == 0);
    }
}

TEST_CASE_TEMPLATE("stream_writer: complete sends what is left, then ends the sending", Stream,
                   scripted_stream, scripted_socket) {
    for (const bool at_once : {true, false})
        for (const error_code ec : {error_code(), error_code(errc::malformed_frame)}) {
            const auto options = writer_segments(64);
            writing<Stream> f(options);
            wait_outcome watched, late;
            if (at_once)
                f.stream.accept_all();
            f.write(numbered_bytes(1000));
            f.writer.async_wait_reader_completed(watched.handler());
            f.writer.complete(ec);
            f.writer.complete(errc::truncated_frame); // no effect
            f.poll();
            if (!at_once) {
                CHECK(watched.pending());
                CHECK(f.stream.shutdowns == 0);
                f.stream.accept_all(30);
                f.poll();
            }
            CHECK(is_numbered(f.stream.written));
            CHECK(f.stream.written.size() == 1000);
            CHECK(f.stream.shutdowns == (ec ? 0 : 1));
            CHECK(watched.succeeded());
            f.writer.async_wait_reader_completed(late.handler());
            f.poll();
            CHECK(late.succeeded());
            CHECK(f.flush().failed(errc::already_completed)); // rule 22
            CHECK(f.writer.try_flush().error() == errc::already_completed);
            CHECK(thrown_by([&] { f.write("x"); }) == errc::already_completed);
            CHECK(options.pool.stats().bytes_in_use == 0);
        }
}

TEST_CASE_TEMPLATE("stream_writer: complete with nothing left, and under a flush", Stream,
                   scripted_stream, scripted_socket) {
    writing<Stream> idle;
    idle.writer.complete();
    CHECK(idle.stream.shutdowns == 1);
    CHECK(idle.writer.reader_completed());

    writing<Stream> busy;
    wait_outcome outcome;
    busy.write("abc");
    busy.writer.flush(outcome.handler());
    busy.poll();
    busy.write("def");
    busy.writer.complete();
    busy.stream.accept_all(2);
    busy.poll();
    CHECK(outcome.succeeded());
    CHECK(busy.stream.written == "abcdef");
    CHECK(busy.stream.shutdowns == 1);
}

TEST_CASE_TEMPLATE("stream_writer: complete, and the stream fails", Stream, scripted_stream,
                   scripted_socket) {
    writing<Stream> f;
    wait_outcome watched;
    f.write("abc");
    f.writer.complete();
    f.writer.async_wait_reader_completed(watched.handler());
    f.poll();
    f.stream.accept(1, asio::error::broken_pipe);
    f.poll();
    CHECK(watched.failed(asio::error::broken_pipe));
    CHECK(f.stream.shutdowns == 0);
}
