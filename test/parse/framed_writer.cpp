// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// GCC 12 with AddressSanitizer takes Asio's promises for uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include "support/frames.hpp"
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <new>
#include <utility>

#ifdef SLUICE_TEST_HAS_CONTEXT
#    include <boost/asio/spawn.hpp>
#endif

using namespace sluice;
using namespace sluice::test;

namespace {

using line_sink = framed_writer<pipe_writer&, line_encoder>;

} // namespace

TEST_CASE("framed_writer: what is written leaves with one flush") {
    for (const std::size_t size : segment_sizes) {
        test_pipe pipe(with_segments(size));
        line_sink lines(pipe.writer);
        CHECK(lines.write("one"));
        CHECK(lines.write(std::string("two")));
        CHECK(lines.unflushed() == 8);
        CHECK(pipe.reader.buffered() == 0);
        CHECK(lines.try_flush());
        CHECK(lines.unflushed() == 0);
        CHECK(pipe.stats().flushes == 1);
        CHECK(pipe.take() == "one\ntwo\n");
    }
}

TEST_CASE("framed_writer: async_write sends what was written before, too, and batches") {
    test_pipe pipe;
    line_sink lines(pipe.writer);
    wait_outcome sent, flushed;
    CHECK(lines.write("one"));
    lines.async_write("two", sent.handler());
    CHECK(sent.pending());
    CHECK(pipe.stats().flushes == 1);
    CHECK(lines.write("three"));
    lines.flush(flushed.handler());
    pipe.poll();
    CHECK(sent.succeeded());
    CHECK(flushed.succeeded());
    CHECK(pipe.take() == "one\ntwo\nthree\n");
}

TEST_CASE("framed_writer: a message that the encoder refuses is not written, others are") {
    test_pipe pipe;
    framed_writer lines(pipe.writer, line_encoder({.max_size = 5}));
    wait_outcome refused;
    CHECK(lines.write("one"));
    CHECK(lines.write("long line").error() == errc::frame_too_large);
    CHECK(lines.write("a\nb").error() == errc::malformed_frame);
    asio::post(pipe.context, [&] {
        lines.async_write("a\nb", refused.handler());
        CHECK(refused.pending());
    });
    pipe.poll();
    CHECK(refused.failed(errc::malformed_frame));
    CHECK(lines.unflushed() == 4);
    lines.encoder().max_size(9);
    CHECK(lines.write("long line"));
    CHECK(lines.try_flush());
    CHECK(pipe.take() == "one\nlong line\n");
}

TEST_CASE("framed_writer: back-pressure, cancellation, and the reader's end, as of flush") {
    test_pipe pipe(with_thresholds(4, 2));
    line_sink lines(pipe.writer);
    asio::cancellation_signal signal;
    wait_outcome waiting, cancelled, ended;
    lines.async_write("abc", waiting.handler());
    lines.async_write("def", asio::bind_cancellation_slot(signal.slot(), cancelled.handler()));
    pipe.poll();
    CHECK(lines.try_flush().error() == asio::error::would_block);
    CHECK(waiting.pending());
    signal.emit(asio::cancellation_type::total);
    pipe.poll();
    CHECK(cancelled.failed(asio::error::operation_aborted));
    CHECK(pipe.take() == "abc\ndef\n");
    pipe.poll();
    CHECK(waiting.succeeded());
    pipe.reader.complete();
    lines.async_write("ghi", ended.handler());
    pipe.poll();
    CHECK(ended.failed(asio::error::broken_pipe));
}

TEST_CASE("framed_writer: after the writer's end, and with an encoder that finds no memory") {
    struct greedy_encoder {
        error_code encode(int, pipe_writer&) { throw std::bad_alloc(); }
    };
    test_pipe pipe;
    framed_writer greedy(pipe.writer, greedy_encoder());
    wait_outcome no_memory, completed;
    greedy.async_write(1, no_memory.handler());
    pipe.poll();
    CHECK(no_memory.failed(make_error_code(boost::system::errc::not_enough_memory)));
    line_sink lines(pipe.writer);
    pipe.writer.complete();
    CHECK(thrown_by([&] { (void)lines.write("one"); }) == errc::already_completed);
    lines.async_write("one", completed.handler());
    pipe.poll();
    CHECK(completed.failed(errc::already_completed));
}

TEST_CASE("framed_writer: it may own its writer, and be moved") {
    test_pipe pipe;
    framed_writer<pipe_writer, line_encoder> first(std::move(pipe.writer));
    CHECK(first.write("one"));
    framed_writer<pipe_writer, line_encoder> second(std::move(first));
    CHECK(second.write("two"));
    second.writer().complete();
    CHECK(pipe.take() == "one\ntwo\n");
}

TEST_CASE("framed_writer: messages that can only be moved, or are changed by the encoder") {
    struct moving_encoder {
        error_code encode(std::unique_ptr<std::string> message, pipe_writer& writer) {
            writer.write(asio::buffer(*message));
            return {};
        }
        error_code encode(std::string& message, pipe_writer& writer) {
            writer.write(asio::buffer(message));
            message.clear();
            return {};
        }
    };
    test_pipe pipe;
    framed_writer frames(pipe.writer, moving_encoder());
    std::string changed = "b";
    CHECK(frames.write(std::make_unique<std::string>("a")));
    CHECK(frames.write(changed));
    wait_outcome sent;
    frames.async_write(std::make_unique<std::string>("c"), sent.handler());
    pipe.poll();
    CHECK(sent.succeeded());
    CHECK(changed == "");
    CHECK(pipe.take() == "abc");
}

TEST_CASE("framed_writer: the tokens") {
    test_pipe pipe;
    line_sink lines(pipe.writer);
    auto sent = lines.async_write("future", asio::use_future);
    lines.async_write("detached", asio::detached);
    pipe.poll();
    CHECK_NOTHROW(sent.get());
    run(pipe.context, [&]() -> asio::awaitable<void> {
        co_await lines.async_write("awaitable", asio::use_awaitable);
        const auto [ec] = co_await lines.async_write("tuple\n", as_result);
        CHECK(ec == errc::malformed_frame);
        co_await lines.async_write("default");
        CHECK(lines.write("batched"));
        co_await lines.flush();
    });
    wait_outcome later_sent;
    auto later = lines.async_write("deferred", asio::deferred);
    CHECK(lines.write("before"));
    std::move(later)(later_sent.handler());
    pipe.poll();
    CHECK(later_sent.succeeded());
#ifdef SLUICE_TEST_HAS_CONTEXT
    asio::spawn(
        pipe.context, [&](asio::yield_context yield) { lines.async_write("yield", yield); },
        asio::detached);
    pipe.poll();
    CHECK(pipe.take() ==
          "future\ndetached\nawaitable\ndefault\nbatched\nbefore\ndeferred\nyield\n");
#endif
}

TEST_CASE("framed_writer: an error reaches the handler through its executor, and keeps work") {
    test_pipe pipe;
    asio::io_context own;
    line_sink lines(pipe.writer);
    wait_outcome refused;
    lines.async_write("\n", asio::bind_executor(own, refused.handler()));
    pipe.poll();
    CHECK(refused.pending());
    CHECK_FALSE(own.stopped());
    poll(own);
    CHECK(refused.failed(errc::malformed_frame));
}

TEST_CASE("framed_reader, framed_writer: over streams, without a pipe between") {
    asio::io_context context;
    auto [near, far] = make_pipe_streams(context.get_executor());
    stream_writer to(near);
    stream_reader from(far);
    framed_writer lines(to, line_encoder());
    framed_reader received(from, line_decoder());
    CHECK(lines.write("one"));
    wait_outcome sent;
    lines.async_write("two", sent.handler());
    frame_outcome first, third;
    received.async_next(first.handler());
    poll(context);
    CHECK(sent.succeeded());
    CHECK(first.got("one"));
    CHECK(take_all(received) == "two|: would block");
    received.async_next(third.handler());
    poll(context);
    CHECK(third.pending());
    to.write(asio::buffer("thr", 3));
    (void)to.try_flush();
    poll(context);
    received.reader().cancel_pending_read();
    poll(context);
    CHECK(third.failed(asio::error::operation_aborted));
    received.release();
    CHECK(from.try_read().value().buffer.equals("thr"));
    from.consume(0);
    CHECK(lines.write("ee"));
    to.complete();
    poll(context);
    CHECK(take_all(received) == ending("three|", asio::error::eof));
}

namespace {

struct writer_that_counts : pipe_writer {
    explicit writer_that_counts(pipe_writer&& from) : pipe_writer(std::move(from)) {}
    template <class Token>
    auto flush(Token&& token) {
        ++flushes;
        return pipe_writer::flush(std::forward<Token>(token));
    }
    int flushes = 0;
};

} // namespace

TEST_CASE("framed_writer, framed_reader: a callback that is no temporary is copied") {
    test_pipe pipe;
    line_sink lines(pipe.writer);
    framed_reader received(pipe.reader, line_decoder());
    int calls = 0;
    std::function<void(error_code)> sent = [&](error_code) { ++calls; };
    std::function<void(error_code, readable_buffer)> got = [&](error_code, readable_buffer) {
        ++calls;
    };
    lines.async_write("one", sent);
    lines.async_write("two", sent);
    for (int i = 0; i != 2; ++i) {
        received.async_next(got);
        pipe.poll();
    }
    CHECK(calls == 4);
    CHECK((sent && got));
}

TEST_CASE("framed_writer: a writer that was derived flushes in its own way") {
    test_pipe pipe;
    writer_that_counts writer(std::move(pipe.writer));
    framed_writer lines(writer, line_encoder());
    wait_outcome sent;
    lines.async_write("one", sent.handler());
    pipe.poll();
    CHECK(sent.succeeded());
    CHECK(writer.flushes == 1);
    CHECK(pipe.take() == "one\n");
}
