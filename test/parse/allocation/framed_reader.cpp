// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/measurement.hpp"
#include "support/frames.hpp"
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

namespace {

using line_frames = framed_reader<pipe_reader&, line_decoder>;
using line_sink = framed_writer<pipe_writer&, line_encoder>;

template <class Frames>
void take_on(Frames& frames) {
    frames.async_next([&frames](error_code ec, readable_buffer) {
        if (!ec)
            take_on(frames);
    });
}

template <class Frames>
asio::awaitable<void> await_on(Frames& frames) {
    for (;;) {
        const auto [ec, frame] = co_await frames.async_next(as_result);
        if (ec)
            break;
    }
}

void write_on(test_pipe& pipe, measurement& measured, std::size_t part) {
    static constexpr const char* parts[] = {"3ab", "c08", "abcdefgh1i"};
    pipe.write(parts[part]);
    pipe.writer.flush([&pipe, &measured, part](error_code) {
        if (measured.next())
            write_on(pipe, measured, (part + 1) % 3);
    });
}

asio::awaitable<void> write_on(line_sink& lines, measurement& measured) {
    do {
        (void)lines.write("a line");
        co_await lines.async_write("another line, longer than a segment", asio::use_awaitable);
    } while (measured.next());
    lines.writer().complete();
}

} // namespace

TEST_CASE("rule 25: framed_reader, frames that are taken") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        test_pipe pipe(with_segments(size));
        digit_frames frames(pipe.reader);
        measurement measured;
        do {
            (void)pipe.publish("3abc08abcd");
            while (frames.try_next()) {
            }
            (void)pipe.publish("efgh");
            while (frames.try_next()) {
            }
        } while (measured.next());
        measured.check();
    }
}

TEST_CASE("rule 25: framed_reader, callbacks") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        digit_frames frames(pipe.reader);
        measurement measured;
        take_on(frames);
        write_on(pipe, measured, 0);
        pipe.poll();
        measured.check();
    }
}

TEST_CASE("rule 25: framed_reader and framed_writer, coroutines") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        for (const std::size_t pause : {1u, 100'000u}) {
            CAPTURE(size);
            CAPTURE(pause);
            test_pipe pipe(with_thresholds(pause, 0, with_segments(size)));
            line_frames frames(pipe.reader);
            line_sink lines(pipe.writer);
            measurement measured;
            asio::co_spawn(pipe.context, await_on(frames), asio::detached);
            asio::co_spawn(pipe.context, write_on(lines, measured), asio::detached);
            pipe.poll();
            measured.check();
        }
    }
}

TEST_CASE("rule 25: framed_writer, callbacks") {
    struct loop {
        test_pipe pipe;
        line_frames frames{pipe.reader};
        line_sink lines{pipe.writer};
        measurement measured;
        void next() {
            lines.async_write("a line", [this](error_code) {
                while (frames.try_next()) {
                }
                if (measured.next())
                    next();
            });
        }
    } forever;
    forever.next();
    forever.pipe.poll();
    forever.measured.check();
}

TEST_CASE("rule 25: framed_reader, waits that are cancelled") {
    struct loop {
        test_pipe pipe;
        digit_frames frames{pipe.reader};
        asio::cancellation_signal signal;
        measurement measured;
        void next(bool by_signal) {
            frames.async_next(asio::bind_cancellation_slot(
                signal.slot(), [this, by_signal](error_code, readable_buffer) {
                    if (measured.next())
                        next(by_signal);
                }));
            if (by_signal)
                signal.emit(asio::cancellation_type::terminal);
            else
                pipe.reader.cancel_pending_read();
        }
    };
    for (const bool by_signal : {true, false}) {
        loop forever;
        (void)forever.pipe.publish("5ab");
        forever.next(by_signal);
        forever.pipe.poll();
        forever.measured.check();
    }
}
