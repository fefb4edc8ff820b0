// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/frames.hpp"
#include <sluice/parse/line_decoder.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("framed_reader: try_next takes every frame that is buffered, and no other byte") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        digit_frames frames(pipe.reader);
        CHECK(take_all(frames) == ": would block");
        REQUIRE(pipe.publish("3abc02de4f"));
        CHECK(take_all(frames) == "abc||de|: would block");
        CHECK(take_all(frames) == ": would block");
        CHECK(pipe.reader.buffered() == 2);
        REQUIRE(pipe.publish("ghi"));
        CHECK(take_all(frames) == "fghi|: would block");
        CHECK(pipe.reader.buffered() == 0);
        CHECK(pipe.context.poll() == 0); // the scheduler was not touched
    }
}

TEST_CASE("framed_reader: a frame is valid until the next call, also when more bytes arrive") {
    for (const std::size_t size : segment_sizes) {
        test_pipe pipe(with_segments(size));
        digit_frames frames(pipe.reader);
        REQUIRE(pipe.publish("3abc"));
        const readable_buffer frame = frames.try_next().value();
        REQUIRE(pipe.publish("3def1"));
        CHECK(frame.equals("abc"));
        const readable_buffer next = frames.try_next().value();
        const preserved_buffer kept = next.preserve();
        CHECK(take_all(frames) == ": would block");
        CHECK(kept.buffer().equals("def"));
    }
}

TEST_CASE("framed_reader: bytes that others have examined belong to the frames") {
    for (const bool awaited : {false, true}) {
        test_pipe pipe;
        REQUIRE(pipe.publish("2ab1c"));
        const readable_buffer seen = pipe.reader.try_read().value().buffer;
        pipe.reader.advance(seen.start(), seen.finish());
        digit_frames frames(pipe.reader);
        if (awaited) {
            frame_outcome first;
            frames.async_next(first.handler());
            pipe.poll();
            CHECK(first.got("ab"));
            CHECK(take_all(frames) == "c|: would block");
        } else {
            CHECK(take_all(frames) == "ab|c|: would block");
        }
    }
}

TEST_CASE("framed_reader: with the size of the frame known, the decoder is asked twice for it") {
    for (const bool awaited : {false, true}) {
        test_pipe pipe;
        digit_frames frames(pipe.reader);
        frame_outcome next;
        if (awaited)
            frames.async_next(next.handler());
        for (const char* byte : {"5", "a", "b", "c", "d"}) {
            (void)pipe.publish(byte);
            if (!awaited)
                CHECK(take_all(frames) == ": would block");
            pipe.poll();
        }
        CHECK(frames.decoder().calls == 1);
        (void)pipe.publish("e");
        pipe.poll();
        if (awaited)
            CHECK(next.got("abcde"));
        else
            CHECK(take_all(frames) == "abcde|: would block");
        CHECK(frames.decoder().calls == 2);
    }
}

TEST_CASE("framed_reader: a wait for a frame of known size lifts the writer's pause") {
    test_pipe pipe(with_thresholds(2, 1));
    digit_frames frames(pipe.reader);
    frame_outcome next;
    frames.async_next(next.handler());
    for (const char* part : {"8", "ab", "cdef"}) {
        wait_outcome flushed;
        pipe.write(part);
        pipe.writer.flush(flushed.handler());
        pipe.poll();
        CHECK(flushed.succeeded());
    }
    (void)pipe.publish("gh");
    pipe.poll();
    CHECK(next.got("abcdefgh"));
}

namespace {

// Says that it needs as many bytes as there are, or fewer.
struct modest_decoder {
    using frame_type = readable_buffer;
    decoded<readable_buffer> decode(byte_reader& in) {
        ++calls;
        if (in.remaining() < 4)
            return need_more{in.remaining()};
        return *in.read_view(4);
    }
    int calls = 0;
};

} // namespace

TEST_CASE("framed_reader: a decoder that asks for what is there waits for what is not") {
    test_pipe pipe;
    framed_reader frames(pipe.reader, modest_decoder());
    frame_outcome next;
    frames.async_next(next.handler());
    REQUIRE(pipe.publish("ab"));
    pipe.poll();
    CHECK(frames.decoder().calls == 1);
    REQUIRE(pipe.publish("cd"));
    pipe.poll();
    CHECK(next.got("abcd"));
}

TEST_CASE("framed_reader: it may own its reader, and be moved; a frame outlives that") {
    test_pipe pipe;
    framed_reader<pipe_reader, line_decoder> first(std::move(pipe.reader));
    REQUIRE(pipe.publish("one\ntwo\nthr"));
    const readable_buffer frame = first.try_next().value();
    framed_reader<pipe_reader, line_decoder> second(std::move(first));
    CHECK(frame.equals("one"));
    CHECK(take_all(second) == "two|: would block");
    framed_reader<pipe_reader, line_decoder> third(std::move(second));
    REQUIRE(pipe.publish("ee\n"));
    CHECK(take_all(third) == "three|: would block");
    CHECK(third.get_executor() == pipe.writer.get_executor());
    { const auto gone = std::move(third); }
    CHECK(pipe.writer.reader_completed());
}

TEST_CASE("framed_reader: by reference it leaves the reader to its owner") {
    test_pipe pipe;
    {
        digit_frames frames(pipe.reader);
        CHECK(&frames.reader() == &pipe.reader);
    }
    CHECK_FALSE(pipe.writer.reader_completed());
    framed_reader deduced(pipe.reader, digit_decoder());
    static_assert(std::is_same_v<decltype(deduced), digit_frames>);
    framed_reader owning(std::move(pipe.reader), digit_decoder());
    static_assert(std::is_same_v<decltype(owning), framed_reader<pipe_reader, digit_decoder>>);
}

namespace {

// Frames that can only be moved; throws once, in the middle of a frame.
template <class Exception>
struct throwing_decoder {
    using frame_type = std::unique_ptr<std::string>;
    decoded<frame_type> decode(byte_reader& in) {
        const auto first = in.read_view(2);
        if (!first)
            return need_more{};
        if (!std::exchange(thrown, true))
            throw Exception();
        return std::make_unique<std::string>(first->to_string());
    }
    bool thrown = false;
};

struct own_exception : std::runtime_error {
    own_exception() : std::runtime_error("own") {}
};

} // namespace

TEST_CASE("framed_reader: a decoder that throws loses nothing") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abcd"));
    {
        framed_reader frames(pipe.reader, throwing_decoder<own_exception>());
        CHECK_THROWS_AS((void)frames.try_next(), own_exception);
        CHECK(*frames.try_next().value() == "ab");
        frames.release();
    }
    framed_reader frames(pipe.reader, throwing_decoder<std::bad_alloc>());
    int calls = 0;
    frames.async_next([&](error_code ec, std::unique_ptr<std::string>) {
        CHECK(ec == boost::system::errc::not_enough_memory);
        ++calls;
    });
    pipe.poll();
    frames.async_next([&](error_code ec, std::unique_ptr<std::string> frame) {
        CHECK_FALSE(ec);
        CHECK(*frame == "cd");
        ++calls;
    });
    pipe.poll();
    CHECK(calls == 2);
}
