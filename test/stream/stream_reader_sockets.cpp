// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/piped_pair.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/stream/stream_reader.hpp>

#include <boost/asio/write.hpp>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Pair>
constexpr bool is_tried = detail::triable_source<std::remove_reference_t<decltype(Pair::far)>>;

template <class Stream>
asio::awaitable<void> send_numbered(Stream& stream, std::uint64_t count) {
    for (std::uint64_t sent = 0; sent != count;) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(count - sent, 40'000));
        const std::string bytes = numbered_bytes(n, sent);
        sent += co_await asio::async_write(stream, asio::buffer(bytes), asio::use_awaitable);
    }
    end_sending(stream);
}

} // namespace

TEST_CASE_TEMPLATE("stream_reader: much through real streams, and their end", Pair, tcp_pair,
                   local_pair, pipe_pair, descriptor_pair, piped_pair) {
    constexpr std::uint64_t much = 3'000'000;
    asio::io_context context;
    Pair pair(context);
    asio::co_spawn(context, send_numbered(pair.near, much),
                   [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    stream_reader reader(pair.far);
    std::uint64_t count = 0;
    bool completed = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            while (!completed) {
                const read_result read = co_await reader.async_read(asio::use_awaitable);
                CHECK(is_numbered(read.buffer.to_string(), count));
                count += read.buffer.size();
                completed = read.completed;
                reader.advance(read.buffer.finish());
            }
            const auto [ec, read] = co_await reader.async_read(as_result);
            CHECK(ec == asio::error::eof);
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.run();
    CHECK(count == much);
}

TEST_CASE_TEMPLATE("stream_reader: rule 26: idle, it holds no memory", Pair, tcp_pair, local_pair,
                   descriptor_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_reader_options options;
    options.pool = segment_pool();
    stream_reader reader(pair.far, options);
    for (int i = 0; i != 20; ++i) {
        read_outcome outcome;
        reader.async_read(outcome.handler());
        poll(context);
        CHECK(outcome.pending());
        CHECK(options.pool.stats().bytes_in_use == 0);
        asio::write(pair.near, asio::buffer(numbered_bytes(i % 3 == 0 ? 20'000 : 5)));
        run_until(context, outcome);
        REQUIRE(outcome.succeeded());
        reader.consume(outcome.result.buffer.size());
        while (true) {
            const auto more = reader.try_read();
            if (!more)
                break;
            reader.consume(more->buffer.size());
        }
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE_TEMPLATE("stream_reader: try_read takes what the stream has, and never waits", Pair,
                   tcp_pair, local_pair, pipe_pair, descriptor_pair, piped_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_reader reader(pair.far);
    CHECK(reader.try_read().error() == asio::error::would_block);
    for (int i = 0; i != 3; ++i) {
        error_code ec;
        pair.near.write_some(asio::buffer("abc", 3), ec);
        const auto read = reader.try_read();
        if constexpr (is_tried<Pair>) {
            REQUIRE(read.has_value());
            CHECK(read->buffer.equals("abc"));
            reader.consume(1);
            CHECK(reader.try_read()->buffer.equals("bc"));
            reader.consume(2);
        } else {
            CHECK(read.error() == asio::error::would_block);
        }
        CHECK(reader.buffered() == 0);
    }
    pair.near.close();
    if constexpr (is_tried<Pair>) {
        CHECK(reader.try_read()->completed);
        reader.consume(0);
        CHECK(reader.try_read().error() == asio::error::eof);
    }
}

TEST_CASE_TEMPLATE("stream_reader: try_read while an earlier wait is still being cancelled", Pair,
                   tcp_pair, local_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_reader reader(pair.far);
    read_outcome outcome;
    reader.async_read(outcome.handler());
    reader.cancel_pending_read();
    asio::write(pair.near, asio::buffer("abc", 3));
    CHECK(reader.try_read().error() == errc::read_pending);
    run_until(context, outcome);
    CHECK(outcome.result.cancelled);
    CHECK(reader.try_read()->buffer.equals("abc"));
}

TEST_CASE("stream_reader: a reset connection is an error behind what was read") {
    asio::io_context context;
    tcp_pair pair(context);
    stream_reader reader(pair.far);
    read_outcome outcome, failed;
    asio::write(pair.near, asio::buffer("abc", 3));
    reader.async_read(outcome.handler());
    run_until(context, outcome);
    reader.advance(outcome.result.buffer.start(), outcome.result.buffer.finish());
    pair.near.set_option(asio::socket_base::linger(true, 0));
    pair.near.close();
    reader.async_read(failed.handler());
    run_until(context, failed);
    CHECK(failed.failed(asio::error::connection_reset));
    CHECK(failed.text() == "abc");
    CHECK(reader.try_read().error() == asio::error::connection_reset);
}

TEST_CASE_TEMPLATE("stream_reader: the operations of the stream are cancelled, or it is closed",
                   Pair, tcp_pair, local_pair, descriptor_pair) {
    asio::io_context context;
    Pair pair(context);
    stream_reader reader(pair.far);
    read_outcome outcome;
    reader.async_read(outcome.handler());
    poll(context);
    pair.far.cancel();
    run_until(context, outcome);
    CHECK(outcome.failed(asio::error::operation_aborted));
    asio::write(pair.near, asio::buffer("abc", 3));
    outcome = {};
    reader.async_read(outcome.handler());
    run_until(context, outcome);
    CHECK(outcome.text() == "abc");
    reader.consume(3);
    outcome = {};
    reader.async_read(outcome.handler());
    poll(context);
    pair.far.close();
    run_until(context, outcome);
    CHECK(outcome.failed(asio::error::operation_aborted));
    outcome = {};
    reader.async_read(outcome.handler());
    run_until(context, outcome);
    CHECK(outcome.failed(asio::error::bad_descriptor));
}

TEST_CASE("stream_reader: the stream may be used, or replaced, between reads") {
    asio::io_context context;
    local_pair first(context), second(context);
    stream_reader reader(first.far);
    asio::write(first.near, asio::buffer("one two", 7));
    CHECK(reader.try_read()->buffer.equals("one two"));
    reader.consume(4);
    asio::write(first.near, asio::buffer("3", 1));
    char past = 0;
    CHECK(first.far.read_some(asio::buffer(&past, 1)) == 1);
    CHECK(past == '3');
    first.far = std::move(second.far);
    CHECK(reader.try_read()->buffer.equals("two"));
    reader.consume(3);
    asio::write(second.near, asio::buffer("four", 4));
    read_outcome outcome;
    reader.async_read(outcome.handler());
    run_until(context, outcome);
    CHECK(outcome.text() == "four");
}

TEST_CASE("stream_reader: it owns a stream that it is given, and closes it") {
    asio::io_context context;
    local_pair pair(context);
    {
        stream_reader reader(std::move(pair.far), stream_reader_options());
        static_assert(
            std::is_same_v<decltype(reader), stream_reader<asio::local::stream_protocol::socket>>);
        asio::write(pair.near, asio::buffer("abc", 3));
        CHECK(reader.try_read()->buffer.equals("abc"));
        CHECK(reader.stream().is_open());
    }
    error_code ec;
    char byte = 0;
    pair.near.read_some(asio::buffer(&byte, 1), ec);
    CHECK(ec == asio::error::eof);
}
