// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/frames.hpp"
#include <sluice/parse/line_decoder.hpp>

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

namespace {

// The frames of these bytes, which arrive in these parts, and how they end; taken with try_next, or
// awaited. The end comes with the last bytes, or apart from them.
template <class Frames>
struct arrival {
    bool awaited = false, end_apart = false;
    error_code end = {};
    std::size_t segment = 0;
    std::uint64_t error_position = 0;
    std::string rest = {};

    std::string of(std::initializer_list<std::string_view> parts) {
        test_pipe pipe(with_segments(segment));
        Frames frames(pipe.reader);
        std::string seen;
        if (awaited)
            next(frames, seen);
        for (const std::string_view part : parts) {
            pipe.write(part);
            const bool last = part.data() == (parts.end() - 1)->data();
            if (!last || end_apart)
                (void)pipe.writer.try_flush();
            if (last && !end_apart)
                pipe.writer.complete(end);
            settle(pipe, frames, seen);
        }
        pipe.writer.complete(end);
        settle(pipe, frames, seen);
        error_position = frames.error_position();
        rest = frames.rest().to_string();
        // It is final.
        const error_code last = frames.try_next().error();
        CHECK(frames.try_next().error() == last);
        frame_outcome again;
        frames.async_next(again.handler());
        pipe.poll();
        CHECK(again.failed(last));
        CHECK(frames.error_position() == error_position);
        return seen + ": " + last.message();
    }

private:
    void settle(test_pipe& pipe, Frames& frames, std::string& seen) const {
        pipe.poll();
        while (!awaited) {
            const auto frame = frames.try_next();
            if (!frame)
                return;
            seen += frame->to_string() + "|";
        }
    }
    static void next(Frames& frames, std::string& seen) {
        frames.async_next([&](error_code ec, readable_buffer frame) {
            if (ec)
                return;
            seen += frame.to_string() + "|";
            next(frames, seen);
        });
    }
};

template <class Frames, class Check>
void in_every_way(Check check) {
    for (const std::size_t segment : segment_sizes)
        for (const bool awaited : {false, true})
            for (const bool end_apart : {false, true}) {
                CAPTURE(segment);
                CAPTURE(awaited);
                CAPTURE(end_apart);
                arrival<Frames> way;
                way.awaited = awaited;
                way.end_apart = end_apart;
                way.segment = segment;
                check(way);
            }
}

} // namespace

TEST_CASE("framed_reader: the end behind a frame is eof") {
    in_every_way<digit_frames>([](auto& way) {
        CHECK(way.of({"2ab0", "3cde"}) == ending("ab||cde|", asio::error::eof));
        CHECK(way.of({"", "2", "ab"}) == ending("ab|", asio::error::eof));
        CHECK(way.of({""}) == ending("", asio::error::eof));
        CHECK(way.rest == "");
    });
}

TEST_CASE("framed_reader: the end in the middle of a frame is truncated_frame, and tells where") {
    in_every_way<digit_frames>([](auto& way) {
        CHECK(way.of({"2ab5c", "de"}) == ending("ab|", errc::truncated_frame));
        CHECK(way.error_position == 7);
        CHECK(way.rest == "5cde");
        CHECK(way.of({"2ab", "1"}) == ending("ab|", errc::truncated_frame));
        CHECK(way.error_position == 4);
        CHECK(way.of({"8"}) == ending("", errc::truncated_frame));
        CHECK(way.error_position == 1);
    });
}

TEST_CASE("framed_reader: the errors of the decoder come behind all frames, and tell where") {
    in_every_way<digit_frames>([](auto& way) {
        CHECK(way.of({"2ab1c", "!1d"}) == ending("ab|c|", errc::malformed_frame));
        CHECK(way.error_position == 5);
        CHECK(way.rest.substr(0, 1) == "!");
        CHECK(way.of({"2ab", "9", "abc"}) == ending("ab|", errc::frame_too_large));
        CHECK(way.error_position == 3);
        CHECK(way.of({"!"}) == ending("", errc::malformed_frame));
        CHECK(way.error_position == 0);
    });
}

TEST_CASE("framed_reader: the position of an error counts from the beginning of the stream") {
    test_pipe pipe;
    REQUIRE(pipe.publish("12345"));
    CHECK(pipe.take() == "12345");
    REQUIRE(pipe.publish("1a?"));
    digit_frames frames(pipe.reader);
    CHECK(take_all(frames) == ending("a|", errc::malformed_frame));
    CHECK(frames.error_position() == 7);
}

TEST_CASE("framed_reader: an error of the writer comes behind all frames, also where one is cut") {
    in_every_way<digit_frames>([](auto& way) {
        way.end = error_code(asio::error::connection_reset);
        CHECK(way.of({"2ab", "1c"}) == ending("ab|c|", asio::error::connection_reset));
        CHECK(way.of({"2ab5", "c"}) == ending("ab|", asio::error::connection_reset));
        CHECK(way.of({""}) == ending("", asio::error::connection_reset));
    });
}

TEST_CASE("framed_reader: a decoder that is told of the end gives its last frames") {
    in_every_way<pair_frames>([](auto& way) {
        CHECK(way.of({"abcde", "fgh"}) == ending("ab|cd|ef|gh|.|", asio::error::eof));
        CHECK(way.of({"abcd"}) == ending("ab|cd|.|", asio::error::eof));
        CHECK(way.of({""}) == ending(".|", asio::error::eof));
        CHECK(way.of({"abc", "d", "e"}) == ending("ab|cd|", errc::truncated_frame));
        CHECK(way.error_position == 5);
        CHECK(way.rest == "e");
    });
}

TEST_CASE("framed_reader: a quick decoder ends like the others") {
    in_every_way<framed_reader<pipe_reader&, line_decoder>>([](auto& way) {
        CHECK(way.of({"a\nb", "c\n\nd"}) == ending("a|bc||d|", asio::error::eof));
        CHECK(way.of({"a\n"}) == ending("a|", asio::error::eof));
    });
}

TEST_CASE("framed_reader: an end that others have seen; what they left is still taken") {
    for (const bool awaited : {false, true})
        for (const std::string_view bytes : {"2ab1c", "2ab5c", "2ab!", ""}) {
            CAPTURE(awaited);
            CAPTURE(bytes);
            test_pipe pipe;
            pipe.write(bytes);
            pipe.writer.complete();
            const read_result seen = pipe.reader.try_read().value();
            REQUIRE(seen.completed);
            pipe.reader.advance(seen.buffer.start(), seen.buffer.finish());
            REQUIRE(pipe.reader.try_read().error() == asio::error::eof);

            digit_frames frames(pipe.reader);
            std::string first;
            if (awaited) {
                frame_outcome next;
                frames.async_next(next.handler());
                pipe.poll();
                REQUIRE(next.calls == 1);
                first = next.ec ? "" : next.text + "|";
            }
            const error_code end = bytes.ends_with("5c")  ? error_code(errc::truncated_frame)
                                   : bytes.ends_with('!') ? error_code(errc::malformed_frame)
                                                          : error_code(asio::error::eof);
            const char* const expected = bytes.empty() ? "" : bytes == "2ab1c" ? "ab|c|" : "ab|";
            CHECK(first + take_all(frames) == ending(expected, end));
        }
}

TEST_CASE("framed_reader: a frame larger than the pipe's limit") {
    for (const bool awaited : {false, true}) {
        pipe_options options;
        options.max_buffered = 4;
        test_pipe pipe(options);
        digit_frames frames(pipe.reader);
        REQUIRE(pipe.publish("1a6bc"));
        std::string taken;
        if (awaited) {
            frame_outcome first, second;
            frames.async_next(first.handler());
            pipe.poll();
            CHECK(first.got("a"));
            frames.async_next(second.handler());
            pipe.poll();
            CHECK(second.failed(errc::buffer_limit_exceeded));
        } else {
            CHECK(take_all(frames) == ending("a|", errc::buffer_limit_exceeded));
        }
    }
    pipe_options options;
    options.max_buffered = 4;
    test_pipe pipe(options); // the size is not known: it fails once so much is there
    framed_reader<pipe_reader&, line_decoder> lines(pipe.reader);
    frame_outcome next;
    lines.async_next(next.handler());
    for (const char* part : {"ab", "cd", "e"}) {
        CHECK(next.pending());
        (void)pipe.publish(part);
        pipe.poll();
    }
    CHECK(next.failed(errc::buffer_limit_exceeded));
}

TEST_CASE("framed_reader: once the reader is completed nothing more comes") {
    test_pipe pipe;
    digit_frames frames(pipe.reader);
    REQUIRE(pipe.publish("1a1b"));
    CHECK(frames.try_next().value().equals("a"));
    frames.release();
    pipe.reader.complete();
    CHECK(take_all(frames) == ending("", errc::already_completed));
    frame_outcome next;
    frames.async_next(next.handler());
    pipe.poll();
    CHECK(next.failed(errc::already_completed));
}
