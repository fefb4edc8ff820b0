// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/every_cut.hpp"
#include <sluice/buffer/text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

namespace {

void check_trimmed(std::string_view text, std::string_view expected,
                   const byte_set& set = white_space) {
    CAPTURE(text);
    over_every_cut(text, [&](const byte_reader& in) {
        const readable_buffer view = in.rest();
        const readable_buffer trimmed = trim(view, set);
        CHECK(trimmed.equals(expected));
        CHECK(view.contains(trimmed.start()));
        CHECK(view.contains(trimmed.finish()));
        for (const asio::const_buffer piece : trimmed)
            CHECK(piece.size() != 0);
    });
}

} // namespace

TEST_CASE("trim: takes away what is at the ends, and nothing else") {
    check_trimmed("", "");
    check_trimmed(" ", "");
    check_trimmed(" \t\r\n\v\f ", "");
    check_trimmed("a", "a");
    check_trimmed(" a", "a");
    check_trimmed("a ", "a");
    check_trimmed("  a b\t c\r\n", "a b\t c");
    check_trimmed("abc", "abc");
    check_trimmed("\"a\"", "a", byte_set("\""));
    check_trimmed("aaa", "", byte_set("a"));
    check_trimmed(" a ", " a ", byte_set());
    CHECK(trim({}).empty());
}

TEST_CASE("contiguous_text: in place where it can be") {
    over_every_cut("some text", [](const byte_reader& in) {
        const readable_buffer view = in.rest();
        std::string scratch = "old content, longer than that";
        const std::string_view text = contiguous_text(view, scratch);
        CHECK(text == "some text");
        CHECK((text.data() == scratch.data()) == (view.front().size() != view.size()));
    });
    std::string scratch = "kept";
    CHECK(contiguous_text({}, scratch).empty());
    CHECK(contiguous_text(readable_buffer::over(asio::buffer("abc", 3)), scratch) == "abc");
    CHECK(scratch == "kept");
}
