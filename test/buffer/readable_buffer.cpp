// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pieces.hpp"
#include <sluice/buffer/readable_buffer.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <doctest/doctest.h>

#include <array>
#include <iterator>
#include <string>
#include <type_traits>
#include <vector>

using namespace sluice;
using namespace sluice::test;

static_assert(asio::is_const_buffer_sequence<readable_buffer>::value);
static_assert(std::bidirectional_iterator<readable_buffer::const_iterator>);
static_assert(std::is_trivially_copyable_v<readable_buffer>);

namespace {

std::vector<std::string> texts_of(const readable_buffer& view) {
    std::vector<std::string> texts;
    for (const asio::const_buffer piece : view)
        texts.emplace_back(static_cast<const char*>(piece.data()), piece.size());
    return texts;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("readable_buffer: an empty view") {
    const readable_buffer none;
    CHECK(none.empty());
    CHECK(none.size() == 0);
    CHECK(none.begin() == none.end());
    CHECK(none.is_contiguous());
    CHECK(none.front().size() == 0);
    CHECK(none.start() == none.finish());
    CHECK(none.to_string().empty());
    CHECK(none.equals(""));
    CHECK_FALSE(none.equals("a"));
    CHECK_FALSE(none.find('a'));
    CHECK_FALSE(none.find("a"));
    CHECK(none.find("") == none.start());
    CHECK(none.slice(0).empty());
    CHECK(none.preserve().empty());
    CHECK(thrown_by([&] { none.peek(); }) == errc::invalid_cursor);
    CHECK(thrown_by([&] { none.at(1); }) == errc::invalid_cursor);
    CHECK(none.at(0) == none.start());
}

TEST_CASE("readable_buffer: its pieces, forwards and backwards") {
    const pieces source{"one", "t", "three"};
    const readable_buffer view = source.view();
    CHECK(texts_of(view) == texts{"one", "t", "three"});
    CHECK(view.size() == 9);
    CHECK_FALSE(view.is_contiguous());
    CHECK(view.front().size() == 3);
    CHECK(view.peek() == std::byte('o'));

    texts backwards;
    for (auto it = view.end(); it != view.begin();) {
        const asio::const_buffer piece = *--it;
        backwards.emplace_back(static_cast<const char*>(piece.data()), piece.size());
    }
    CHECK(backwards == texts{"three", "t", "one"});

    auto it = view.begin();
    CHECK((*it++).size() == 3);
    CHECK((*it).size() == 1);
    CHECK(it.cursor() == view.at(3));
    CHECK((*it--).size() == 1);
    CHECK(it == view.begin());
    CHECK(std::distance(view.begin(), view.end()) == 3);
}

TEST_CASE("readable_buffer: what Asio does with buffer sequences") {
    const pieces source{"ab", "c", "defg"};
    CHECK(asio::buffer_size(source.view()) == 7);
    std::array<char, 5> target{};
    CHECK(asio::buffer_copy(asio::buffer(target), source.view()) == 5);
    CHECK(std::string(target.data(), 5) == "abcde");
    const std::string all(asio::buffers_begin(source.view()), asio::buffers_end(source.view()));
    CHECK(all == "abcdefg");
    const std::reverse_iterator last(asio::buffers_end(source.view()));
    CHECK(*last == 'g');
}

TEST_CASE("readable_buffer: at and peek over every offset") {
    const pieces source{"a", "bc", "def"};
    const readable_buffer view = source.view();
    for (std::size_t offset = 0; offset <= view.size(); ++offset) {
        CAPTURE(offset);
        const read_cursor cursor = view.at(offset);
        CHECK(cursor - view.start() == static_cast<std::int64_t>(offset));
        CHECK(view.contains(cursor));
        if (offset != view.size())
            CHECK(view.slice(cursor, view.finish()).peek() == std::byte("abcdef"[offset]));
    }
    CHECK(view.at(6) == view.finish());
    CHECK(thrown_by([&] { view.at(7); }) == errc::invalid_cursor);
    CHECK(thrown_by([&] { view.at(readable_buffer::npos); }) == errc::invalid_cursor);
}

TEST_CASE("readable_buffer: every slice, by offset and by cursor") {
    const std::string text = "abcdefgh";
    for (const auto& source : {pieces{"abcdefgh"}, pieces{"a", "bcd", "ef", "gh"},
                               pieces{"a", "b", "c", "d", "e", "f", "g", "h"}}) {
        const readable_buffer view = source.view();
        for (std::size_t from = 0; from <= text.size(); ++from) {
            CHECK(view.slice(from).equals(text.substr(from)));
            CHECK(view.slice(from, 100).equals(text.substr(from)));
            for (std::size_t to = from; to <= text.size(); ++to) {
                const std::string expected = text.substr(from, to - from);
                const readable_buffer by_offset = view.slice(from, to - from);
                const readable_buffer by_cursor = view.slice(view.at(from), view.at(to));
                CHECK(by_offset.equals(expected));
                CHECK(by_cursor.to_string() == expected);
                CHECK(texts_of(by_cursor) == texts_of(by_offset));
                CHECK(by_cursor.start() == view.at(from));
                CHECK(by_cursor.finish() == view.at(to));
                for (const std::string& piece : texts_of(by_cursor))
                    CHECK_FALSE(piece.empty());
                // A slice of a slice, and cursors of the whole in it.
                CHECK(by_cursor.slice(view.at(from), view.at(to)).equals(expected));
                CHECK(by_cursor.slice(view.at(to), view.at(to)).empty());
                CHECK(by_cursor.slice(view.at(to), by_cursor.finish()).empty());
                if (expected.size() > 1)
                    CHECK(by_cursor.slice(view.at(from + 1), view.at(to - 1))
                              .equals(expected.substr(1, expected.size() - 2)));
            }
        }
    }
}

TEST_CASE("readable_buffer: slices of what is not there are refused") {
    const pieces source{"abc", "def"}, other{"abc", "def"};
    const readable_buffer view = source.view();
    const readable_buffer middle = view.slice(2, 2);
    const auto refused = [](const readable_buffer& of, read_cursor first, read_cursor last) {
        return thrown_by([&] { of.slice(first, last); }) == errc::invalid_cursor;
    };
    CHECK(refused(view, view.at(3), view.at(2)));
    CHECK(refused(middle, view.start(), view.at(3)));
    CHECK(refused(middle, view.at(3), view.finish()));
    CHECK(refused(view, other.view().start(), other.view().finish()));
    CHECK(refused(view, view.start(), other.view().finish()));
    CHECK(refused(view, read_cursor(), view.finish()));
    CHECK(thrown_by([&] { view.slice(7); }) == errc::invalid_cursor);
    CHECK(thrown_by([&] { view.slice(7, 0); }) == errc::invalid_cursor);
    CHECK_FALSE(view.contains(other.view().start()));
    CHECK_FALSE(middle.contains(view.finish()));
}

TEST_CASE("readable_buffer: find, in pieces of any size") {
    const std::string text = "aabaabcaab\r\n\r\nx";
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        REQUIRE(pipe.publish(text));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        for (std::size_t from = 0; from <= text.size(); ++from) {
            for (std::size_t length = 0; from + length <= text.size(); ++length) {
                const std::string wanted = text.substr(from, length);
                const std::optional<read_cursor> hit = view.find(wanted);
                REQUIRE(hit);
                CHECK(*hit == view.at(text.find(wanted)));
            }
            const readable_buffer rest = view.slice(from);
            const std::size_t expected = text.find("aab", from);
            const std::optional<read_cursor> hit = rest.find("aab");
            CHECK(hit.has_value() == (expected != std::string::npos));
            if (hit)
                CHECK(*hit == view.at(expected));
        }
        for (const char c : std::string("abc\r\nx")) {
            CHECK(view.find(c) == view.at(text.find(c)));
            CHECK(view.find(std::byte(c)) == view.at(text.find(c)));
        }
        CHECK_FALSE(view.find('z'));
        CHECK_FALSE(view.find("aac"));
        CHECK_FALSE(view.find(text + "y"));
        CHECK_FALSE(view.slice(0, 5).find('c')); // nothing beyond the view
        CHECK_FALSE(view.slice(0, 6).find("bc"));
    }
}

TEST_CASE("readable_buffer: copies and comparisons") {
    const pieces source{"ab", "cde", "f"};
    const readable_buffer view = source.view();
    std::array<std::byte, 8> target{};
    CHECK(view.copy_to(std::span(target).first(4)) == 4);
    CHECK(target[3] == std::byte('d'));
    CHECK(target[4] == std::byte(0));
    CHECK(view.copy_to(target) == 6);
    CHECK(view.copy_to({}) == 0);
    CHECK(view.to_string() == "abcdef");
    CHECK(view.equals("abcdef"));
    CHECK_FALSE(view.equals("abcdeg"));
    CHECK_FALSE(view.equals("abcde"));
    CHECK_FALSE(view.equals("abcdefg"));
    CHECK_FALSE(view.equals(""));
}
