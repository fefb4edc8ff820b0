// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/every_cut.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

using namespace sluice;
using namespace sluice::test;
using namespace std::string_literals;

namespace {

template <class T>
void check_fixed(const std::string& big, T expected) {
    const std::string little(big.rbegin(), big.rend());
    check_reads(big + "rest", sizeof(T), expected, [](byte_reader& in) { return in.read_be<T>(); });
    check_reads(big, sizeof(T), expected, [](byte_reader& in) { return in.read_be<T>(); });
    check_reads(little + "rest of it", sizeof(T), expected,
                [](byte_reader& in) { return in.read_le<T>(); });
    check_reads(little, sizeof(T), expected, [](byte_reader& in) { return in.read_le<T>(); });
}

// An integer of as many bytes as there are, in front of nothing, little and much.
template <class T>
void check_sized(const std::string& big, T expected) {
    const std::size_t size = big.size();
    const std::string little(big.rbegin(), big.rend());
    for (const std::string behind : {"", "x", "a longer rest"}) {
        check_reads(big + behind, size, expected,
                    [&](byte_reader& in) { return in.read_be<T>(size); });
        check_reads(little + behind, size, expected,
                    [&](byte_reader& in) { return in.read_le<T>(size); });
    }
}

template <class T>
void check_too_large(const std::string& big) {
    const std::size_t size = big.size();
    const std::string little(big.rbegin(), big.rend());
    for (const std::string behind : {"", "a longer rest"}) {
        check_malformed(big + behind, size, [&](byte_reader& in) { return in.read_be<T>(size); });
        check_malformed(little + behind, size,
                        [&](byte_reader& in) { return in.read_le<T>(size); });
    }
}

template <class T>
std::string varint(T value) {
    std::string bytes;
    for (; value > 0x7f; value = static_cast<T>(value >> 7))
        bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}

template <class T>
void check_varint(const std::string& bytes, T expected, std::size_t most = detail::varint_size<T>) {
    for (const std::string behind : {"", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"})
        check_reads(bytes + behind, bytes.size(), expected,
                    [most](byte_reader& in) { return in.read_varint<T>(most); });
}

template <class T>
void check_varints() {
    T value = 0;
    for (unsigned bit = 0; bit != sizeof(T) * 8; ++bit) {
        check_varint<T>(varint<T>(value), value);
        value = static_cast<T>(value << 1 | 1);
        check_varint<T>(varint<T>(static_cast<T>(T(1) << bit)), static_cast<T>(T(1) << bit));
    }
    check_varint<T>(varint<T>(std::numeric_limits<T>::max()), std::numeric_limits<T>::max());
}

template <class T>
void check_zigzag(T expected, std::make_unsigned_t<T> encoded) {
    const std::string bytes = varint(encoded);
    check_reads(bytes + "rest", bytes.size(), expected,
                [](byte_reader& in) { return in.read_zigzag<T>(); });
}

} // namespace

TEST_CASE("byte_reader: numbers of a type's size, in both byte orders") {
    check_fixed<std::uint8_t>("\xfe", 0xfe);
    check_fixed<std::int8_t>("\xfe", -2);
    check_fixed<char>("a", 'a');
    check_fixed<std::uint16_t>("\x12\x34", 0x1234);
    check_fixed<std::int16_t>("\xff\xfe", -2);
    check_fixed<std::uint32_t>("\x81\x02\x03\x04", 0x81020304);
    check_fixed<std::int32_t>("\x80\x00\x00\x00"s, std::numeric_limits<std::int32_t>::min());
    check_fixed<std::uint64_t>("\x81\x02\x03\x04\x05\x06\x07\x08", 0x8102030405060708);
    check_fixed<std::int64_t>("\xff\xff\xff\xff\xff\xff\xff\xf0", -16);
    check_fixed<float>("\x3f\xc0\x00\x00"s, 1.5f);
    check_fixed<double>("\xc0\x04\x00\x00\x00\x00\x00\x00"s, -2.5);
}

TEST_CASE("byte_reader: integers of 1 to 8 bytes") {
    check_sized<std::uint64_t>("\x81", 0x81);
    check_sized<std::uint64_t>("\x81\x02", 0x8102);
    check_sized<std::uint64_t>("\x81\x02\x03", 0x810203);
    check_sized<std::uint64_t>("\x81\x02\x03\x04", 0x81020304);
    check_sized<std::uint64_t>("\x81\x02\x03\x04\x05", 0x8102030405);
    check_sized<std::uint64_t>("\x81\x02\x03\x04\x05\x06", 0x810203040506);
    check_sized<std::uint64_t>("\x81\x02\x03\x04\x05\x06\x07", 0x81020304050607);
    check_sized<std::uint64_t>("\x81\x02\x03\x04\x05\x06\x07\x08", 0x8102030405060708);
    check_sized<std::int64_t>("\xff", -1);
    check_sized<std::int64_t>("\xff\xff\xfe", -2);
    check_sized<std::int32_t>("\x80\x00\x00"s, -0x800000);
    check_sized<std::int32_t>("\x7f\xff\xff", 0x7fffff);
    check_sized<std::int64_t>("\x80\x00\x00\x00\x00\x00\x00\x00"s,
                              std::numeric_limits<std::int64_t>::min());
    check_sized<std::uint8_t>("\x00\x00\xff"s, 0xff);
    check_sized<std::int8_t>("\xff\xff\x80", -128);
    check_sized<std::uint16_t>("\x00\x00\x00\x00\x00\x00\x12\x34"s, 0x1234);
}

TEST_CASE(
    "byte_reader: an integer of more bytes than its type has is malformed if it is too large") {
    check_too_large<std::uint8_t>("\x01\x00"s);
    check_too_large<std::int8_t>("\x00\x80"s);
    check_too_large<std::int8_t>("\xff\x7f");
    check_too_large<std::uint16_t>("\x01\x00\x00"s);
    check_too_large<std::int32_t>("\x00\x80\x00\x00\x00"s);
    check_too_large<std::uint32_t>("\x01\x00\x00\x00\x00\x00\x00\x00"s);
}

TEST_CASE("byte_reader: integers of another number of bytes are refused") {
    byte_reader in("0123456789abcdef");
    CHECK_THROWS_AS(in.read_be<std::uint64_t>(0), std::invalid_argument);
    CHECK_THROWS_AS(in.read_le<std::uint64_t>(9), std::invalid_argument);
    CHECK_THROWS_AS(in.read_be<int>(readable_buffer::npos), std::invalid_argument);
    CHECK(in.position() == 0);
}

TEST_CASE("byte_reader: varints of every length") {
    check_varints<std::uint8_t>();
    check_varints<std::uint16_t>();
    check_varints<std::uint32_t>();
    check_varints<std::uint64_t>();
}

TEST_CASE("byte_reader: varints with leading zeros, within the limit") {
    check_varint<std::uint32_t>("\x81\x00"s, 1);
    check_varint<std::uint32_t>("\x80\x80\x80\x80\x00"s, 0);
    check_varint<std::uint8_t>("\xff\x81\x80\x80\x00"s, 0xff, 8);
    check_varint<std::uint32_t>("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"s, 1, 10);
    check_varint<std::uint64_t>("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s, 1, 12);
}

TEST_CASE("byte_reader: varints that are too long or too large") {
    const auto narrow = [](byte_reader& in) { return in.read_varint<std::uint32_t>(); };
    check_malformed("\x80\x80\x80\x80\x80\x00"s, 5, narrow);
    check_malformed("\xff\xff\xff\xff\x1f", 5, narrow);
    check_malformed("\xff\xff\xff\xff\xff\xff\xff\xff", 5, narrow);
    const auto wide = [](byte_reader& in) { return in.read_varint<std::uint64_t>(); };
    check_malformed("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, wide);
    check_malformed("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s, 10, wide);
    check_malformed("\x80\x02", 2, [](byte_reader& in) { return in.read_varint<std::uint8_t>(); });
    check_malformed("\x80\x80\x01", 2,
                    [](byte_reader& in) { return in.read_varint<std::uint32_t>(2); });
    check_malformed("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11,
                    [](byte_reader& in) { return in.read_varint<std::uint64_t>(100); });
    check_malformed("\x01", 0, [](byte_reader& in) { return in.read_varint<std::uint32_t>(0); });
    check_malformed("\xff\xff\xff\xff\x1f", 5,
                    [](byte_reader& in) { return in.read_zigzag<std::int32_t>(); });
}

TEST_CASE("byte_reader: zigzag") {
    check_zigzag<std::int32_t>(0, 0);
    check_zigzag<std::int32_t>(-1, 1);
    check_zigzag<std::int32_t>(1, 2);
    check_zigzag<std::int32_t>(-2, 3);
    check_zigzag<std::int32_t>(std::numeric_limits<std::int32_t>::max(), 0xfffffffe);
    check_zigzag<std::int32_t>(std::numeric_limits<std::int32_t>::min(), 0xffffffff);
    check_zigzag<std::int64_t>(std::numeric_limits<std::int64_t>::max(), ~std::uint64_t{1});
    check_zigzag<std::int64_t>(std::numeric_limits<std::int64_t>::min(), ~std::uint64_t{0});
    check_zigzag<std::int16_t>(-300, 599);
    check_zigzag<std::int8_t>(-128, 255);
}
