// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pieces.hpp"
#include <sluice/buffer/read_cursor.hpp>

#include <doctest/doctest.h>

#include <compare>
#include <type_traits>

using namespace sluice;
using namespace sluice::test;

static_assert(std::is_trivially_copyable_v<read_cursor>);
static_assert(std::three_way_comparable<read_cursor, std::partial_ordering>);

TEST_CASE("read_cursor: order and distance") {
    const pieces source{"ab", "cd"};
    const read_cursor first = source.view().at(1), second = source.view().at(3);
    CHECK(first < second);
    CHECK(second > first);
    CHECK(first <= first);
    CHECK(first == source.view().at(1));
    CHECK(first != second);
    CHECK(second - first == 2);
    CHECK(first - second == -2);
}

TEST_CASE("read_cursor: those of different streams are neither equal nor ordered") {
    const pieces one{"ab"}, two{"ab"};
    const read_cursor a = one.view().start(), b = two.view().start();
    CHECK_FALSE(a == b);
    CHECK_FALSE(a < b);
    CHECK_FALSE(a > b);
    CHECK((a <=> b) == std::partial_ordering::unordered);
    CHECK_FALSE(a == read_cursor());
}

TEST_CASE("read_cursor: positions count the bytes of the stream") {
    test_pipe pipe(with_segments(2));
    for (std::uint64_t done = 0; done != 30; done += 3) {
        REQUIRE(pipe.publish("abc"));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        CHECK(view.start().position() == done);
        CHECK(view.finish().position() == done + 3);
        pipe.reader.consume(3);
    }
}
