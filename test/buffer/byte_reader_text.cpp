// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/every_cut.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

namespace {

// The number is the text before the last character: which is needed to know that it ends.
template <class Operation, class T>
void check_number(const std::string& text, T expected, Operation operation) {
    check_reads(text, text.size() - 1, text.size(), expected,
                [&](byte_reader& in) { return operation(in, input_state::partial); });
    check_reads(text.substr(0, text.size() - 1), text.size() - 1, 1, expected,
                [&](byte_reader& in) { return operation(in, input_state::complete); });
}

// Malformed as soon as so many characters are there, and so when they are all.
template <class Operation>
void check_no_number(std::string_view text, std::size_t needed, Operation operation) {
    check_malformed(text, needed,
                    [&](byte_reader& in) { return operation(in, input_state::partial); });
    over_every_cut(text, [&](byte_reader in) {
        const auto value = operation(in, input_state::complete);
        REQUIRE_FALSE(value);
        CHECK(value.error() == parse_error::malformed);
        CHECK(in.rest().equals(text));
    });
}

template <class T>
constexpr auto decimal = [](byte_reader& in, input_state s) { return in.read_decimal<T>(s); };
template <class T>
constexpr auto hex = [](byte_reader& in, input_state s) { return in.read_hex<T>(s); };

template <class T>
void check_limits() {
    using limits = std::numeric_limits<T>;
    const std::string max = std::to_string(limits::max()), min = std::to_string(limits::min());
    check_number(max + ",", limits::max(), decimal<T>);
    check_number(min + ",", limits::min(), decimal<T>);
    check_number("000" + max + ",", limits::max(), decimal<T>);
    std::string above = max;
    ++above.back(); // no maximum ends in 9
    check_no_number(above + ",", above.size(), decimal<T>);
    check_no_number(max + "0,", max.size() + 1, decimal<T>);
    check_no_number("99999999999999999999999999", limits::digits10 + 1, decimal<T>);
    if (std::is_signed_v<T>) {
        std::string below = min;
        ++below.back(); // nor a minimum
        check_no_number(below + ",", below.size(), decimal<T>);
    } else {
        check_no_number("-1,", 1, decimal<T>);
    }
}

} // namespace

TEST_CASE("byte_reader: decimal integers") {
    check_number("0 ", 0, decimal<int>);
    check_number("7\r", 7u, decimal<unsigned>);
    check_number("-42/", -42, decimal<int>);
    check_number("-0:", 0, decimal<int>);
    check_number("0000000000000000000000000000012x", 12, decimal<int>);
    check_number("123456789.", std::int64_t{123456789}, decimal<std::int64_t>);
    check_number("-1-", std::int64_t{-1}, decimal<std::int64_t>);
    check_reads("12ab", 2, 3, 12, [](byte_reader& in) { return in.read_decimal<int>(); });
}

TEST_CASE("byte_reader: the limits of decimal integers") {
    check_limits<std::int8_t>();
    check_limits<std::uint8_t>();
    check_limits<std::int16_t>();
    check_limits<std::uint16_t>();
    check_limits<std::int32_t>();
    check_limits<std::uint32_t>();
    check_limits<std::int64_t>();
    check_limits<std::uint64_t>();
}

TEST_CASE("byte_reader: what is no decimal integer") {
    check_no_number("x", 1, decimal<int>);
    check_no_number("+1", 1, decimal<int>);
    check_no_number(" 1", 1, decimal<int>);
    check_no_number("--1", 2, decimal<int>);
    check_no_number("-x", 2, decimal<int>);
    check_no_number("-", 2, decimal<int>);
    check_no_number("a", 1, decimal<unsigned>);
}

TEST_CASE("byte_reader: hexadecimal integers") {
    check_number("0 ", 0u, hex<unsigned>);
    check_number("dEaDbEeF\r", 0xdeadbeefu, hex<std::uint32_t>);
    check_number("00000000000000001f;", 0x1fu, hex<std::uint32_t>);
    check_number("ffffffffffffffff\n", ~std::uint64_t{0}, hex<std::uint64_t>);
    check_number("0123456789abcdefg", std::uint64_t{0x0123456789abcdef}, hex<std::uint64_t>);
    check_number("FF@", std::uint8_t{0xff}, hex<std::uint8_t>);
    check_number("0x", 0u, hex<unsigned>);
    check_no_number("100000000,", 9, hex<std::uint32_t>);
    check_no_number("10000000000000000,", 17, hex<std::uint64_t>);
    check_no_number("100", 3, hex<std::uint8_t>);
    check_no_number("-1", 1, hex<unsigned>);
    check_no_number("g", 1, hex<unsigned>);
    check_no_number("`", 1, hex<unsigned>);
}

TEST_CASE("byte_reader: a number of fixed width is read from a view of it") {
    over_every_cut("0006abcd", [](byte_reader in) {
        byte_reader width = in.read_view(4).value();
        CHECK(width.read_hex<std::uint16_t>(input_state::complete).value() == 6);
        CHECK(in.rest().equals("abcd"));
    });
}

TEST_CASE("byte_reader: floating-point numbers") {
    check_number("0 ", 0.0, decimal<double>);
    check_number("1.5,", 1.5, decimal<double>);
    check_number("-2.25]", -2.25, decimal<double>);
    check_number("6.02e23\r", 6.02e23, decimal<double>);
    check_number("1E-7)", 1e-7, decimal<double>);
    check_number(".5 ", 0.5, decimal<double>);
    check_number("5. ", 5.0, decimal<double>);
    check_number("0.1 ", 0.1f, decimal<float>);
    check_number("inf ", std::numeric_limits<double>::infinity(), decimal<double>);
    check_number("-Infinity ", -std::numeric_limits<double>::infinity(), decimal<double>);
    check_number("1.7976931348623157e308 ", std::numeric_limits<double>::max(), decimal<double>);
    check_number("0.1000000000000000055511151231257827021181583404541015625 ", 0.1,
                 decimal<double>);
    over_every_cut("nan ", [](byte_reader in) {
        CHECK(std::isnan(in.read_decimal<double>().value()));
        CHECK(in.rest().equals(" "));
    });
}

TEST_CASE("byte_reader: a floating-point number ends where it can no longer be one") {
    // What follows and could be part of some number has to be seen.
    const auto read = [](byte_reader& in) { return in.read_decimal<double>(); };
    check_reads("1.5e+x", 3, 6, 1.5, read);
    check_reads("1e5e5,", 3, 6, 1e5, read);
    check_reads("1.2.3,", 3, 6, 1.2, read);
    check_reads("1-2,", 1, 4, 1.0, read);
    check_reads("1.5e", 3, 1, 1.5,
                [](byte_reader& in) { return in.read_decimal<double>(input_state::complete); });
}

TEST_CASE("byte_reader: what is no floating-point number") {
    check_no_number("x", 1, decimal<double>);
    check_no_number(" 1", 1, decimal<double>);
    check_no_number("+1 ", 3, decimal<double>);
    check_no_number("- ", 2, decimal<double>);
    check_no_number("e5 ", 3, decimal<double>);
    check_no_number(". ", 2, decimal<double>);
    check_no_number("-.e1 ", 5, decimal<double>);
    check_no_number("1e999 ", 6, decimal<double>);
    check_no_number("-1e999 ", 7, decimal<double>);
    check_no_number("1e-999 ", 7, decimal<double>);
    check_no_number("1e39 ", 5, decimal<float>);
}

TEST_CASE("byte_reader: a floating-point number has 2048 characters at most") {
    const std::string longest = "1." + std::string(2046, '0');
    for (const std::size_t segment : segment_sizes) {
        CAPTURE(segment);
        for (const bool too_long : {false, true}) {
            test_pipe pipe(with_segments(segment));
            REQUIRE(pipe.publish(longest + (too_long ? "0" : "") + " rest"));
            byte_reader in(pipe.reader.try_read().value().buffer);
            const parsed<double> value = in.read_decimal<double>();
            if (too_long) {
                CHECK(value.error() == parse_error::malformed);
                CHECK(in.position() == 0);
            } else {
                CHECK(value.value() == 1.0);
                CHECK(in.rest().equals(" rest"));
            }
        }
    }
    byte_reader unending(longest);
    CHECK(unending.read_decimal<double>().error() == parse_error::need_more);
    CHECK(unending.read_decimal<double>(input_state::complete).value() == 1.0);
}
