// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/frames.hpp"
#include "support/proof.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace sluice;
using namespace sluice::test;
using asio::bind_cancellation_slot;
using asio::cancellation_type;

namespace {} // namespace

TEST_CASE("framed_reader: async_next never completes inside its initiating function") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome ready, waiting, refused;
    REQUIRE(pipe.publish("1a"));
    asio::post(pipe.context, [&] { // where it could be dispatched
        frames.async_next(ready.handler());
        CHECK(ready.pending());
    });
    pipe.poll();
    CHECK(ready.got("a"));
    asio::post(pipe.context, [&] {
        frames.async_next(waiting.handler());
        CHECK(waiting.pending());
    });
    pipe.poll();
    CHECK(waiting.pending());
    REQUIRE(pipe.publish("1b"));
    pipe.poll();
    CHECK(waiting.got("b"));
    pipe.writer.complete(asio::error::connection_reset);
    asio::post(pipe.context, [&] {
        frames.async_next(refused.handler());
        CHECK(refused.pending());
    });
    pipe.poll();
    CHECK(refused.failed(asio::error::connection_reset));
}

TEST_CASE("framed_reader: async_next completes through the handler's executor, and keeps work") {
    for (const bool ready : {false, true}) {
        CAPTURE(ready);
        test_pipe pipe;
        asio::io_context own;
        digit_frames frames(pipe.reader);
        frame_outcome next;
        if (ready)
            REQUIRE(pipe.publish("1a"));
        frames.async_next(asio::bind_executor(own, next.handler()));
        if (!ready) {
            own.poll();
            CHECK_FALSE(own.stopped());
            pipe.poll();
            CHECK_FALSE(pipe.context.stopped());
            REQUIRE(pipe.publish("1a"));
        }
        pipe.poll();
        CHECK(next.pending());
        CHECK_FALSE(own.stopped());
        poll(own);
        CHECK(next.got("a"));
        CHECK(own.stopped());
        pipe.poll();
        CHECK(pipe.context.stopped());
    }
}

TEST_CASE("framed_reader: async_next needs the context of the pipe for nothing that is there") {
    test_pipe pipe;
    asio::io_context own;
    digit_frames frames(pipe.reader);
    REQUIRE(pipe.publish("1a"));
    frame_outcome next;
    frames.async_next(asio::bind_executor(own, next.handler()));
    CHECK(next.pending());
    poll(own);
    CHECK(next.got("a"));
}

TEST_CASE("framed_reader: a handler on a strand runs in it") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    auto strand = asio::make_strand(pipe.context);
    int calls = 0;
    for (int i = 0; i != 2; ++i) {
        frames.async_next(asio::bind_executor(strand, [&](error_code ec, readable_buffer) {
            CHECK_FALSE(ec);
            CHECK(strand.running_in_this_thread());
            ++calls;
        }));
        if (i == 0)
            REQUIRE(pipe.publish("1a1b"));
        pipe.poll();
    }
    CHECK(calls == 2);
}

TEST_CASE("framed_reader: only one wait at a time; the second one fails and disturbs nothing") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome first, second;
    frames.async_next(first.handler());
    frames.async_next(second.handler());
    CHECK(frames.try_next().error() == errc::read_pending);
    pipe.poll();
    CHECK(second.failed(errc::read_pending));
    REQUIRE(pipe.publish("1a"));
    pipe.poll();
    CHECK(first.got("a"));
}

TEST_CASE("framed_reader: a read that was not answered is told, and the frames go on after it") {
    test_pipe pipe;
    REQUIRE(pipe.publish("x1a"));
    const readable_buffer raw = pipe.reader.try_read().value().buffer;
    digit_frames frames(pipe.reader);
    frame_outcome refused, next;
    CHECK(frames.try_next().error() == errc::advance_required);
    frames.async_next(refused.handler());
    pipe.poll();
    CHECK(refused.failed(errc::advance_required));
    pipe.reader.advance(raw.at(1));
    frames.async_next(next.handler());
    pipe.poll();
    CHECK(next.got("a"));
}

TEST_CASE("framed_reader: a wait that is cancelled, in each way and at each byte, loses nothing") {
    const std::string_view bytes = "03abc1d";
    for (const std::size_t size : segment_sizes)
        for (const cancellation_type type : all_types)
            for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
                CAPTURE(size);
                CAPTURE(cut);
                test_pipe pipe(with_segments(size));
                digit_frames frames(pipe.reader);
                asio::cancellation_signal signal;
                std::string taken;
                (void)pipe.publish(bytes.substr(0, cut));
                for (int i = 0; i != 4; ++i) {
                    frame_outcome next;
                    frames.async_next(bind_cancellation_slot(signal.slot(), next.handler()));
                    pipe.poll();
                    signal.emit(type);
                    add_to_proof(6, "cancellations of frames", 1);
                    pipe.poll();
                    REQUIRE(next.calls == 1);
                    if (!next.ec)
                        taken += next.text + "|";
                    else
                        CHECK(next.ec == asio::error::operation_aborted);
                }
                (void)pipe.publish(bytes.substr(cut));
                CHECK(taken + take_all(frames) == "|abc|d|: would block");
            }
}

TEST_CASE("framed_reader: cancel_pending_read ends the wait, or the next one, and loses nothing") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome first, second, third;
    REQUIRE(pipe.publish("3a"));
    frames.async_next(first.handler());
    pipe.poll();
    pipe.reader.cancel_pending_read();
    pipe.poll();
    CHECK(first.failed(asio::error::operation_aborted));

    pipe.reader.cancel_pending_read();
    frames.async_next(second.handler());
    pipe.poll();
    CHECK(second.failed(asio::error::operation_aborted));
    pipe.reader.cancel_pending_read();
    CHECK(frames.try_next().error() == asio::error::operation_aborted);

    frames.async_next(third.handler());
    REQUIRE(pipe.publish("bc"));
    pipe.poll();
    CHECK(third.got("abc"));
}

TEST_CASE("framed_reader: a cancelled wait is still woken only by the whole frame") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    frame_outcome cancelled, next;
    REQUIRE(pipe.publish("5a"));
    frames.async_next(cancelled.handler());
    pipe.poll();
    pipe.reader.cancel_pending_read();
    pipe.poll();
    frames.async_next(next.handler());
    REQUIRE(pipe.publish("bcd"));
    pipe.poll();
    CHECK(frames.decoder().calls == 1);
    REQUIRE(pipe.publish("e"));
    pipe.poll();
    CHECK(next.got("abcde"));
    CHECK(frames.decoder().calls == 2);
}

TEST_CASE("framed_reader: a cancellation by the writer that the frames have woken is not lost") {
    for (const bool at_once : {false, true}) { // when the wait begins, or when bytes have arrived
        CAPTURE(at_once);
        pipe_options options = with_thresholds(4, 1);
        options.writer_resumption = resumption::dispatch;
        test_pipe pipe(options);
        digit_frames frames(pipe.reader);
        asio::cancellation_signal signal;
        frame_outcome taken, next;
        const auto pause = [&](std::string_view bytes) {
            pipe.write(bytes);
            pipe.writer.flush([&](error_code) { signal.emit(cancellation_type::total); });
        };
        if (at_once) {
            pause("1a8bcde");
            pipe.poll();
            CHECK(frames.try_next().value().equals("a"));
        } else {
            pipe.write("1a8bcde");
        }
        asio::post(pipe.context, [&] {
            frames.async_next(bind_cancellation_slot(signal.slot(), next.handler()));
            if (!at_once)
                pause("");
        });
        pipe.poll();
        if (!at_once) {
            CHECK(next.got("a"));
            frames.async_next(bind_cancellation_slot(signal.slot(), taken.handler()));
            pipe.poll();
            CHECK(taken.calls == 1);
        } else {
            CHECK(next.failed(asio::error::operation_aborted));
        }
        (void)pipe.publish("fghi");
        CHECK(take_all(frames) == "bcdefghi|: would block");
    }
}

TEST_CASE("framed_reader: a context may end while a wait is outstanding, or ready") {
    for (const std::string_view bytes : {"", "3a", "1a"}) {
        auto token = std::make_shared<int>(0);
        {
            std::optional<test_pipe> pipe(std::in_place);
            digit_frames frames(pipe->reader);
            (void)pipe->publish(bytes);
            frames.async_next([token](error_code, readable_buffer) { FAIL("called"); });
            CHECK(token.use_count() == 2);
        }
        CHECK(token.use_count() == 1);
    }
}

TEST_CASE("framed_reader: the writer goes, and a wait ends with writer_abandoned") {
    std::optional<test_pipe> pipe(std::in_place);
    digit_frames frames(pipe->reader);
    frame_outcome next;
    frames.async_next(next.handler());
    { const pipe_writer gone(std::move(pipe->writer)); }
    pipe->poll();
    CHECK(next.failed(errc::writer_abandoned));
}
