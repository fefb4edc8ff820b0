// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/codecs.hpp"
#include <sluice/parse/length_prefix_decoder.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

using namespace sluice;
using test::ending;
using test::frames_of;
using test::whole;

namespace {

// Text that may hold zeros.
template <std::size_t N>
std::string bytes(const char (&text)[N]) {
    return std::string(text, N - 1);
}

const std::string huge(10, '\xff');
constexpr auto varint = length_format::varint;
constexpr auto little_endian = length_format::little_endian;

} // namespace

TEST_CASE("prefixes of one to eight bytes, in both orders") {
    for (std::size_t size = 1; size <= 8; ++size) {
        CAPTURE(size);
        const std::string zeros(size - 1, '\0');
        const std::string big = zeros + "\3abc" + zeros + bytes("\0") + zeros + "\1x";
        const std::string little = "\3" + zeros + "abc" + bytes("\0") + zeros + "\1" + zeros + "x";
        CHECK(frames_of(big, length_prefix_decoder({.prefix_size = size})) ==
              whole("abc||x|", 3 * size + 4));
        CHECK(frames_of(little,
                        length_prefix_decoder({.format = little_endian, .prefix_size = size})) ==
              whole("abc||x|", 3 * size + 4));
    }
    const std::string long_body(0x102, 'b');
    CHECK(frames_of("\1\2" + long_body, length_prefix_decoder({.prefix_size = 2})) ==
          whole(long_body + "|", 0x104));
    CHECK(frames_of("\2\1" + long_body,
                    length_prefix_decoder({.format = little_endian, .prefix_size = 2})) ==
          whole(long_body + "|", 0x104));
}

TEST_CASE("a varint as prefix") {
    const length_prefix_decoder lengths({.format = varint});
    CHECK(frames_of(bytes("\3abc\0\1x"), lengths) == whole("abc||x|", 7));
    const std::string long_body(300, 'b');
    CHECK(frames_of("\xac\2" + long_body + "\1x", lengths) == whole(long_body + "|x|", 304));
    CHECK(frames_of(bytes("\x83\x80\0abc"), lengths) == whole("abc|", 6)); // longer than need be
}

TEST_CASE("the prefix may stand behind other bytes, and all may be part of the frame") {
    const std::string text = "[T\2]ab[U\1]c";
    length_prefix_options o{.prefix_size = 1, .offset = 2, .adjustment = 1};
    CHECK(frames_of(text, length_prefix_decoder(o)) == whole("]ab|]c|", 11));
    o.strip = 0;
    CHECK(frames_of(text, length_prefix_decoder(o)) == whole("[T\2]ab|[U\1]c|", 11));
    o.strip = 1;
    CHECK(frames_of(text, length_prefix_decoder(o)) == whole("T\2]ab|U\1]c|", 11));
    o.strip = 4;
    CHECK(frames_of(text, length_prefix_decoder(o)) == whole("ab|c|", 11));
}

TEST_CASE("the length may count more, or less, than the body") {
    CHECK(frames_of("\4abc\1", length_prefix_decoder({.prefix_size = 1, .counts_itself = true})) ==
          whole("abc||", 5));
    CHECK(
        frames_of("T\5abcU\2",
                  length_prefix_decoder(
                      {.prefix_size = 1, .offset = 1, .adjustment = -1, .counts_itself = true})) ==
        whole("abc||", 7));
    CHECK(frames_of("\1abc", length_prefix_decoder({.prefix_size = 1, .adjustment = 2})) ==
          whole("abc|", 4));
    CHECK(frames_of("\4abc", length_prefix_decoder({.format = varint, .counts_itself = true})) ==
          whole("abc|", 4));
    CHECK(frames_of(bytes("\x85\0abc"),
                    length_prefix_decoder({.format = varint, .counts_itself = true})) ==
          whole("abc|", 5));
}

TEST_CASE("a length that is too small for what it must count is malformed") {
    CHECK(frames_of(bytes("\2x\0rest"),
                    length_prefix_decoder({.prefix_size = 1, .counts_itself = true})) ==
          ending("x|", errc::malformed_frame, 2));
    CHECK(frames_of("\3x\1rest", length_prefix_decoder({.prefix_size = 1, .adjustment = -2})) ==
          ending("x|", errc::malformed_frame, 2));
    CHECK(frames_of("TU\1rest",
                    length_prefix_decoder({.prefix_size = 1, .offset = 2, .adjustment = -2})) ==
          ending("", errc::malformed_frame, 2));
    CHECK(frames_of(bytes("\x82\x80\0"),
                    length_prefix_decoder({.format = varint, .counts_itself = true})) ==
          ending("", errc::malformed_frame, 0));
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    CHECK(frames_of(huge, length_prefix_decoder({.prefix_size = 4, .adjustment = least})) ==
          ending("", errc::malformed_frame, 0));
    CHECK(frames_of(bytes("\x80\0\0\0\0\0\0\1x"),
                    length_prefix_decoder({.prefix_size = 8, .adjustment = least})) ==
          whole("x|", 9));
}

TEST_CASE("so is a frame that is smaller than what is stripped") {
    const length_prefix_decoder strips({.prefix_size = 1, .strip = 4});
    CHECK(frames_of("\4abcd\3efg\2hi", strips) == ending("d||", errc::malformed_frame, 9));
}

TEST_CASE("a huge length is too large, before anything is waited for") {
    for (std::size_t size = 1; size <= 8; ++size) {
        CAPTURE(size);
        for (const length_format format : {length_format::big_endian, little_endian})
            for (const std::int64_t adjustment :
                 {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                  std::numeric_limits<std::int64_t>::max()})
                for (const bool itself : {true, false})
                    CHECK(frames_of(huge.substr(0, size),
                                    length_prefix_decoder({.format = format,
                                                           .prefix_size = size,
                                                           .adjustment = adjustment,
                                                           .counts_itself = itself,
                                                           .max_size = 100})) ==
                          ending("", errc::frame_too_large, 0));
    }
    const std::string most = huge.substr(0, 9) + "\1"; // 64 bits
    for (const bool itself : {true, false})
        CHECK(frames_of(most, length_prefix_decoder({.format = varint,
                                                     .prefix_size = 10,
                                                     .adjustment = 5,
                                                     .counts_itself = itself,
                                                     .max_size = readable_buffer::npos})) ==
              ending("", errc::frame_too_large, 0));
}

TEST_CASE("an endless varint is malformed as soon as it is too long") {
    for (const std::size_t size : {1, 2, 5, 10}) {
        const length_prefix_decoder lengths(
            {.format = varint, .prefix_size = size, .adjustment = 0});
        const std::string fits = std::string(size - 1, '\x80') + bytes("\0");
        CHECK(frames_of(fits, lengths) == whole("|", size));
        CHECK(frames_of(fits + std::string(size, '\x80'), lengths) ==
              ending("|", errc::malformed_frame, size));
    }
    CHECK(frames_of(huge.substr(0, 9) + "\2",
                    length_prefix_decoder({.format = varint, .prefix_size = 10})) ==
          ending("", errc::malformed_frame, 0)); // 65 bits
}

TEST_CASE("input that ends within a header or a body is truncated") {
    const length_prefix_decoder lengths({.prefix_size = 2, .offset = 1});
    CHECK(frames_of("T", lengths) == ending("", errc::truncated_frame, 1));
    CHECK(frames_of(bytes("T\0"), lengths) == ending("", errc::truncated_frame, 2));
    CHECK(frames_of(bytes("T\0\2a"), lengths) == ending("", errc::truncated_frame, 4));
    CHECK(frames_of(bytes("T\0\2abU"), lengths) == ending("ab|", errc::truncated_frame, 6));
    CHECK(frames_of("\x80", length_prefix_decoder({.format = varint})) ==
          ending("", errc::truncated_frame, 1));
    const std::string all_that_is(1, '\x7f');
    CHECK(frames_of(all_that_is + "abc",
                    length_prefix_decoder({.prefix_size = 1, .max_size = 127})) ==
          ending("", errc::truncated_frame, 4));
}

TEST_CASE("the maximum is that of the body, and may be changed at run time") {
    CHECK(frames_of("\3abc\4abcd", length_prefix_decoder({.prefix_size = 1, .max_size = 3})) ==
          ending("abc|", errc::frame_too_large, 4));
    CHECK(frames_of("\1abc\2abcd",
                    length_prefix_decoder({.prefix_size = 1, .adjustment = 2, .max_size = 3})) ==
          ending("abc|", errc::frame_too_large, 4));

    test::test_pipe pipe;
    framed_reader frames(pipe.reader, length_prefix_decoder({.prefix_size = 1, .max_size = 2}));
    CHECK(frames.decoder().max_size() == 2);
    (void)pipe.publish("\2ab\3abc\3abc");
    CHECK(frames.try_next()->equals("ab"));
    frames.decoder().max_size(3);
    CHECK(frames.try_next()->equals("abc"));
    frames.decoder().max_size(2);
    CHECK(frames.try_next().error() == errc::frame_too_large);
    CHECK(frames.error_position() == 7);
    frames.decoder().max_size(readable_buffer::npos);
    CHECK(frames.decoder().max_size() < readable_buffer::npos);
}

TEST_CASE("who waits for a frame is woken for its header and its end") {
    struct counting_decoder : length_prefix_decoder {
        using length_prefix_decoder::length_prefix_decoder;
        decoded<readable_buffer> decode(byte_reader& in) {
            ++calls;
            return length_prefix_decoder::decode(in);
        }
        int calls = 0;
    };
    test::test_pipe pipe;
    framed_reader frames(pipe.reader, counting_decoder({.offset = 4}));
    std::string got;
    frames.async_next([&](error_code, readable_buffer frame) { got = frame.to_string(); });
    const std::string body(0x2000, 'b');
    for (const char c : bytes("head\0\0\x20\0") + body) {
        (void)pipe.publish({&c, 1});
        pipe.poll();
    }
    CHECK(got == body);
    CHECK(frames.decoder().calls == 3); // for the first byte, the header, the whole
}

TEST_CASE("a prefix of a size that there is not") {
    CHECK_THROWS_AS(length_prefix_decoder({.prefix_size = 0}), std::invalid_argument);
    CHECK_THROWS_AS(length_prefix_decoder({.prefix_size = 9}), std::invalid_argument);
    CHECK_THROWS_AS(length_prefix_decoder({.format = varint, .prefix_size = 0}),
                    std::invalid_argument);
    CHECK_THROWS_AS(length_prefix_decoder({.format = varint, .prefix_size = 11}),
                    std::invalid_argument);
    CHECK_THROWS_AS(length_prefix_decoder({.offset = readable_buffer::npos}),
                    std::invalid_argument);
}
