// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/piped_pair.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <csignal>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Pair>
using near_stream = std::remove_reference_t<decltype(Pair::near)>;

// Reads numbered bytes to the end.
template <class Reader>
asio::awaitable<void> receive_numbered(Reader& reader, std::uint64_t& count) {
    for (bool more = true; more;) {
        const read_result read = co_await reader.async_read(asio::use_awaitable);
        CHECK(is_numbered(read.buffer.to_string(), count));
        count += read.buffer.size();
        more = !read.completed;
        reader.advance(read.buffer.finish());
    }
}

template <class Stream>
asio::awaitable<void> send_numbered(Stream& stream, std::uint64_t count, std::size_t chunk) {
    stream_writer writer(stream);
    for (std::uint64_t sent = 0; sent != count;) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(count - sent, chunk));
        sent += writer.write(asio::buffer(numbered_bytes(n, sent)));
        co_await writer.flush(asio::use_awaitable);
    }
    writer.complete();
    co_await writer.async_wait_reader_completed(asio::use_awaitable);
    if constexpr (!detail::half_closable<Stream>)
        stream.close();
}

const auto succeeds = [](std::exception_ptr failure) { CHECK_FALSE(failure); };

void fill(asio::io_context& context, auto& writer, wait_outcome& outcome) {
    std::uint64_t written = 0;
    do {
        outcome = {};
        written += writer.write(asio::buffer(numbered_bytes(100'000, written)));
        writer.flush(outcome.handler());
        poll(context);
    } while (!outcome.pending());
}

} // namespace

TEST_CASE_TEMPLATE("stream_writer: much through real streams, and the end", Pair, tcp_pair,
                   local_pair, pipe_pair, descriptor_pair, piped_pair) {
    for (const std::size_t chunk : {5000u, 700'000u}) {
        constexpr std::uint64_t much = 2'000'000;
        asio::io_context context;
        Pair pair(context);
        stream_reader reader(pair.far);
        std::uint64_t count = 0;
        asio::co_spawn(context, send_numbered(pair.near, much, chunk), succeeds);
        asio::co_spawn(context, receive_numbered(reader, count), succeeds);
        context.run();
        CHECK(count == much);
    }
}

TEST_CASE_TEMPLATE("stream_writer: try_flush writes until the stream is full", Pair, tcp_pair,
                   local_pair, descriptor_pair, piped_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_writer writer(pair.near);
    stream_reader reader(pair.far);
    std::uint64_t written = 0, count = 0;
    result<void> flushed;
    do {
        written += writer.write(asio::buffer(numbered_bytes(100'000, written)));
        flushed = writer.try_flush();
    } while (flushed.has_value());
    CHECK(flushed.error() == asio::error::would_block);
    CHECK(writer.try_flush().error() == asio::error::would_block);
    asio::co_spawn(context, receive_numbered(reader, count), succeeds);
    writer.complete();
    if constexpr (!detail::half_closable<near_stream<Pair>>)
        writer.async_wait_reader_completed([&](error_code) { pair.near.close(); });
    context.run();
    CHECK(count == written);
}

TEST_CASE_TEMPLATE("stream_writer: rule 26: with everything written, it holds no memory", Pair,
                   tcp_pair, local_pair, pipe_pair, descriptor_pair, piped_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_writer_options options;
    options.pool = segment_pool();
    stream_writer writer(pair.near, options);
    for (int i = 0; i != 10; ++i) {
        wait_outcome outcome;
        writer.write(asio::buffer(numbered_bytes(i == 4 ? 20'000 : 5)));
        writer.flush(outcome.handler());
        run_until(context, outcome);
        CHECK(outcome.succeeded());
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("stream_writer: half-close goes through, the other direction stays open", Pair,
                   tcp_pair, local_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_writer out(pair.near);
    stream_reader in(pair.near);
    read_outcome read;
    out.write(asio::buffer("ping", 4));
    in.async_read(read.handler());
    out.complete();
    CHECK(out.reader_completed());
    std::string got;
    error_code ec;
    asio::read(pair.far, asio::dynamic_buffer(got), ec);
    CHECK(ec == asio::error::eof);
    CHECK(got == "ping");
    CHECK(read.pending());
    asio::write(pair.far, asio::buffer("pong", 4));
    run_until(context, read);
    CHECK(read.text() == "pong");
}

TEST_CASE_TEMPLATE("stream_writer: the far end is closed under a flush", Pair, tcp_pair, local_pair,
                   pipe_pair, descriptor_pair) {
    std::signal(SIGPIPE, SIG_IGN); // descriptors, unlike sockets, would raise it
    asio::io_context context;
    Pair pair(context);
    stream_writer writer(pair.near);
    wait_outcome outcome;
    fill(context, writer, outcome);
    pair.far.close();
    run_until(context, outcome);
    CHECK((outcome.ec == asio::error::broken_pipe || outcome.ec == asio::error::connection_reset));
    CHECK(writer.try_flush().error() == outcome.ec);
}

TEST_CASE_TEMPLATE("stream_writer: the operations of the stream are cancelled, or it is closed",
                   Pair, tcp_pair, local_pair, descriptor_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_writer writer(pair.near);
    wait_outcome outcome, watched;
    fill(context, writer, outcome);
    pair.near.cancel();
    run_until(context, outcome);
    CHECK(outcome.failed(asio::error::operation_aborted));
    outcome = {};
    writer.flush(outcome.handler()); // goes on
    poll(context);
    CHECK(outcome.pending());
    pair.near.close();
    run_until(context, outcome);
    CHECK(outcome.failed(asio::error::operation_aborted));
    writer.async_wait_reader_completed(watched.handler());
    writer.complete();
    run_until(context, watched);
    CHECK(watched.failed(asio::error::bad_descriptor));
}

TEST_CASE("stream_writer: closed while complete sends the rest") {
    asio::io_context context;
    local_pair pair(context);
    stream_writer writer(pair.near);
    wait_outcome outcome, watched;
    fill(context, writer, outcome);
    writer.complete();
    writer.async_wait_reader_completed(watched.handler());
    poll(context);
    pair.near.close();
    run_until(context, watched);
    CHECK(watched.failed(asio::error::operation_aborted));
    CHECK(outcome.failed(asio::error::operation_aborted));
}

TEST_CASE_TEMPLATE("stream_writer: it owns a stream that it is given, and closes it", Pair,
                   tcp_pair, local_pair, pipe_pair) {
    asio::io_context context;
    Pair pair(context);
    {
        stream_writer writer(std::move(pair.near), stream_writer_options());
        static_assert(std::is_same_v<decltype(writer), stream_writer<near_stream<Pair>>>);
        wait_outcome outcome;
        writer.write(asio::buffer("abc", 3));
        writer.flush(outcome.handler());
        run_until(context, outcome);
        CHECK(outcome.succeeded());
    }
    poll(context);
    std::string got;
    error_code ec;
    asio::read(pair.far, asio::dynamic_buffer(got), ec);
    CHECK(got == "abc");
    CHECK(ec == asio::error::eof);
}
