// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/every_cut.hpp"
#include "support/numbered_bytes.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <type_traits>

using namespace sluice;
using namespace sluice::test;

static_assert(std::is_trivially_copyable_v<byte_reader>);

namespace {

// All that can be asked of a reader that has nothing.
void check_has_nothing(byte_reader in) {
    const std::size_t begin = in.position();
    CHECK(in.empty());
    CHECK(in.remaining() == 0);
    CHECK(in.current().empty());
    CHECK(in.rest().empty());
    CHECK(in.rest().begin() == in.rest().end());
    CHECK(in.peek().error() == parse_error::need_more);
    CHECK(in.peek(0).error() == parse_error::need_more);
    CHECK(in.peek(1).error() == parse_error::need_more);
    CHECK(in.read().error() == parse_error::need_more);
    CHECK(in.skip(1).error() == parse_error::need_more);
    CHECK(in.skip(0));
    CHECK(in.read({}));
    CHECK(in.read_view(0).value().empty());
    CHECK(in.read_view(1).error() == parse_error::need_more);
    CHECK(in.read_be<std::uint32_t>().error() == parse_error::need_more);
    CHECK(in.read_le<std::uint64_t>(3).error() == parse_error::need_more);
    CHECK(in.read_varint<std::uint32_t>().error() == parse_error::need_more);
    for (const input_state state : {input_state::partial, input_state::complete}) {
        CHECK(in.read_decimal<int>(state).error() == parse_error::need_more);
        CHECK(in.read_decimal<double>(state).error() == parse_error::need_more);
        CHECK(in.read_hex<unsigned>(state).error() == parse_error::need_more);
    }
    CHECK(in.find('a').error() == parse_error::need_more);
    CHECK(in.find("ab").error() == parse_error::need_more);
    CHECK(in.find(white_space).error() == parse_error::need_more);
    CHECK(in.find(delimiter('a').escaped_by('b')).error() == parse_error::need_more);
    CHECK(in.find("").value() == 0);
    CHECK(in.read_until('a').error() == parse_error::need_more);
    CHECK(in.read_until("").value().empty());
    CHECK(in.skip_until('a', 7).error() == parse_error::need_more);
    CHECK(in.starts_with("a").error() == parse_error::need_more);
    CHECK(in.starts_with(""));
    CHECK(in.skip_past(""));
    CHECK(in.skip_past('a') == 0);
    CHECK(in.skip_past(white_space) == 0);
    in.rewind(0);
    in.discard_read();
    CHECK(in.position() == 0);
    CHECK(thrown_by([&] { in.rewind(1); }) == errc::invalid_cursor);
    CHECK(in.position() == 0);
    CHECK(begin == 0);
}

} // namespace

TEST_CASE("byte_reader: with nothing to read") {
    check_has_nothing({});
    check_has_nothing(std::string_view());
    check_has_nothing(std::string_view("text").substr(4));
    check_has_nothing(std::span<const std::byte>());
    check_has_nothing(readable_buffer());

    const pieces source{"one", "two"};
    for (std::size_t offset = 0; offset <= 6; ++offset)
        check_has_nothing(source.view().slice(offset, 0));

    test_pipe pipe;
    REQUIRE(pipe.publish("all"));
    CHECK(pipe.take() == "all");
    pipe.writer.complete();
    const readable_buffer at_the_end = pipe.reader.try_read().value().buffer;
    check_has_nothing(at_the_end);
    CHECK(byte_reader(at_the_end).consumed() == at_the_end.start());
}

TEST_CASE("byte_reader: reads, peeks and goes back over every cut") {
    const std::string text = "abcdefghij";
    over_every_cut(text, [&](byte_reader in) {
        const std::size_t begin = in.position();
        byte_reader ahead = in;
        for (std::size_t i = 0; i != text.size(); ++i) {
            CHECK(ahead.position() == begin + i);
            CHECK(ahead.remaining() == text.size() - i);
            CHECK_FALSE(ahead.empty());
            CHECK_FALSE(ahead.current().empty());
            CHECK(ahead.current().front() == std::byte(text[i]));
            CHECK(ahead.peek().value() == std::byte(text[i]));
            for (std::size_t offset = 0; offset <= text.size() - i; ++offset) {
                const parsed<std::byte> value = ahead.peek(offset);
                CHECK(value.has_value() == (i + offset < text.size()));
                if (value)
                    CHECK(*value == std::byte(text[i + offset]));
            }
            CHECK(ahead.rest().equals(std::string_view(text).substr(i)));
            CHECK(ahead.consumed() - in.consumed() == static_cast<std::int64_t>(i));
            CHECK(ahead.read().value() == std::byte(text[i]));
        }
        CHECK(ahead.empty());
        CHECK(ahead.consumed() == in.view().finish());
        for (std::size_t n = 0; n <= text.size(); ++n) {
            byte_reader back = ahead;
            back.rewind(n);
            CHECK(back.rest().equals(std::string_view(text).substr(text.size() - n)));
            CHECK(thrown_by([&] { back.rewind(back.position() + 1); }) == errc::invalid_cursor);
            CHECK(back.remaining() == n);
        }
    });
}

TEST_CASE("byte_reader: skips and views of every length from every place") {
    const std::string text = "abcdefg";
    over_every_cut(text, [&](const byte_reader& in) {
        for (std::size_t from = 0; from <= text.size(); ++from) {
            for (std::size_t n = 0; from + n <= text.size(); ++n) {
                byte_reader skipped = in, viewed = in, copied = in;
                CHECK(skipped.skip(from));
                CHECK(viewed.skip(from));
                CHECK(copied.skip(from));
                CHECK(skipped.skip(n));
                const std::string_view expected = std::string_view(text).substr(from, n);
                const parsed<readable_buffer> view = viewed.read_view(n);
                REQUIRE(view);
                CHECK(view->equals(expected));
                for (const asio::const_buffer piece : *view)
                    CHECK(piece.size() != 0);
                std::array<std::byte, 8> target{};
                CHECK(copied.read(std::span(target).first(n)));
                CHECK(std::string_view(reinterpret_cast<const char*>(target.data()), n) ==
                      expected);
                for (const byte_reader& moved : {skipped, viewed, copied}) {
                    CHECK(moved.position() == in.position() + from + n);
                    CHECK(moved.rest().equals(std::string_view(text).substr(from + n)));
                    CHECK(moved.empty() == moved.current().empty());
                }
            }
            byte_reader short_of = in;
            CHECK(short_of.skip(from));
            std::array<std::byte, 16> target{};
            const std::size_t more = text.size() - from + 1;
            CHECK(short_of.skip(more).error() == parse_error::need_more);
            CHECK(short_of.skip(readable_buffer::npos).error() == parse_error::need_more);
            CHECK(short_of.read_view(more).error() == parse_error::need_more);
            CHECK(short_of.read(std::span(target).first(more)).error() == parse_error::need_more);
            CHECK(target[0] == std::byte());
            CHECK(short_of.rest().equals(std::string_view(text).substr(from)));
        }
    });
}

TEST_CASE("byte_reader: discard_read makes here the beginning") {
    over_every_cut("abcdef", [](byte_reader in) {
        REQUIRE(in.skip(2));
        const read_cursor here = in.consumed();
        in.discard_read();
        CHECK(in.position() == 0);
        CHECK(in.consumed() == here);
        CHECK(in.view().equals("cdef"));
        CHECK(thrown_by([&] { in.rewind(1); }) == errc::invalid_cursor);
        REQUIRE(in.skip(3));
        in.rewind(3);
        CHECK(in.rest().equals("cdef"));
        REQUIRE(in.skip(4));
        in.discard_read();
        CHECK(in.empty());
        CHECK(in.position() == 0);
        in.rewind(0);
        CHECK(in.view().empty());
    });
}

TEST_CASE("byte_reader: the pipe is advanced to where it stands, and reading goes on there") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        std::string taken;
        for (std::size_t written = 0; written != 600; written += 30) {
            REQUIRE(pipe.publish(numbered_bytes(30, written)));
            const read_result read = pipe.reader.try_read().value();
            byte_reader in(read.buffer);
            while (const parsed<readable_buffer> chunk = in.read_view(7))
                taken += chunk->to_string();
            pipe.reader.advance(in.consumed(), read.buffer.finish());
        }
        CHECK(taken.size() == 600 / 7 * 7);
        CHECK(is_numbered(taken));
    }
}
