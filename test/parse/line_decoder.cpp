// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "reference_lines.hpp"
#include "support/pieces.hpp"
#include <sluice/parse/line_decoder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace sluice;
using test::pieces;

namespace {

line_options with(line_end end, std::size_t max_size = 64 * 1024, bool allow_unterminated = true) {
    return {end, max_size, allow_unterminated};
}

// Takes all lines of a view, whose end is that of the input.
test::lines_found lines_of(const readable_buffer& view, const line_options& options) {
    line_decoder decoder(options);
    test::lines_found found;
    byte_reader in(view);
    for (;;) {
        in.discard_read();
        const decoded<readable_buffer> line = decode_end(decoder, in);
        if (line) {
            found.lines.push_back(line->to_string());
            continue;
        }
        found.error_position = view.size() - in.remaining();
        found.end = line.error();
        if (line.needs_more()) {
            found.end = in.rest().empty() ? error_code(asio::error::eof) : errc::truncated_frame;
            found.error_position = in.rest().empty() ? 0 : view.size();
        }
        return found;
    }
}

test::lines_found lines_of(std::string_view text, const line_options& options) {
    return lines_of(readable_buffer::over({text.data(), text.size()}), options);
}

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("an LF ends a line, and a CR before it belongs to the line") {
    const auto found = lines_of("one\n\ntwo\r\n\r\nthree\rfour\n", with(line_end::lf));
    CHECK(found.lines == strings{"one", "", "two\r", "\r", "three\rfour"});
    CHECK(found.end == asio::error::eof);
}

TEST_CASE("only CR LF ends a line, and either alone belongs to it") {
    const auto found = lines_of("one\r\n\r\ntwo\nthree\rfour\r\r\n\n\r\n", with(line_end::crlf));
    CHECK(found.lines == strings{"one", "", "two\nthree\rfour\r", "\n"});
    CHECK(found.end == asio::error::eof);
}

TEST_CASE("either end is taken, and one CR with it") {
    const auto found =
        lines_of("one\ntwo\r\n\n\r\nthree\r\r\nfour\rfive\n", with(line_end::either));
    CHECK(found.lines == strings{"one", "two", "", "", "three\r", "four\rfive"});
    CHECK(found.end == asio::error::eof);
}

TEST_CASE("no input has no line, and an empty line is one") {
    for (const line_end end : test::line_ends) {
        CHECK(lines_of("", with(end)).lines.empty());
        CHECK(lines_of("\r\n", with(end)).lines.size() == 1);
    }
}

TEST_CASE("the last line needs no end, unless it has to have one") {
    for (const line_end end : test::line_ends) {
        CHECK(lines_of("one\r\ntwo", with(end)).lines.back() == "two");
        CHECK(lines_of("one\r\ntwo\r", with(end)).lines.back() == "two\r");

        const auto strict = lines_of("one\r\ntwo", with(end, 100, false));
        CHECK(strict.lines.size() == 1);
        CHECK(strict.end == errc::truncated_frame);
        CHECK(strict.error_position == 8);
    }
}

TEST_CASE("a line of the maximum is accepted, and one of a byte more refused where it exceeds it") {
    for (const line_end end : test::line_ends) {
        const std::string newline = end == line_end::lf ? "\n" : "\r\n";
        for (const std::size_t size : {0, 1, 5, 63, 64, 65, 200}) {
            const std::string fits = "x" + newline + std::string(size + 1, 'a') + newline;
            CHECK(lines_of(fits, with(end, size + 1)).lines.back().size() == size + 1);

            const auto refused = lines_of(fits, with(end, std::max<std::size_t>(size, 1)));
            if (size == 0)
                continue;
            CHECK(refused.lines == strings{"x"});
            CHECK(refused.end == errc::frame_too_large);
            CHECK(refused.error_position == 1 + newline.size() + size);
        }
    }
}

TEST_CASE("with a maximum of 0 only empty lines pass") {
    CHECK(lines_of("\n\r\n\n", with(line_end::either, 0)).lines == strings{"", "", ""});
    CHECK(lines_of("\nx\n", with(line_end::either, 0)).end == errc::frame_too_large);
}

TEST_CASE("the maximum changes while a line is arriving") {
    line_decoder decoder(with(line_end::lf, 100));
    CHECK(decoder.max_size() == 100);
    const std::string_view text = "0123456789\nabc\n";
    byte_reader in(text.substr(0, 8));
    REQUIRE(decoder.decode(in).needs_more());
    decoder.max_size(5);
    in = byte_reader(text.substr(0, 9));
    const auto refused = decoder.decode(in);
    CHECK(refused.error() == errc::frame_too_large);
    CHECK(in.position() == 5);
    decoder.max_size(std::size_t(-1));
    in = byte_reader(text);
    CHECK(decoder.decode(in)->equals("0123456789"));
    CHECK(decoder.decode(in)->equals("abc"));
}

TEST_CASE("a byte too many is awaited when it may be the first of the end") {
    for (const line_end end : {line_end::crlf, line_end::either}) {
        const std::string_view good = "abcd\r\n", bad = "abcd\rx";
        for (const std::string_view text : {good, bad}) {
            line_decoder decoder(with(end, 4));
            byte_reader in(text.substr(0, 5));
            REQUIRE(decoder.decode(in).needs_more());
            in = byte_reader(text);
            const auto outcome = decoder.decode(in);
            if (text == good) {
                CHECK(outcome->equals("abcd"));
            } else {
                CHECK(outcome.error() == errc::frame_too_large);
                CHECK(in.position() == 4);
            }
        }
    }
}

TEST_CASE("a line and its end lie across pieces of memory") {
    const pieces parts({"a", "b\r", "\nc", "d", "\r", "\n", "\r\n", "e\n"});
    CHECK(lines_of(parts.view(), with(line_end::lf)).lines == strings{"ab\r", "cd\r", "\r", "e"});
    CHECK(lines_of(parts.view(), with(line_end::crlf)).lines == strings{"ab", "cd", "", "e\n"});
    CHECK(lines_of(parts.view(), with(line_end::either)).lines == strings{"ab", "cd", "", "e"});
}

TEST_CASE("a decoder that is given bytes of another place begins anew") {
    line_decoder decoder;
    const std::string first = "one\ntwo\nthr", second = "xx\nyy\n";
    byte_reader in(first);
    CHECK(decoder.decode(in)->equals("one"));
    in = byte_reader(second);
    CHECK(decoder.decode(in)->equals("xx"));
    CHECK(decoder.decode(in)->equals("yy"));
    const pieces parts({"four\nfi"});
    in = byte_reader(parts.view());
    CHECK(decoder.decode(in)->equals("four"));
    CHECK(decoder.decode(in).needs_more());
}

TEST_CASE("all lengths of lines, and all places of an end in a block, are found") {
    std::string text;
    strings expected;
    for (std::size_t size = 0; size != 300; ++size) {
        expected.emplace_back(size, static_cast<char>('a' + size % 26));
        text += expected.back() + '\n';
    }
    for (int i = 0; i != 200; ++i) // more ends than a block has bytes
        expected.emplace_back();
    text += std::string(200, '\n');
    expected.emplace_back(200'000, 'z'); // further than an offset reaches
    text += expected.back() + '\n';
    for (const line_end end : {line_end::lf, line_end::either})
        CHECK(lines_of(text, with(end, 200'000)).lines == expected);
}

TEST_CASE("any bytes give what the plainest search gives") {
    std::uint32_t state = 1;
    const auto random = [&state](std::uint32_t below) {
        state = state * 1664525 + 1013904223;
        return static_cast<std::uint32_t>((std::uint64_t{state >> 8} * below) >> 24);
    };
    for (int round = 0; round != 3000; ++round) {
        std::string text(random(400), '\0');
        const std::uint32_t rarity = 3 + random(60);
        for (char& c : text) {
            const std::uint32_t kind = random(rarity);
            c = kind == 0 ? '\n' : kind == 1 ? '\r' : static_cast<char>(random(256));
        }
        for (const line_end end : test::line_ends)
            for (const bool allow_unterminated : {true, false}) {
                const line_options options = with(end, 10 + random(300), allow_unterminated);
                CHECK(lines_of(text, options) == test::reference_lines(text, options));
            }
    }
}
