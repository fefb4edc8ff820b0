// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/byte_set.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace sluice;

namespace {

std::string values_of(const byte_set& set) {
    std::string values;
    for (unsigned i = 0; i != 256; ++i) {
        CHECK(set.contains(static_cast<char>(i)) == set.contains(static_cast<std::byte>(i)));
        if (set.contains(static_cast<char>(i)))
            values += static_cast<char>(i);
    }
    CHECK(set.size() == values.size());
    CHECK(set.some() == values.substr(0, byte_set::few));
    return values;
}

} // namespace

static_assert(byte_set("ab").contains('a') && !byte_set("ab").contains('c'));
static_assert((~byte_set()).size() == 256);
static_assert((byte_set::range('0', '9') | byte_set("_")).size() == 11);

TEST_CASE("byte_set: holds the values it was made of") {
    CHECK(values_of(byte_set()).empty());
    CHECK(values_of(byte_set("")).empty());
    CHECK(values_of(byte_set("hello")) == "ehlo");
    CHECK(values_of(byte_set({"\0\x7f\x80\xff", 4})) == std::string("\0\x7f\x80\xff", 4));
    CHECK(values_of(byte_set::range('a', 'e')) == "abcde");
    CHECK(values_of(byte_set::range('a', 'a')) == "a");
    CHECK(values_of(byte_set::range('b', 'a')).empty());
    CHECK(values_of(byte_set::range('\0', '\xff')).size() == 256);
    CHECK(values_of(byte_set::range('\x7e', '\x81')) == "\x7e\x7f\x80\x81");
    CHECK(values_of(white_space) == "\t\n\v\f\r ");
}

TEST_CASE("byte_set: unions and complements") {
    const byte_set letters = byte_set::range('a', 'z') | byte_set::range('A', 'Z');
    CHECK(letters.size() == 52);
    CHECK(values_of(letters | letters) == values_of(letters));
    CHECK(values_of(byte_set("za") | byte_set("b\xff")) == "abz\xff");
    CHECK(values_of(~letters).size() == 204);
    CHECK(values_of(~~letters) == values_of(letters));
    CHECK(values_of(~byte_set()).size() == 256);
    CHECK(values_of(~byte_set::range('\x02', '\xfe')) == std::string("\0\x01\xff", 3));
}
