// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/show_parsed.hpp"
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/dynamic_buffer_writer.hpp>
#include <sluice/buffer/pooled_buffer.hpp>
#include <sluice/buffer/span_writer.hpp>
#include <sluice/buffer/write.hpp>
#include <sluice/buffer/writer_output.hpp>

#include <boost/asio/streambuf.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

using namespace sluice;

namespace {

// Each holds a writer, and tells what was written.
struct into_span {
    std::array<std::byte, 4096> memory{};
    span_writer writer{memory};
    std::string text() const {
        return {reinterpret_cast<const char*>(writer.written().data()), writer.size()};
    }
};
struct into_string {
    std::string all;
    dynamic_buffer_writer<
        boost::asio::dynamic_string_buffer<char, std::char_traits<char>, std::allocator<char>>>
        writer{boost::asio::dynamic_buffer(all)};
    const std::string& text() const { return all; }
};
struct into_streambuf {
    boost::asio::streambuf all;
    dynamic_buffer_writer<boost::asio::streambuf&> writer{all};
    std::string text() const {
        return {static_cast<const char*>(all.data().data()), all.data().size()};
    }
};
template <std::size_t Segment>
struct into_pool {
    pooled_buffer writer{segment_pool({.segment_size = Segment}), 1};
    std::string text() const { return writer.view().to_string(); }
};

template <class T>
std::vector<T> edges() {
    using limits = std::numeric_limits<T>;
    return {T(0), T(1), T(0x7f), limits::max(), limits::lowest(), T(limits::max() / 3)};
}

bool failed_with(errc code, auto&& call) {
    try {
        call();
    } catch (const boost::system::system_error& e) {
        return e.code() == code;
    }
    return false;
}

static_assert(BufferWriter<span_writer>);
static_assert(BufferWriter<pooled_buffer>);
static_assert(std::output_iterator<writer_output<span_writer>::iterator, char>);
static_assert(std::output_iterator<writer_output<span_writer>::iterator, std::byte>);

} // namespace

TEST_CASE_TEMPLATE("what is written is read back, by any writer", Into, into_span, into_string,
                   into_streambuf, into_pool<16>, into_pool<4096>) {
    const auto numbers = [&]<class T>(T) {
        for (const T value : edges<T>()) {
            Into into;
            write_be<T>(into.writer, value);
            write_le<T>(into.writer, value);
            if constexpr (std::integral<T>) {
                write_be<T>(into.writer, value, 8);
                write_le<T>(into.writer, value, sizeof(T));
            }
            if constexpr (std::unsigned_integral<T>) {
                write_varint<T>(into.writer, value);
                write_hex(into.writer, value);
                write(into.writer, boost::asio::buffer(" ", 1));
            } else if constexpr (std::integral<T>) {
                write_zigzag<T>(into.writer, value);
            }
            write_decimal(into.writer, value);
            const std::string text = into.text();
            byte_reader in(readable_buffer::over(boost::asio::buffer(text)));
            CHECK(in.read_be<T>() == value);
            CHECK(in.read_le<T>() == value);
            if constexpr (std::integral<T>) {
                CHECK(in.read_be<T>(8) == value);
                CHECK(in.read_le<T>(sizeof(T)) == value);
            }
            if constexpr (std::unsigned_integral<T>) {
                CHECK(in.read_varint<T>() == value);
                CHECK(in.template read_hex<T>() == value);
                CHECK(in.skip(1));
            } else if constexpr (std::integral<T>) {
                CHECK(in.read_zigzag<T>() == value);
            }
            CHECK(in.template read_decimal<T>(input_state::complete) == value);
            CHECK(in.empty());
        }
    };
    numbers(std::uint8_t());
    numbers(std::int8_t());
    numbers(std::uint16_t());
    numbers(std::int16_t());
    numbers(std::uint32_t());
    numbers(std::int32_t());
    numbers(std::uint64_t());
    numbers(std::int64_t());
    numbers(float());
    numbers(double());
}

TEST_CASE("integers of every number of bytes, and what does not fit") {
    for (std::size_t bytes = 1; bytes <= 8; ++bytes) {
        CAPTURE(bytes);
        const std::uint64_t most = ~std::uint64_t{0} >> (64 - 8 * bytes);
        const auto highest = static_cast<std::int64_t>(most >> 1);
        into_pool<16> into;
        write_be<std::uint64_t>(into.writer, most, bytes);
        write_le<std::uint64_t>(into.writer, most - 1, bytes);
        write_be<std::int64_t>(into.writer, highest, bytes);
        write_le<std::int64_t>(into.writer, -highest - 1, bytes);
        byte_reader in(into.writer.view());
        CHECK(in.read_be<std::uint64_t>(bytes) == most);
        CHECK(in.read_le<std::uint64_t>(bytes) == most - 1);
        CHECK(in.read_be<std::int64_t>(bytes) == highest);
        CHECK(in.read_le<std::int64_t>(bytes) == -highest - 1);
        CHECK(into.writer.size() == 4 * bytes);
        if (bytes == 8)
            continue;
        CHECK_THROWS_AS(write_be<std::uint64_t>(into.writer, most + 1, bytes), std::out_of_range);
        CHECK_THROWS_AS(write_le<std::int64_t>(into.writer, highest + 1, bytes), std::out_of_range);
        CHECK_THROWS_AS(write_be<std::int64_t>(into.writer, -highest - 2, bytes),
                        std::out_of_range);
        CHECK(into.writer.size() == 4 * bytes);
    }
    into_span into;
    CHECK_THROWS_AS(write_be<int>(into.writer, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(write_le<int>(into.writer, 1, 9), std::invalid_argument);
    CHECK(into.writer.size() == 0);
}

TEST_CASE("a length is filled in when it is known") {
    const auto frame = [](auto& writer, auto store) {
        const boost::asio::mutable_buffer length = writer.reserve(2);
        writer_output out(writer);
        std::ranges::copy(std::string_view("some text"), out.begin());
        out.commit();
        store(length);
    };
    into_span span;
    frame(span.writer, [](auto region) { store_be<std::uint16_t>(region, 9); });
    CHECK(span.text() == std::string("\0\x09some text", 11));
    into_pool<4> pool;
    frame(pool.writer, [](auto region) { store_le<std::uint16_t>(region, 9); });
    CHECK(pool.text() == std::string("\x09\0some text", 11));
    std::string text;
    text.reserve(100); // so that it does not move
    dynamic_buffer_writer into_text(boost::asio::dynamic_buffer(text));
    frame(into_text, [](auto region) { store_be<std::uint16_t>(region, 9); });
    CHECK(text == std::string("\0\x09some text", 11));
    into_streambuf stream;
    frame(stream.writer, [](auto region) { store_be<std::uint16_t>(region, 9); });
    CHECK(stream.text() == text);
    const boost::asio::mutable_buffer region = span.writer.reserve(3);
    CHECK_THROWS_AS(store_be<std::uint16_t>(region, 1), std::invalid_argument);
    CHECK_THROWS_AS(store_le<std::uint32_t>(region, 1), std::invalid_argument);
}

TEST_CASE("writer_output: bytes arrive when a block is full, by commit, and at its end") {
    into_pool<4> into;
    {
        writer_output out(into.writer);
        auto at = out.begin();
        for (const char c : std::string_view("abcde"))
            *at++ = c;
        CHECK(into.text() == "abcd");
        out.commit();
        CHECK(into.text() == "abcde");
        out.commit();
        *at = std::byte{'f'};
        *at = static_cast<unsigned char>('g');
        CHECK(into.text() == "abcde");
    }
    CHECK(into.text() == "abcdefg");
}

TEST_CASE("span_writer: what has no room changes nothing") {
    std::array<std::byte, 5> memory{};
    span_writer writer(memory);
    CHECK(writer.available() == 5);
    write_be<std::uint32_t>(writer, 1);
    CHECK(failed_with(errc::buffer_limit_exceeded, [&] { write_be<std::uint16_t>(writer, 1); }));
    CHECK(failed_with(errc::buffer_limit_exceeded, [&] { (void)writer.reserve(2); }));
    CHECK(failed_with(errc::commit_exceeds_prepared, [&] { writer.commit(2); }));
    CHECK(writer.size() == 4);
    write_decimal(writer, 7);
    CHECK(writer.available() == 0);
    CHECK(failed_with(errc::buffer_limit_exceeded, [&] { (void)writer.prepare(); }));
    CHECK(writer.reserve(0).size() == 0);
    CHECK(write(writer, boost::asio::const_buffer()) == 0);
    CHECK(writer.written().back() == std::byte{'7'});
    writer.clear();
    CHECK(writer.prepare(5).data() == memory.data());
}

TEST_CASE_TEMPLATE("dynamic_buffer_writer: within the limit of the buffer", Limited,
                   std::integral_constant<int, 1>, std::integral_constant<int, 2>) {
    std::string all = "was";
    boost::asio::streambuf stream(8);
    stream.sputn("was", 3);
    const auto check = [](auto writer, auto size) {
        CHECK(writer.prepare(2).size() >= 2); // and not used
        CHECK(failed_with(errc::buffer_limit_exceeded, [&] { (void)writer.prepare(6); }));
        CHECK(failed_with(errc::commit_exceeds_prepared, [&] { writer.commit(1); }));
        write_be<std::uint32_t>(writer, 0x61626364);
        CHECK(size() == 7);
        (void)writer.prepare(1);
        writer.commit(0);
        CHECK(size() == 7);
        CHECK(write(writer, boost::asio::buffer("!", 1)) == 1);
        CHECK(failed_with(errc::buffer_limit_exceeded, [&] { (void)writer.prepare(); }));
        CHECK(size() == 8);
    };
    if constexpr (Limited::value == 1) {
        check(dynamic_buffer_writer(boost::asio::dynamic_buffer(all, 8)),
              [&] { return all.size(); });
        CHECK(all == "wasabcd!");
    } else {
        check(dynamic_buffer_writer<boost::asio::streambuf&>(stream),
              [&] { return stream.size(); });
    }
}
