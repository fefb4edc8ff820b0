// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The kit finds what is wrong with a decoder, and finds nothing wrong with a good one.
#include <sluice/testing/every_split.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

using namespace sluice;
using testing::decoded_input;
using testing::every_split;
using testing::split_report;

namespace {

// A digit, and as many bytes.
struct digit_decoder {
    using frame_type = readable_buffer;

    static parsed<std::size_t> read_size(byte_reader& in) {
        const parsed<std::byte> digit = in.peek();
        if (!digit)
            return digit.error();
        const std::size_t size = std::to_integer<std::size_t>(*digit) - '0';
        if (size > 9)
            return parse_error::malformed;
        (void)in.read();
        return size;
    }

    decoded<readable_buffer> decode(byte_reader& in) {
        const parsed<std::size_t> size = read_size(in);
        if (!size)
            return size.error();
        if (in.remaining() < *size)
            return need_more{*size + 1 + ask_for_more};
        return *in.read_view(*size);
    }

    std::size_t ask_for_more = 0;
};

constexpr std::string_view good = "5hello03abc1x";
constexpr std::string_view bad = "5hello03abc?what";

struct consumes_on_need_more : digit_decoder {
    decoded<readable_buffer> decode(byte_reader& in) {
        if (!size) {
            const parsed<std::size_t> digit = read_size(in);
            if (!digit)
                return digit.error();
            size = *digit;
        }
        if (in.remaining() < *size)
            return need_more{}; // and takes the digit to be gone
        return *in.read_view(*std::exchange(size, std::nullopt));
    }

    std::optional<std::size_t> size;
};

// Lines, in which an LF between quotes is no end. It knows how far it searched, and forgets that
// there was a quote.
struct forgets_quotes {
    using frame_type = readable_buffer;

    decoded<readable_buffer> decode(byte_reader& in) {
        byte_reader ahead = in;
        (void)ahead.skip(searched);
        bool within_quotes = false;
        while (const parsed<std::byte> c = ahead.read()) {
            within_quotes ^= *c == std::byte{'"'};
            if (*c == std::byte{'\n'} && !within_quotes) {
                searched = 0;
                return *in.read_view(ahead.position());
            }
        }
        searched = ahead.position();
        return need_more{};
    }

    std::size_t searched = 0;
};

struct sees_one_piece : digit_decoder {
    decoded<readable_buffer> decode(byte_reader& in) {
        const parsed<std::size_t> size = read_size(in);
        if (!size)
            return size.error();
        if (in.current().size() < *size)
            return need_more{};
        return *in.read_view(*size);
    }
};

struct gives_parts : digit_decoder {
    decoded<readable_buffer> decode(byte_reader& in) {
        const parsed<std::size_t> size = read_size(in);
        if (!size)
            return size.error();
        return *in.read_view(std::min(*size, in.remaining()));
    }
};

struct finds_errors_anywhere : digit_decoder {
    decoded<readable_buffer> decode(byte_reader& in) {
        decoded<readable_buffer> outcome = digit_decoder::decode(in);
        if (outcome.error())
            (void)in.skip(in.remaining());
        return outcome;
    }
};

struct gives_nothing_for_ever : digit_decoder {
    decoded<readable_buffer> decode(byte_reader&) { return readable_buffer(); }
};

// With frames of its own, and not to be copied.
struct number_decoder : digit_decoder {
    using frame_type = std::optional<std::size_t>;

    decoded<frame_type> decode(byte_reader& in) {
        const parsed<std::size_t> size = read_size(in);
        if (!size)
            return size.error();
        return frame_type(*size);
    }

    std::unique_ptr<int> not_copied;
};

decoded_input expected(std::string_view frames, error_code end, std::uint64_t position) {
    decoded_input outcome;
    std::uint64_t at = 0;
    for (; !frames.empty(); frames.remove_prefix(frames.find('|') + 1)) {
        const std::string_view text = frames.substr(0, frames.find('|'));
        at += 1 + text.size();
        outcome.frames.push_back({std::string(text), at});
    }
    outcome.end = end;
    outcome.position = position;
    return outcome;
}

std::string shown(const split_report& report) {
    std::ostringstream out;
    out << report;
    return out.str();
}

} // namespace

TEST_CASE("a decoder that is right") {
    const split_report of_good = every_split(good, digit_decoder());
    CHECK_MESSAGE(of_good, of_good);
    CHECK(of_good.whole == expected("hello||abc|x|", boost::asio::error::eof, 13));
    CHECK(of_good.lookahead == 0);
    CHECK(of_good.tried == 5 * (1 + 12 + 1 + 12 * 11 / 2));
    CHECK(shown(of_good) == "\"hello\" up to 6, \"\" up to 7, \"abc\" up to 11, \"x\" up to 13, " +
                                error_code(boost::asio::error::eof).message() + " at 13");

    const split_report of_bad = every_split(bad, digit_decoder());
    CHECK_MESSAGE(of_bad, of_bad);
    CHECK(of_bad.whole == expected("hello||abc|", errc::malformed_frame, 11));

    const split_report of_part = every_split(good.substr(0, 9), digit_decoder());
    CHECK_MESSAGE(of_part, of_part);
    CHECK(of_part.whole == expected("hello||", errc::truncated_frame, 9));

    for (const std::string_view tiny : {"", "0", "?"})
        CHECK(every_split(tiny, digit_decoder()));
}

TEST_CASE("the ways that are tried are what one asks for") {
    testing::split_options options;
    options.segment_sizes = {3, 7};
    options.max_three_pieces = good.size() - 1;
    const split_report report = every_split(good, digit_decoder(), {}, options);
    CHECK(report);
    CHECK(report.tried == 2 * (1 + 12 + 1));
}

TEST_CASE("one that takes bytes for consumed when it needs more") {
    const split_report report = every_split(good, consumes_on_need_more());
    REQUIRE_FALSE(report);
    CHECK(report.first_difference->how.cuts == std::vector<std::size_t>{1});
    CHECK(
        shown(report).starts_with("cut at 1, in segments of 1:\n  found:    \"5hell\" up to 5, "));
}

TEST_CASE("one that loses what it learnt") {
    CHECK(every_split("one\ntwo\n", forgets_quotes()));
    const split_report report = every_split("\"o\nne\"\ntwo\n", forgets_quotes());
    REQUIRE_FALSE(report);
    CHECK(report.first_difference->how.cuts == std::vector<std::size_t>{1});
    CHECK(report.first_difference->found.frames.at(0).text == "\"o\n");
}

TEST_CASE("one that sees one piece of memory only") {
    const split_report report = every_split(good, sees_one_piece());
    REQUIRE_FALSE(report);
    CHECK(report.first_difference->how.cuts.empty());
    CHECK(report.first_difference->how.segment_size == 1);
    CHECK(shown(report).starts_with("whole, in segments of 1:"));
}

TEST_CASE("one that gives parts of frames") {
    CHECK_FALSE(every_split(good, gives_parts()));
}

TEST_CASE("one whose errors are not always at the same place") {
    CHECK(every_split(good, finds_errors_anywhere()));
    const split_report report = every_split(bad, finds_errors_anywhere());
    REQUIRE_FALSE(report);
    CHECK(report.first_difference->found.end == errc::malformed_frame);
    CHECK(report.first_difference->found.position < report.whole.position);
}

TEST_CASE("one that never ends is stopped") {
    const split_report report = every_split(good, gives_nothing_for_ever());
    CHECK_FALSE(report);
    CHECK(report.whole.endless);
    CHECK(shown(report).ends_with("frames) and so on without end"));
}

TEST_CASE("how far a decoder looks ahead is told") {
    for (const std::size_t ahead : {0, 1, 2}) {
        const split_report report = every_split(good, digit_decoder{ahead});
        CHECK(report);
        CHECK(report.lookahead == ahead);
    }
}

TEST_CASE("a decoder that a function makes, and frames that a function prints") {
    const auto print = [](const std::optional<std::size_t>& frame) {
        return std::to_string(frame.value());
    };
    const split_report report = every_split(
        "1203x", [] { return number_decoder(); }, print);
    CHECK_MESSAGE(report, report);
    CHECK(report.whole.frames.size() == 4);
    CHECK(report.whole.frames.at(1) == decoded_input::frame{"2", 2});
    CHECK(report.whole.position == 4);
}

TEST_CASE("one way alone") {
    const decoded_input found = testing::decode_split(bad, digit_decoder(), {{2, 8}, 16});
    CHECK(found == expected("hello||abc|", errc::malformed_frame, 11));
    CHECK(testing::to_string(found).ends_with("the frame is malformed at 11"));
}

TEST_CASE("bytes that are no text are shown so that one can read them") {
    decoded_input outcome;
    outcome.frames.push_back({std::string("a\0\n\xff", 4) + std::string(100, 'b'), 104});
    CHECK(testing::to_string(outcome).starts_with("\"a\\x00\\x0a\\xffbbb"));
    CHECK(testing::to_string(outcome).find("... (104 bytes) up to 104") != std::string::npos);
}

TEST_CASE("what a decoder throws comes through") {
    struct throwing : digit_decoder {
        decoded<readable_buffer> decode(byte_reader&) { throw std::runtime_error("no"); }
    };
    CHECK_THROWS_AS(every_split(good, throwing()), std::runtime_error);
}
