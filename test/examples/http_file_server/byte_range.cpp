// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "byte_range.hpp"

#include <doctest/doctest.h>

using file_server::byte_range;
using file_server::parse_range;
using outcome = byte_range::outcome;

namespace {

void check_part(std::string_view field, std::uint64_t size, std::uint64_t first,
                std::uint64_t length) {
    CAPTURE(field);
    const byte_range range = parse_range(field, size);
    CHECK(range.what == outcome::partial);
    CHECK(range.first == first);
    CHECK(range.length == length);
}

} // namespace

TEST_CASE("byte_range: from a first byte to a last one, or to the end") {
    check_part("bytes=0-0", 10, 0, 1);
    check_part("bytes=2-5", 10, 2, 4);
    check_part("bytes=9-", 10, 9, 1);
    check_part("bytes=3-100", 10, 3, 7);
    check_part("bytes=3-99999999999999999999999999", 10, 3, 7);
    check_part(" BYTES = 1-2 ", 10, 1, 2);
}

TEST_CASE("byte_range: the last bytes") {
    check_part("bytes=-3", 10, 7, 3);
    check_part("bytes=-30", 10, 0, 10);
    check_part("bytes=-99999999999999999999999999", 10, 0, 10);
}

TEST_CASE("byte_range: what cannot be satisfied") {
    for (const char* field :
         {"bytes=10-", "bytes=10-12", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=", "bytes=x-y",
          "bytes=1", "bytes=+1-2", "bytes=0x1-2", "bytes=1-2-3", "bytes=1 -2", "bytes"}) {
        CAPTURE(field);
        CHECK(parse_range(field, 10).what == outcome::unsatisfiable);
    }
    for (const char* field : {"bytes=0-", "bytes=0-0", "bytes=-1"})
        CHECK(parse_range(field, 0).what == outcome::unsatisfiable);
}

TEST_CASE("byte_range: other units and several ranges give the whole") {
    for (const char* field : {"", "lines=1-2", "bytes=0-1,3-4", "octets=0-1"})
        CHECK(parse_range(field, 10).what == outcome::whole);
}
