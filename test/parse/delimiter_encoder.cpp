// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/codecs.hpp"
#include "support/pieces.hpp"
#include <sluice/parse/delimiter_decoder.hpp>
#include <sluice/parse/delimiter_encoder.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sluice;
using test::encoded;

namespace {

const std::string refused = make_error_code(errc::malformed_frame).message();
const std::string too_large = make_error_code(errc::frame_too_large).message();

delimiter_encoder encoder_of(std::string delimiter) {
    return delimiter_encoder({.delimiter = std::move(delimiter)});
}

} // namespace

TEST_CASE("the delimiter is written behind the message") {
    CHECK(encoded(encoder_of(";"), "one") == "one;");
    CHECK(encoded(encoder_of("\r\n"), "") == "\r\n");
    CHECK(encoded(encoder_of("\r\n"), "a\rb\n") == "a\rb\n\r\n");
    const test::pieces message{"on", "e", " two"};
    CHECK(encoded(encoder_of("--"), message.view()) == "one two--");
}

TEST_CASE("a message that holds the delimiter is refused, and nothing written") {
    CHECK(encoded(encoder_of(";"), "a;b") == refused);
    CHECK(encoded(encoder_of("\r\n"), "\r\n") == refused);
    const test::pieces message{"a\r", "\nb"};
    CHECK(encoded(encoder_of("\r\n"), message.view()) == refused);
}

TEST_CASE("so is one that would end too early, for the delimiter repeats itself") {
    CHECK(encoded(encoder_of("aa"), "a") == refused);
    CHECK(encoded(encoder_of("aa"), "ba") == refused);
    CHECK(encoded(encoder_of("aa"), "ab") == "abaa");
    CHECK(encoded(encoder_of("\r\n\r\n"), "x\r\n") == refused);
    CHECK(encoded(encoder_of("\r\n\r\n"), "x\n") == "x\n\r\n\r\n");
    CHECK(encoded(encoder_of("abcabcab"), "xabc") == refused);
    CHECK(encoded(encoder_of("abcabcab"), "xabcabc") == refused);
    CHECK(encoded(encoder_of("abcabcab"), "xab") == "xababcabcab");
    CHECK(encoded(encoder_of("abcab"), "abc") == refused);
    const test::pieces message{"\r", "\n"};
    CHECK(encoded(encoder_of("\r\n\r\n"), message.view()) == refused);
}

TEST_CASE("every message of a small alphabet is found again, or refused") {
    for (const std::string delimiter : {"a", "aa", "ab", "aab", "aba", "abab", "aabaa"}) {
        const delimiter_encoder encoder = encoder_of(delimiter);
        for (unsigned bits = 0; bits != 1 << 7; ++bits) {
            std::string message; // the bits below the highest one
            for (unsigned rest = bits; rest > 1; rest /= 2)
                message += rest % 2 ? 'a' : 'b';
            CAPTURE(message);
            const std::string text = message + delimiter;
            const bool is_early = text.find(delimiter) != message.size();
            CHECK(encoded(encoder, message) == (is_early ? refused : text));
        }
    }
}

TEST_CASE("the maximum may be changed at run time") {
    delimiter_encoder encoder({.delimiter = "\r\n", .max_size = 3});
    CHECK(encoder.max_size() == 3);
    CHECK(encoded(encoder, "abc") == "abc\r\n");
    CHECK(encoded(encoder, "abcd") == too_large);
    encoder.max_size(4);
    CHECK(encoded(encoder, "abcd") == "abcd\r\n");
}

TEST_CASE("what was encoded is decoded again") {
    for (const char* delimiter : {"\n", "\r\n", "-->"}) {
        const delimiter_options options{.delimiter = delimiter, .max_size = 20};
        test::check_round_trip(delimiter_encoder(options), delimiter_decoder(options),
                               {"", "one", "-", "--", "a->b", "twenty bytes of text", "\r"});
    }
}

TEST_CASE("an encoder needs a delimiter, too") {
    CHECK_THROWS_AS(encoder_of(""), std::invalid_argument);
}
