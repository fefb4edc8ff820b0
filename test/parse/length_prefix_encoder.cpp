// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/codecs.hpp"
#include "support/pieces.hpp"
#include <sluice/parse/length_prefix_decoder.hpp>
#include <sluice/parse/length_prefix_encoder.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace sluice;
using test::encoded;

namespace {

const std::string refused_prefix = make_error_code(errc::malformed_frame).message();
const std::string written_too_large = make_error_code(errc::frame_too_large).message();
constexpr auto varint_prefix = length_format::varint;
constexpr auto little_endian_prefix = length_format::little_endian;

readable_buffer view_of(std::string_view text) {
    return readable_buffer::over({text.data(), text.size()});
}

std::string zeros(std::size_t size) {
    return std::string(size, '\0');
}

} // namespace

TEST_CASE("the length is written before the message") {
    for (std::size_t size = 1; size <= 8; ++size) {
        CHECK(encoded(length_prefix_encoder({.prefix_size = size}), "abc") ==
              zeros(size - 1) + "\3abc");
        CHECK(encoded(length_prefix_encoder({.format = little_endian_prefix, .prefix_size = size}),
                      "abc") == "\3" + zeros(size - 1) + "abc");
    }
    CHECK(encoded(length_prefix_encoder({.format = varint_prefix}), "abc") == "\3abc");
    const std::string long_body(300, 'b');
    CHECK(encoded(length_prefix_encoder({.prefix_size = 2}), long_body) == "\1\x2c" + long_body);
    CHECK(encoded(length_prefix_encoder({.format = varint_prefix}), long_body) ==
          "\xac\2" + long_body);
    const test::pieces message{"a", "bc"};
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1}), message.view()) == "\3abc");
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1}), "") == zeros(1));
}

TEST_CASE("it counts what the options say") {
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .counts_itself = true}), "abc") ==
          "\4abc");
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .adjustment = 2}), "abc") == "\1abc");
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .adjustment = -2}), "abc") == "\5abc");
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .adjustment = 4}), "abc") ==
          refused_prefix);
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .strip = 5}), "abc") == refused_prefix);
}

TEST_CASE("a varint_prefix that counts itself") {
    const length_prefix_options itself{.format = varint_prefix, .counts_itself = true};
    for (const std::size_t size : {0, 1, 125, 126, 127, 128, 16380, 16381, 16382, 16383}) {
        CAPTURE(size);
        const std::string body(size, 'b');
        const std::string text = encoded(length_prefix_encoder(itself), body);
        length_prefix_decoder decoder(itself);
        byte_reader in(text);
        const auto frame = decoder.decode(in);
        REQUIRE(frame);
        CHECK(frame->size() == size);
        CHECK(in.empty());
    }
}

TEST_CASE("a message with a header") {
    const length_prefix_options o{.prefix_size = 1, .offset = 2};
    const auto with_header = [](std::string_view header) {
        return length_prefix_encoder::message{view_of(header), view_of("abc")};
    };
    CHECK(encoded(length_prefix_encoder(o), with_header("TU")) == "TU\3abc");
    CHECK(encoded(length_prefix_encoder(o), with_header("T")) == refused_prefix);
    CHECK(encoded(length_prefix_encoder(o), with_header("TUV")) == refused_prefix);
    CHECK(encoded(length_prefix_encoder(o), "abc") == refused_prefix);
}

TEST_CASE("a length that the prefix cannot hold is refused_prefix, and nothing written") {
    const std::string body(256, 'b');
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1}), body) == written_too_large);
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1}), body.substr(1)) ==
          "\xff" + body.substr(1));
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .counts_itself = true}),
                  body.substr(1)) == written_too_large);
    CHECK(encoded(length_prefix_encoder({.prefix_size = 1, .adjustment = 1}), body) ==
          "\xff" + body);
    CHECK(encoded(length_prefix_encoder({.format = varint_prefix, .prefix_size = 1}), body) ==
          written_too_large);
    CHECK(encoded(length_prefix_encoder({.format = varint_prefix, .prefix_size = 1}),
                  body.substr(0, 127))
              .size() == 128);
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    CHECK(encoded(length_prefix_encoder({.prefix_size = 4, .adjustment = least}), "x") ==
          written_too_large);
    CHECK(encoded(length_prefix_encoder({.prefix_size = 8, .adjustment = least}), "x") ==
          "\x80" + zeros(6) + "\1x");
}

TEST_CASE("the maximum may be changed at run time") {
    length_prefix_encoder with_maximum({.prefix_size = 1, .max_size = 3});
    CHECK(with_maximum.max_size() == 3);
    CHECK(encoded(with_maximum, "abcd") == written_too_large);
    with_maximum.max_size(4);
    CHECK(encoded(with_maximum, "abcd") == "\4abcd");
}

TEST_CASE("what was encoded is decoded again") {
    std::vector<length_prefix_options> all;
    for (const length_format format :
         {length_format::big_endian, little_endian_prefix, varint_prefix})
        for (const std::size_t size : {1, 3, 8})
            for (const std::int64_t adjustment : {-3, 0})
                for (const bool itself : {true, false}) {
                    all.push_back({format, size, 0, adjustment, itself, {}, 100});
                }
    for (const length_prefix_options& o : all)
        test::check_round_trip(length_prefix_encoder(o), length_prefix_decoder(o),
                               {"", "one", "\xff\xff\xff"});
}

TEST_CASE("a prefix of a size that there is not") {
    CHECK_THROWS_AS(length_prefix_encoder({.prefix_size = 9}), std::invalid_argument);
}
