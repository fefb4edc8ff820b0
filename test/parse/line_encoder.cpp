// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "reference_lines.hpp"
#include "support/pieces.hpp"
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

namespace {

std::string encoded(std::string_view message, const line_options& options) {
    test::test_pipe pipe;
    CHECK_FALSE(line_encoder(options).encode(message, pipe.writer));
    (void)pipe.writer.try_flush();
    return pipe.take();
}

} // namespace

TEST_CASE("a message gets the end of its kind") {
    CHECK(encoded("hello", {line_end::lf}) == "hello\n");
    CHECK(encoded("hello", {line_end::crlf}) == "hello\r\n");
    CHECK(encoded("hello", {line_end::either}) == "hello\n");
    CHECK(encoded("", {line_end::lf}) == "\n");
}

TEST_CASE("a message that the decoder would not give back is refused, and nothing written") {
    const std::pair<line_end, std::string_view> refused[] = {
        {line_end::lf, "a\nb"},       {line_end::lf, "\n"},        {line_end::lf, "a\r\n"},
        {line_end::crlf, "a\r\nb"},   {line_end::crlf, "\r\n"},    {line_end::either, "a\nb"},
        {line_end::either, "a\r\nb"}, {line_end::either, "ends\r"}};
    for (const auto& [end, message] : refused) {
        test::test_pipe pipe;
        CHECK(line_encoder({end}).encode(message, pipe.writer) == errc::malformed_frame);
        CHECK(pipe.writer.unflushed() == 0);
    }
}

TEST_CASE("a message that is too large is refused, by a maximum that may change") {
    test::test_pipe pipe;
    line_encoder encoder({line_end::lf, 4});
    CHECK(encoder.encode("12345", pipe.writer) == errc::frame_too_large);
    CHECK(pipe.writer.unflushed() == 0);
    encoder.max_size(5);
    CHECK(encoder.max_size() == 5);
    CHECK_FALSE(encoder.encode("12345", pipe.writer));
    CHECK(pipe.writer.unflushed() == 6);
}

TEST_CASE("a message may lie in pieces") {
    const test::pieces parts({"he", "l", "lo"});
    test::test_pipe pipe;
    CHECK_FALSE(line_encoder({line_end::crlf}).encode(parts.view(), pipe.writer));
    const test::pieces split({"a\r", "\nb"});
    CHECK(line_encoder({line_end::crlf}).encode(split.view(), pipe.writer) ==
          errc::malformed_frame);
    const test::pieces carriage_return({"a", "\r"});
    CHECK(line_encoder({line_end::either}).encode(carriage_return.view(), pipe.writer) ==
          errc::malformed_frame);
    (void)pipe.writer.try_flush();
    CHECK(pipe.take() == "hello\r\n");
}

TEST_CASE("what is encoded is decoded again, and what is refused would not be") {
    for (const line_end end : test::line_ends) {
        std::string message;
        for (int i = 0; i != 6 * 6 * 6 * 6; ++i) {
            message.clear();
            for (int digits = i; digits != 0; digits /= 6)
                message += "\r\nabc\n"[digits % 6];
            test::test_pipe pipe;
            const line_options options{end, 3};
            const error_code ec = line_encoder(options).encode(message, pipe.writer);
            const std::string line = message + (end == line_end::crlf ? "\r\n" : "\n");
            byte_reader in(line);
            line_decoder decoder(options);
            const auto back = decoder.decode(in);
            const bool same = back && back->equals(message) && in.empty();
            CHECK(same == !ec);
        }
    }
}
