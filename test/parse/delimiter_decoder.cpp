// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/codecs.hpp"
#include <sluice/parse/delimiter_decoder.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sluice;
using test::ending;
using test::frames_of;
using test::whole;

namespace {

delimiter_decoder ends_with(std::string delimiter) {
    return delimiter_decoder({.delimiter = std::move(delimiter)});
}

} // namespace

TEST_CASE("frames end with a byte, or with several") {
    CHECK(frames_of("", ends_with(";")) == whole("", 0));
    CHECK(frames_of(";", ends_with(";")) == whole("|", 1));
    CHECK(frames_of("one;two;;three;", ends_with(";")) == whole("one|two||three|", 15));
    CHECK(frames_of("one\r\ntwo\r\n", ends_with("\r\n")) == whole("one|two|", 10));
    CHECK(frames_of("a\r\nb\n\r\r\n\r\n", ends_with("\r\n")) == whole("a|b\n\r||", 10));
    CHECK(frames_of("a--b-->c-->-->", ends_with("-->")) == whole("a--b|c||", 14));
    const std::string zero(1, '\0');
    CHECK(frames_of("a" + zero + "b" + zero, ends_with(zero)) == whole("a|b|", 4));
}

TEST_CASE("a delimiter is found where one that is like it has begun") {
    CHECK(frames_of("aab", ends_with("ab")) == whole("a|", 3));
    CHECK(frames_of("aaaab", ends_with("aab")) == whole("aa|", 5));
    CHECK(frames_of("abababac..ababac", ends_with("ababac")) == whole("ab|..|", 16));
    CHECK(frames_of("\r\r\n\r\n\r\n", ends_with("\r\n\r\n")) ==
          ending("\r|", errc::truncated_frame, 7));
    CHECK(frames_of("aaaaa", ends_with("aa")) == ending("||", errc::truncated_frame, 5));
    CHECK(frames_of("abcabcabdabcabd", ends_with("abcabd")) == whole("abc||", 15));
}

TEST_CASE("the delimiter is kept if one wants it") {
    const delimiter_decoder decoder({.delimiter = "\r\n", .keep_delimiter = true});
    CHECK(frames_of("one\r\n\r\ntwo\r\n", decoder) == whole("one\r\n|\r\n|two\r\n|", 12));
}

TEST_CASE("a rest without a delimiter is truncated, or a last frame") {
    CHECK(frames_of("one;two", ends_with(";")) == ending("one|", errc::truncated_frame, 7));
    const delimiter_decoder lenient(
        {.delimiter = "::", .max_size = 3, .keep_delimiter = true, .allow_unterminated = true});
    CHECK(frames_of("one::two", lenient) == whole("one::|two|", 8));
    CHECK(frames_of("one::tw:", lenient) == whole("one::|tw:|", 8));
    CHECK(frames_of("one::", lenient) == whole("one::|", 5));
    CHECK(frames_of("", lenient) == whole("", 0));
    CHECK(frames_of("one::four", lenient) == ending("one::|", errc::frame_too_large, 8));
}

TEST_CASE("after a last frame, and one too large, a decoder begins with what it is shown") {
    delimiter_decoder decoder({.delimiter = ";", .max_size = 3, .allow_unterminated = true});
    const auto shown = [](std::string_view text) {
        return byte_reader(readable_buffer::over(boost::asio::buffer(text)));
    };
    byte_reader last = shown("abc"), large = shown("abcde"), next = shown("x;yz;");
    CHECK((*decoder.decode_end(last)).equals("abc"));
    byte_reader copy = next;
    CHECK((*decoder.decode(copy)).equals("x"));
    CHECK(decoder.decode(large).error() == errc::frame_too_large);
    CHECK((*decoder.decode(next)).equals("x"));
}

TEST_CASE("a frame may have as many bytes as the maximum says") {
    const delimiter_decoder one_byte({.delimiter = ";", .max_size = 3});
    CHECK(frames_of("abc;;abc;", one_byte) == whole("abc||abc|", 9));
    CHECK(frames_of("a;abcd;", one_byte) == ending("a|", errc::frame_too_large, 5));
    CHECK(frames_of("a;abcd", one_byte) == ending("a|", errc::frame_too_large, 5));
    const delimiter_decoder two_bytes({.delimiter = "\r\n", .max_size = 3});
    CHECK(frames_of("abc\r\n\r\n", two_bytes) == whole("abc||", 7));
    CHECK(frames_of("abcd\r\n", two_bytes) == ending("", errc::frame_too_large, 3));
    CHECK(frames_of("abc\rd\r\n", two_bytes) == ending("", errc::frame_too_large, 3));
    CHECK(frames_of("abc\r", two_bytes) == ending("", errc::truncated_frame, 4));
    const delimiter_decoder none({.delimiter = ";", .max_size = 0});
    CHECK(frames_of(";;a;", none) == ending("||", errc::frame_too_large, 2));
    const delimiter_decoder any({.delimiter = "\r\n", .max_size = readable_buffer::npos});
    CHECK(frames_of("abc\r\n", any) == whole("abc|", 5));
}

TEST_CASE("the maximum may be changed at run time, amidst a frame too") {
    test::test_pipe pipe;
    framed_reader frames(pipe.reader, delimiter_decoder({.delimiter = ";", .max_size = 2}));
    CHECK(frames.decoder().max_size() == 2);
    (void)pipe.publish("ab;ab");
    CHECK(frames.try_next()->equals("ab"));
    CHECK(frames.try_next().error() == asio::error::would_block);
    frames.decoder().max_size(4);
    (void)pipe.publish("cd;abc");
    CHECK(frames.try_next()->equals("abcd"));
    CHECK(frames.try_next().error() == asio::error::would_block);
    frames.decoder().max_size(1);
    (void)pipe.publish(";");
    CHECK(frames.try_next().error() == errc::frame_too_large);
    CHECK(frames.error_position() == 9);
}

// What was searched may even change: nobody looks at it again.
TEST_CASE("a frame that drips in is searched once, whatever its delimiter") {
    for (const std::string delimiter :
         {";", "\r\n", "\r\n\r\n", "--------------boundary", "aaab"}) {
        CAPTURE(delimiter);
        test::test_pipe pipe;
        framed_reader frames(pipe.reader, ends_with(delimiter));
        constexpr std::size_t size = 8192;
        for (std::size_t i = 0; i != size; ++i) {
            const asio::mutable_buffer room = pipe.writer.prepare(1);
            char* const byte = static_cast<char*>(room.data());
            *byte = i % 3 == 0 && delimiter.size() > 1 ? delimiter.front() : '.';
            pipe.writer.commit(1);
            (void)pipe.writer.try_flush();
            REQUIRE(frames.try_next().error() == asio::error::would_block);
            *byte = delimiter[i % delimiter.size()];
        }
        (void)pipe.publish(delimiter);
        const auto frame = frames.try_next();
        REQUIRE(frame.has_value());
        CHECK(frame->size() == size);
    }
}

TEST_CASE("a frame of a gigabyte is refused at the limit, in bounded memory") {
    pipe_options options;
    options.pool = segment_pool();
    test::test_pipe bounded(options);
    framed_reader frames(bounded.reader,
                         delimiter_decoder({.delimiter = "\r\n", .max_size = 100'000}));
    const std::string piece(64 * 1024, '\r');
    error_code outcome = asio::error::would_block;
    for (std::size_t sent = 0; sent < std::size_t{1} << 30; sent += piece.size()) {
        (void)bounded.publish(piece);
        if (outcome != asio::error::would_block)
            continue;
        outcome = frames.try_next().error();
        if (outcome != asio::error::would_block)
            bounded.reader.complete(outcome);
    }
    CHECK(outcome == errc::frame_too_large);
    CHECK(frames.error_position() == 100'000);
    CHECK(options.pool.stats().peak_bytes_in_use < 400'000);
}

TEST_CASE("a delimiter has at least a byte") {
    CHECK_THROWS_AS(ends_with(""), std::invalid_argument);
}
