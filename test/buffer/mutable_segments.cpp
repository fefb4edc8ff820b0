// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/mutable_segments.hpp>

#include <boost/asio/buffer.hpp>
#include <doctest/doctest.h>

#include <array>
#include <string_view>

using sluice::mutable_segments;
namespace asio = boost::asio;

static_assert(asio::is_mutable_buffer_sequence<mutable_segments>::value);

TEST_CASE("mutable_segments: a few pieces as one sequence") {
    std::array<char, 3> first{};
    std::array<char, 2> second{};
    mutable_segments segments;
    CHECK(segments.size() == 0);
    CHECK(segments.begin() == segments.end());
    segments.push_back(asio::buffer(first));
    segments.push_back(asio::buffer(second));
    CHECK(segments.size() == 5);
    CHECK(segments.count() == 2);
    CHECK(asio::buffer_size(segments) == 5);
    CHECK(asio::buffer_copy(segments, asio::buffer(std::string_view("abcdefg"))) == 5);
    CHECK(first[2] == 'c');
    CHECK(second[1] == 'e');
}
