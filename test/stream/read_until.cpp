// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/frames.hpp"
#include <sluice/stream/read_exactly.hpp>
#include <sluice/stream/read_until.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace sluice;
using namespace sluice::test;
using asio::bind_cancellation_slot;
using asio::cancellation_type;

namespace {

// Both operations, so that what they have in common is tested once: each is to give "ab\r\n".
const auto until_end_of_line = [](pipe_reader& reader, auto&& token) {
    return async_read_until(reader, "\r\n", std::forward<decltype(token)>(token));
};
const auto four_bytes = [](pipe_reader& reader, auto&& token) {
    return async_read_exactly(reader, 4, std::forward<decltype(token)>(token));
};

template <class Check>
void with_both(Check check) {
    SUBCASE("async_read_until") {
        check(until_end_of_line);
    }
    SUBCASE("async_read_exactly") {
        check(four_bytes);
    }
}

} // namespace

TEST_CASE(
    "async_read_until, async_read_exactly: the bytes in every three parts, in every segment") {
    with_both([](auto start) {
        const std::string_view bytes = "ab\r\ncd";
        for (const std::size_t size : segment_sizes)
            for (std::size_t a = 0; a <= bytes.size(); ++a)
                for (std::size_t b = a; b <= bytes.size(); ++b) {
                    CAPTURE(size);
                    CAPTURE(a);
                    CAPTURE(b);
                    test_pipe pipe(with_segments(size));
                    frame_outcome line;
                    (void)pipe.publish(bytes.substr(0, a));
                    readable_buffer view;
                    start(pipe.reader, [&](error_code ec, readable_buffer seen) {
                        line.handler()(ec, seen);
                        view = seen;
                    });
                    for (const auto part : {bytes.substr(a, b - a), bytes.substr(b)}) {
                        pipe.poll();
                        (void)pipe.publish(part);
                    }
                    pipe.poll();
                    REQUIRE(line.got("ab\r\n"));
                    pipe.reader.advance(view.finish()); // it stands delivered
                    CHECK(pipe.take() == "cd");
                }
    });
}

TEST_CASE("async_read_until, async_read_exactly: bytes that others have examined count") {
    with_both([](auto start) {
        test_pipe pipe;
        frame_outcome line;
        REQUIRE(pipe.publish("ab\r\n"));
        const readable_buffer seen = pipe.reader.try_read().value().buffer;
        pipe.reader.advance(seen.start(), seen.finish());
        start(pipe.reader, line.handler());
        pipe.poll();
        CHECK(line.got("ab\r\n"));
    });
}

TEST_CASE("async_read_until, async_read_exactly: the end, or the writer's error, comes too early") {
    with_both([](auto start) {
        const error_code ends[] = {asio::error::eof, asio::error::connection_reset};
        for (const error_code end : ends)
            for (const char* when : {"with the bytes", "apart", "seen before"})
                for (const std::string_view bytes : {"", "ab\r"}) {
                    CAPTURE(when);
                    CAPTURE(bytes);
                    const bool seen = when == std::string_view("seen before");
                    test_pipe pipe;
                    frame_outcome line;
                    if (!seen)
                        start(pipe.reader, line.handler());
                    pipe.write(bytes);
                    if (when == std::string_view("apart"))
                        (void)pipe.writer.try_flush();
                    pipe.poll();
                    pipe.writer.complete(end == asio::error::eof ? error_code() : end);
                    if (seen) {
                        if (const auto read = pipe.reader.try_read())
                            pipe.reader.advance(read->buffer.start(), read->buffer.finish());
                        start(pipe.reader, line.handler());
                    }
                    pipe.poll();
                    CHECK(line.failed(end));
                    CHECK(line.text == bytes);
                    read_outcome next; // it needs no advance
                    pipe.reader.async_read(next.handler());
                    pipe.poll();
                    CHECK(next.failed(end));
                    CHECK(next.text() == bytes);
                }
    });
}

TEST_CASE("async_read_until, async_read_exactly: what is shown at an early end may be advanced") {
    with_both([](auto start) {
        test_pipe pipe;
        pipe.write("abc");
        pipe.writer.complete();
        int calls = 0;
        start(pipe.reader, [&](error_code ec, readable_buffer rest) {
            CHECK(ec == asio::error::eof);
            pipe.reader.advance(rest.finish());
            ++calls;
        });
        pipe.poll();
        CHECK(calls == 1);
        CHECK(pipe.reader.buffered() == 0);
    });
}

TEST_CASE("async_read_until, async_read_exactly: cancelled, they have not happened") {
    with_both([](auto start) {
        for (const auto type : {cancellation_type::terminal, cancellation_type::partial,
                                cancellation_type::total, cancellation_type::none}) {
            for (const std::string_view bytes : {"", "a", "ab\r"}) {
                test_pipe pipe;
                asio::cancellation_signal signal;
                frame_outcome cancelled, line;
                start(pipe.reader, bind_cancellation_slot(signal.slot(), cancelled.handler()));
                (void)pipe.publish(bytes);
                pipe.poll();
                CHECK(cancelled.pending());
                if (type == cancellation_type::none)
                    pipe.reader.cancel_pending_read();
                else
                    signal.emit(type);
                pipe.poll();
                CHECK(cancelled.failed(asio::error::operation_aborted));
                const auto read = pipe.reader.try_read();
                CHECK((read ? read->buffer.to_string() : std::string()) == bytes);
                if (read)
                    pipe.reader.advance(read->buffer.start(), read->buffer.finish());
                start(pipe.reader, line.handler());
                (void)pipe.publish(std::string_view("ab\r\n").substr(bytes.size()));
                pipe.poll();
                CHECK(line.got("ab\r\n"));
            }
        }
    });
}

TEST_CASE("async_read_until, async_read_exactly: a cancellation by the writer they wake") {
    with_both([](auto start) {
        pipe_options options = with_thresholds(3, 1);
        options.writer_resumption = resumption::dispatch;
        test_pipe pipe(options);
        asio::cancellation_signal signal;
        frame_outcome line;
        start(pipe.reader, bind_cancellation_slot(signal.slot(), line.handler()));
        pipe.write("abc");
        pipe.writer.flush([&](error_code) { signal.emit(cancellation_type::total); });
        pipe.poll();
        CHECK(line.failed(asio::error::operation_aborted));
        CHECK(pipe.take() == "abc");
    });
}

TEST_CASE("async_read_until, async_read_exactly: misuse is told, and changes nothing") {
    with_both([](auto start) {
        test_pipe pipe;
        frame_outcome first, second, third, fourth;
        start(pipe.reader, first.handler());
        start(pipe.reader, second.handler());
        pipe.poll();
        CHECK(second.failed(errc::read_pending));
        (void)pipe.publish("ab\r\n");
        pipe.poll();
        CHECK(first.got("ab\r\n"));
        start(pipe.reader, third.handler());
        pipe.poll();
        CHECK(third.failed(errc::advance_required));
        pipe.reader.consume(4);
        pipe.reader.complete();
        start(pipe.reader, fourth.handler());
        pipe.poll();
        CHECK(fourth.failed(errc::already_completed));
    });
}

TEST_CASE("async_read_until, async_read_exactly: never inside the initiating function") {
    with_both([](auto start) {
        test_pipe pipe;
        asio::io_context own;
        frame_outcome line;
        REQUIRE(pipe.publish("ab\r\n"));
        asio::post(pipe.context, [&] {
            start(pipe.reader, asio::bind_executor(own, line.handler()));
            CHECK(line.pending());
        });
        pipe.poll();
        CHECK(line.pending());
        own.poll();
        CHECK(line.got("ab\r\n"));
    });
}

TEST_CASE("async_read_until, async_read_exactly: they keep work, and a context may end meanwhile") {
    with_both([](auto start) {
        auto owned = std::make_shared<int>();
        {
            test_pipe pipe;
            start(pipe.reader, [owned](error_code, readable_buffer) { FAIL("called"); });
            pipe.poll();
            CHECK_FALSE(pipe.context.stopped());
            CHECK(owned.use_count() == 2);
        }
        CHECK(owned.use_count() == 1);
    });
}

TEST_CASE("async_read_until: a byte, a set, an escape, a text across pieces, and nothing") {
    const auto line = [](std::string_view bytes, const delimiter& what) {
        test_pipe pipe(with_segments(2));
        frame_outcome found;
        async_read_until(pipe.reader, what, found.handler());
        for (const char& byte : bytes) {
            (void)pipe.publish({&byte, 1});
            pipe.poll();
        }
        return found.pending() ? "nothing" : found.text;
    };
    const byte_set stops(";,");
    CHECK(line("ab\ncd", '\n') == "ab\n");
    CHECK(line("ab,cd;", stops) == "ab,");
    CHECK(line("a\\;b;c", delimiter(';').escaped_by('\\')) == "a\\;b;");
    CHECK(line("aaab", "aab") == "aaab");
    CHECK(line("ababac", "abac") == "ababac");
    CHECK(line("abc", "") == "");
    CHECK(line("abc", "bd") == "nothing");
}

TEST_CASE("async_read_until: the delimiter does not come within the pipe's limit") {
    pipe_options options;
    options.max_buffered = 10;
    test_pipe pipe(options);
    frame_outcome line;
    async_read_until(pipe.reader, '\n', line.handler());
    for (int i = 0; i != 6; ++i) {
        CHECK(line.pending());
        (void)pipe.publish("ab");
        pipe.poll();
    }
    CHECK(line.failed(errc::buffer_limit_exceeded));
    CHECK(line.text == "abababababab");
}

TEST_CASE("async_read_exactly: more than may be buffered, nothing, and a paused writer") {
    pipe_options options = with_thresholds(2, 1);
    options.max_buffered = 10;
    test_pipe pipe(options);
    frame_outcome none, much, most;
    async_read_exactly(pipe.reader, 0, none.handler());
    pipe.poll();
    CHECK(none.got(""));
    pipe.reader.consume(0);
    async_read_exactly(pipe.reader, 11, much.handler());
    pipe.poll();
    CHECK(much.failed(errc::buffer_limit_exceeded));
    async_read_exactly(pipe.reader, 10, most.handler());
    for (int i = 0; i != 5; ++i) {
        wait_outcome flushed;
        pipe.write("ab");
        pipe.writer.flush(flushed.handler());
        pipe.poll();
        CHECK(flushed.calls == (i == 4 ? 0 : 1));
        if (i == 4) {
            CHECK(most.got("ababababab"));
            pipe.reader.consume(10);
            pipe.poll();
        }
        CHECK(flushed.succeeded());
    }
}
