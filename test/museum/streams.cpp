// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Bugs of KJ, Okio, Seastar, Corosio and of relays and pipes in general, as tests of this library.
#include "support/build_kind.hpp"
#include "support/numbered_bytes.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay.hpp>
#include <sluice/stream/stream_writer.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <memory>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_stream;

// A pipe was pumped into another one; its end reached the pump and nobody behind it.
TEST_CASE("KJ: EOF lost on a pumped pipe") {
    for (const std::size_t size : {0, 1, 100'000}) {
        asio::io_context context;
        sluice::pipe from(context), to(context);
        transfer_outcome pumped;
        async_pump(from.reader, to.writer, {}, pumped.handler());
        std::string seen;
        bool ended = false;
        const auto take = [&] {
            poll(context);
            while (const auto read = to.reader.try_read()) {
                seen += read->buffer.to_string();
                ended = ended || read->completed;
                to.reader.consume(read->buffer.size());
                poll(context);
            }
        };
        const std::string bytes = numbered_bytes(size);
        from.writer.write(asio::buffer(bytes));
        (void)from.writer.try_flush();
        take();
        CHECK(seen == bytes);
        CHECK_FALSE(ended);
        from.writer.complete();
        take();
        CHECK(seen == bytes);
        CHECK(ended);
        CHECK(pumped.done());
    }
}

// A reader that waited in its source when the sink was closed was not notified, and waited on.
TEST_CASE("Okio: reader stuck after its source closed") {
    for (const bool by_destruction : {false, true}) {
        test_pipe pipe;
        std::optional<pipe_writer> writer(std::move(pipe.writer));
        read_outcome read;
        pipe.reader.async_read(read.handler());
        pipe.poll();
        CHECK(read.pending());
        if (by_destruction)
            writer.reset();
        else
            writer->complete();
        pipe.poll();
        CHECK(read.calls == 1);
        CHECK(read.ec == (by_destruction ? error_code(errc::writer_abandoned) : error_code()));
        CHECK(read.result.completed == !by_destruction);
    }
}

// The flush of an output stream was over while the stream below still used its buffers.
TEST_CASE("Seastar: flush returns before buffers are used") {
    asio::io_context context;
    scripted_stream stream(context.get_executor());
    stream_writer writer(stream);
    wait_outcome flushed;
    const std::string bytes = numbered_bytes(10'000);
    writer.write(asio::buffer(bytes));
    writer.flush(flushed.handler());
    std::size_t accepted = 0;
    while (accepted != bytes.size()) {
        poll(context);
        CHECK(stream.written == bytes.substr(0, accepted));
        REQUIRE(flushed.pending());
        const std::size_t n = std::min<std::size_t>(3333, bytes.size() - accepted);
        stream.accept(n);
        accepted += n;
    }
    poll(context);
    CHECK(flushed.succeeded());
    CHECK(stream.written == bytes);
}

// Buffers that were handed over went out before bytes that had been copied earlier.
TEST_CASE("Seastar: zero-copy and copied writes reordered") {
    for (const std::size_t segment : {1, 2, 16, 4096}) {
        test_pipe source(with_segments(segment));
        REQUIRE(source.publish("<handed over>"));
        const preserved_buffer kept = source.reader.try_read().value().buffer.preserve();

        asio::io_context context;
        scripted_stream stream(context.get_executor());
        stream.accept_all(5);
        stream_writer_options options;
        options.pool = with_segments(segment).pool;
        options.minimum_segment_size = 1;
        stream_writer writer(stream, options);
        std::string expected;
        for (int i = 0; i != 8; ++i) {
            const std::string copied = "copied " + std::to_string(i);
            writer.write(asio::buffer(copied));
            writer.append(kept);
            expected += copied + "<handed over>";
            if (i % 3 == 2)
                (void)writer.try_flush();
        }
        wait_outcome flushed;
        writer.flush(flushed.handler());
        poll(context);
        CHECK(flushed.succeeded());
        CHECK(stream.written == expected);
    }
}

// The context went down with coroutines suspended in operations: nobody destroyed their frames.
TEST_CASE("Corosio: frames leaked at shutdown") {
    std::weak_ptr<int> frames[5];
    {
        asio::io_context context;
        scripted_stream stream(context.get_executor());
        sluice::pipe one(context), two(context), full(context, with_thresholds(1, 0));
        full.writer.write(asio::buffer("x", 1));
        const auto spawn = [&](std::weak_ptr<int>& frame, auto suspend) {
            auto alive = std::make_shared<int>();
            frame = alive;
            asio::co_spawn(
                context,
                [](auto wait, std::shared_ptr<int>) -> asio::awaitable<void> {
                    co_await wait();
                }(suspend, std::move(alive)),
                [](std::exception_ptr) {});
        };
        spawn(frames[0],
              [&]() -> asio::awaitable<void> { (void)co_await one.reader.async_read(as_result); });
        spawn(frames[1],
              [&]() -> asio::awaitable<void> { (void)co_await full.writer.flush(as_result); });
        spawn(frames[2], [&]() -> asio::awaitable<void> {
            (void)co_await full.writer.async_wait_reader_completed(as_result);
        });
        spawn(frames[3], [&]() -> asio::awaitable<void> {
            (void)co_await async_pump(stream, one.writer, {}, as_result);
        });
        spawn(frames[4], [&]() -> asio::awaitable<void> {
            (void)co_await async_pump(two.reader, stream, {}, as_result);
        });
        poll(context);
        for (const auto& frame : frames)
            CHECK_FALSE(frame.expired());
    }
    for (const auto& frame : frames)
        CHECK(frame.expired());
}

// Each end resumed the other one inside its own call, and each round took more of the stack.
TEST_CASE("stack overflow by mutual resumption") {
    struct ping_pong {
        static std::uintptr_t stack() {
            return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        }
        void produce() {
            lowest = std::min(lowest, stack());
            if (rounds++ == last)
                return ends.writer.complete();
            ends.write("x");
            ends.writer.flush([this](error_code) { produce(); });
        }
        void consume() {
            ends.reader.async_read([this](error_code ec, const read_result& read) {
                lowest = std::min(lowest, stack());
                if (ec)
                    return;
                ends.reader.consume(read.buffer.size());
                consume();
            });
        }
        test_pipe ends{with_thresholds(1, 0)};
        unsigned rounds = 0, last = 200'000;
        std::uintptr_t lowest = stack();
    };
    ping_pong game;
    const std::uintptr_t top = game.lowest;
    game.consume();
    asio::post(game.ends.context, [&] { game.produce(); });
    game.ends.context.run();
    CHECK(game.rounds == game.last + 1);
    CHECK(top - game.lowest < (is_sanitized ? 256u : 64u) * 1024);
}

// A client that shut down its sending side after the request never got the answer.
TEST_CASE("relay that closes both sides at the first EOF") {
    asio::io_context context;
    scripted_stream client(context.get_executor()), server(context.get_executor());
    client.accept_all();
    server.accept_all();
    std::optional<error_code> outcome;
    relay_result result;
    async_relay(client, server, {}, [&](error_code ec, relay_result r) {
        outcome = ec;
        result = r;
    });
    client.deliver("request", asio::error::eof);
    poll(context);
    CHECK(server.written == "request");
    CHECK(server.shutdowns == 1);
    CHECK(client.shutdowns == 0);
    CHECK_FALSE(outcome);
    for (int i = 0; i != 3; ++i) {
        server.deliver("answer");
        poll(context);
    }
    CHECK_FALSE(outcome);
    server.deliver_end();
    poll(context);
    CHECK(client.written == "answeransweranswer");
    CHECK(client.shutdowns == 1);
    REQUIRE(outcome);
    CHECK_FALSE(*outcome);
    CHECK(result.b_to_a.bytes == 18);
}
