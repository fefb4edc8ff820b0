// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/every_cut.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

namespace {

// The delimiter is found behind `before`, and nowhere in what is shorter.
void check_found(const std::string& before, const std::string& found, const delimiter& what,
                 std::string_view behind = "") {
    const std::string text = before + found + std::string(behind);
    const std::size_t end = before.size() + found.size();
    CAPTURE(text);
    check_reads(text, end, before, [&](byte_reader& in) { return in.read_until(what); });
    check_reads(text, 0, end, before.size(), [&](byte_reader& in) { return in.find(what); });
    over_every_cut(text, [&](byte_reader in) {
        const byte_reader begin = in;
        REQUIRE(in.skip_until(what));
        CHECK(in.position() - begin.position() == before.size());
        CHECK(in.rest().equals(found + std::string(behind)));
    });

    // As the bytes arrive one by one, each search goes on where the last one ended.
    over_every_cut(text, [&](const byte_reader& in) {
        std::size_t seen = 0;
        for (std::size_t length = 0; length < end; ++length) {
            byte_reader some(in.rest().slice(0, length));
            CHECK(some.read_until(what, seen).error() == parse_error::need_more);
            CHECK(some.position() == 0);
            CHECK(seen <= length);
            CHECK(seen + 1 >= length - std::min(length, found.size()));
        }
        byte_reader all(in.rest());
        const parsed<readable_buffer> view = all.read_until(what, seen);
        REQUIRE(view);
        CHECK(view->equals(before));
        CHECK(seen == 0);
    });

    // It may be told what is known.
    if (what.has_escape())
        return;
    over_every_cut(text, [&](const byte_reader& in) {
        for (std::size_t known = 0; known < end; ++known) {
            CHECK(byte_reader(in).find(what, std::size_t{known}).value() == before.size());
            std::size_t seen = known;
            byte_reader ahead = in;
            CHECK(ahead.skip_until(what, seen));
            CHECK(seen == 0);
        }
    });
}

void check_not_found(std::string_view text, const delimiter& what) {
    CAPTURE(text);
    over_every_cut(text, [&](byte_reader in) {
        for (const std::size_t known : {std::size_t{0}, text.size() / 2, text.size(),
                                        text.size() + 1, readable_buffer::npos}) {
            if (what.has_escape() && known != 0)
                continue;
            std::size_t seen = known;
            CHECK(in.read_until(what, seen).error() == parse_error::need_more);
            CHECK(seen <= text.size());
            CHECK(in.skip_until(what).error() == parse_error::need_more);
            CHECK(in.find(what).error() == parse_error::need_more);
            CHECK(in.rest().equals(text));
        }
    });
}

} // namespace

TEST_CASE("byte_reader: searches for a byte") {
    check_found("", "\n", '\n');
    check_found("", "\n", '\n', "\n\n");
    check_found("abc", "\n", '\n');
    check_found("abc", "\n", std::byte{'\n'}, "rest");
    check_found("a\r", "\n", "\n", "x");
    check_found("abc", std::string(1, '\0'), '\0', "x");
    check_found("abc", "\xff", '\xff', "\xff");
    check_not_found("", '\n');
    check_not_found("abcdef", '\n');
}

TEST_CASE("byte_reader: searches for any byte of a set") {
    const byte_set few(",;\n");
    check_found("", ",", few);
    check_found("abc", ";", few, ",");
    check_found("abc", "\n", few, "x,;");
    check_found(std::string(150, 'x'), ";", few, ",");
    const byte_set many = ~byte_set::range('a', 'z');
    check_found("", "0", many);
    check_found("word", " ", many, "word ");
    check_not_found("abcdef", few);
    check_not_found("abcdef", many);
    check_not_found("abcdef", byte_set());
}

TEST_CASE("byte_reader: searches for text, also across pieces") {
    check_found("", "\r\n", "\r\n");
    check_found("abc", "\r\n", "\r\n", "\r\n");
    check_found("a\rb\n\r", "\r\n", "\r\n", "x");
    check_found("a\r\n\r", "\r\n\r\n", "\r\n\r\n", "x");
    check_found("xaabaa", "aabaaab", std::string("aabaaab"), "aab");
    check_found("--bound", "--boundary", std::string_view("--boundary"), "--");
    check_not_found("\r", "\r\n");
    check_not_found("a\rb\n", "\r\n");
    check_not_found("aabaaba", "aabaaab");
    check_not_found("short", "longer than that");
}

TEST_CASE("byte_reader: empty text is found here") {
    over_every_cut("abc", [](byte_reader in) {
        CHECK(in.find("").value() == 0);
        CHECK(in.find("", 2).value() == 0);
        CHECK(in.find(delimiter("").escaped_by('a')).value() == 0);
        CHECK(in.read_until("").value().empty());
        CHECK(in.skip_until(""));
        CHECK(in.rest().equals("abc"));
    });
}

TEST_CASE("byte_reader: an escaped delimiter does not count") {
    const auto quote = delimiter('"').escaped_by('\\');
    check_found("", "\"", quote, "x");
    check_found("abc", "\"", quote, "\"");
    check_found("a\\\"b", "\"", quote, "\"");
    check_found("a\\\\", "\"", quote, "\"");
    check_found("\\\\\\\"", "\"", quote, "x");
    check_found("\\n\\\\\\\\", "\"", quote);
    check_not_found("a\\\"", quote);
    check_not_found("a\\", quote);
    check_not_found("\\\\\\", quote);
    check_not_found("", quote);

    const byte_set separators(",;");
    const auto separator = delimiter(separators).escaped_by('\\');
    check_found("a\\,b\\;", ";", separator, ",");
    check_found("a\\\\", ",", separator, ",");
    check_not_found("a\\,\\;", separator);

    const auto line_end = delimiter("\r\n").escaped_by('\\');
    check_found("a", "\r\n", line_end, "x");
    check_found("a\\\r\nb", "\r\n", line_end, "x");
    check_found("a\\\\", "\r\n", line_end, "x");
    check_found("a\r\\\n\r", "\r\n", line_end, "x");
    check_not_found("a\\\r\n", line_end);
    check_not_found("a\r\\\n", line_end);
}

TEST_CASE("byte_reader: an escape within the delimiter, and a delimiter that begins with it") {
    check_found("a\\-/", "-\\-", delimiter("-\\-").escaped_by('\\'), "x");
    check_not_found("a\\-\\-b", delimiter("\\-").escaped_by('\\'));
    check_not_found("\"\"a\"", delimiter('"').escaped_by('"'));
    const byte_set with_escape("\\,");
    check_found("\\,", ",", delimiter(with_escape).escaped_by('\\'), "x");
}

TEST_CASE("byte_reader: a delimiter keeps what it was made from") {
    const std::string text = "end";
    const delimiter by_text(text), by_character('x'), one_character("x");
    CHECK(by_text.size() == 3);
    CHECK(by_text.is_text());
    CHECK(by_text.text() == "end");
    CHECK(by_character.size() == 1);
    CHECK(by_character.is_plain_byte());
    CHECK(one_character.is_plain_byte());
    CHECK(one_character.byte() == std::byte{'x'});
    CHECK_FALSE(by_character.escaped_by('\\').is_plain_byte());
    CHECK(delimiter(white_space).any() == &white_space);
    CHECK(delimiter(white_space).size() == 1);
}

TEST_CASE("byte_reader: text that stands here") {
    for (const std::string_view text : {"GET ", "G", "\r\n\r\n"}) {
        const std::string with_rest = std::string(text) + "rest";
        over_every_cut(with_rest, [&](byte_reader in) {
            const byte_reader begin = in;
            CHECK(in.starts_with(text));
            CHECK(in.position() == begin.position());
            CHECK(in.skip_past(text));
            CHECK(in.rest().equals("rest"));
            in = begin;
            CHECK(in.starts_with(""));
            CHECK(in.skip_past(""));
            CHECK(in.rest().equals(with_rest));
        });
        for (std::size_t length = 0; length <= text.size(); ++length) {
            over_every_cut(text.substr(0, length), [&](byte_reader in) {
                const byte_reader begin = in;
                CHECK(in.starts_with(text).has_value() == (length == text.size()));
                if (length != text.size())
                    CHECK(in.skip_past(text).error() == parse_error::need_more);
                CHECK(in.position() == begin.position());
            });
        }
    }
    check_malformed("GEX /", 3, [](byte_reader& in) { return in.skip_past("GET "); });
    check_malformed("POST", 1, [](byte_reader& in) { return in.starts_with("GET "); });
    check_malformed("GET\t", 4, [](byte_reader& in) { return in.starts_with("GET "); });
}

TEST_CASE("byte_reader: skips past runs of bytes") {
    over_every_cut("   \t\r\nword  ", [](byte_reader in) {
        byte_reader other = in;
        CHECK(in.skip_past(white_space) == 6);
        CHECK(in.rest().equals("word  "));
        CHECK(in.skip_past(white_space) == 0);
        CHECK(in.skip_past(~white_space) == 4);
        CHECK(in.skip_past(white_space) == 2);
        CHECK(in.empty());
        CHECK(in.skip_past(white_space) == 0);
        CHECK(other.skip_past(' ') == 3);
        CHECK(other.skip_past(' ') == 0);
        CHECK(other.skip_past(std::byte{'\t'}) == 1);
        CHECK(other.rest().equals("\r\nword  "));
        CHECK(other.skip_past(byte_set()) == 0);
        CHECK(other.skip_past(~byte_set()) == 8);
        CHECK(other.empty());
    });
}

TEST_CASE("byte_reader: a parser reads words, numbers and quoted text") {
    over_every_cut(R"(  set  "a \"b\"" 0x1F, -17; )", [](byte_reader in) {
        in.skip_past(white_space);
        CHECK(in.read_until(white_space).value().equals("set"));
        in.skip_past(white_space);
        REQUIRE(in.skip_past("\""));
        CHECK(in.read_until(delimiter('"').escaped_by('\\')).value().equals("a \\\"b\\\""));
        in.skip_past(white_space);
        REQUIRE(in.skip_past("0x"));
        CHECK(in.read_hex<unsigned>().value() == 0x1f);
        REQUIRE(in.skip_past(","));
        in.skip_past(white_space);
        CHECK(in.read_decimal<int>().value() == -17);
        CHECK(in.read().value() == std::byte{';'});
        in.skip_past(white_space);
        CHECK(in.empty());
    });
}
