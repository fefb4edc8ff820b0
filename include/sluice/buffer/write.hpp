// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/buffer/detail/byte_order.hpp>
#include <sluice/buffer/detail/number_text.hpp>

#include <boost/asio/buffer.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <type_traits>

/// \file
/// Functions that write to any `BufferWriter` what `byte_reader` reads. Each writes everything, or
/// throws what `prepare` throws and has written nothing. None allocates beside `prepare`.
///
/// The type T of a number is always given, as its size is a matter of the protocol.
///
/// \snippet test/doc/reference_test.cpp span_writer

namespace sluice {

/// Copies all the bytes, and returns how many.
template <BufferWriter W, class ConstBufferSequence>
std::size_t write(W& writer, const ConstBufferSequence& buffers) {
    const std::size_t size = boost::asio::buffer_size(buffers);
    if constexpr (requires { writer.write(buffers); }) { // which may lay them out better
        writer.write(buffers);
    } else if (size != 0) {
        boost::asio::buffer_copy(writer.prepare(size), buffers);
        writer.commit(size);
    }
    return size;
}

// ---- numbers, binary

/// An integer or floating-point number, the most significant byte first.
template <class T, BufferWriter W>
void write_be(W& writer, std::type_identity_t<T> value) {
    detail::to_bytes<T, std::endian::big>(
        value, static_cast<std::byte*>(writer.prepare(sizeof(T)).data()));
    writer.commit(sizeof(T));
}
/// The same, the least significant byte first.
template <class T, BufferWriter W>
void write_le(W& writer, std::type_identity_t<T> value) {
    detail::to_bytes<T, std::endian::little>(
        value, static_cast<std::byte*>(writer.prepare(sizeof(T)).data()));
    writer.commit(sizeof(T));
}

/// An integer in 1 to 8 bytes, the most or the least significant first. Throws
/// `std::invalid_argument` for another number of bytes, and `std::out_of_range` if so many cannot
/// hold it.
/// @{
template <std::integral T, BufferWriter W>
void write_be(W& writer, std::type_identity_t<T> value, std::size_t bytes) {
    const std::uint64_t bits = detail::bits_for(value, bytes);
    auto* const room = static_cast<std::byte*>(writer.prepare(bytes).data());
    for (std::size_t i = 0; i != bytes; ++i)
        room[bytes - 1 - i] = static_cast<std::byte>(bits >> (8 * i));
    writer.commit(bytes);
}
template <std::integral T, BufferWriter W>
void write_le(W& writer, std::type_identity_t<T> value, std::size_t bytes) {
    const std::uint64_t bits = detail::bits_for(value, bytes);
    auto* const room = static_cast<std::byte*>(writer.prepare(bytes).data());
    for (std::size_t i = 0; i != bytes; ++i)
        room[i] = static_cast<std::byte>(bits >> (8 * i));
    writer.commit(bytes);
}
/// @}

/// Fills reserved bytes: a number that was not known when its place was. Throws
/// `std::invalid_argument` if the region has another size than T.
/// @{
template <class T>
void store_be(boost::asio::mutable_buffer region, std::type_identity_t<T> value) {
    detail::to_bytes<T, std::endian::big>(value, detail::exactly(region, sizeof(T)));
}
template <class T>
void store_le(boost::asio::mutable_buffer region, std::type_identity_t<T> value) {
    detail::to_bytes<T, std::endian::little>(value, detail::exactly(region, sizeof(T)));
}
/// @}

/// An unsigned LEB128 number, as Protocol Buffers have them, in as few bytes as can be.
template <std::unsigned_integral T, BufferWriter W>
void write_varint(W& writer, std::type_identity_t<T> value) {
    std::array<std::byte, 10> bytes;
    write(writer, boost::asio::buffer(bytes.data(), detail::varint_bytes(value, bytes)));
}
/// A varint in the zigzag form of signed numbers.
template <std::signed_integral T, BufferWriter W>
void write_zigzag(W& writer, std::type_identity_t<T> value) {
    const auto bits = static_cast<std::uint64_t>(std::int64_t{value});
    write_varint<std::uint64_t>(writer, value < 0 ? ~(bits << 1) : bits << 1);
}

// ---- numbers in text, as `std::to_chars` writes them

/// Decimal digits; of floating-point numbers as few as are read back to the same number.
template <class T, BufferWriter W>
requires((std::integral<T> && !std::same_as<T, bool>) || std::same_as<T, float> ||
         std::same_as<T, double>) void write_decimal(W& writer, T value) {
    detail::number_text text(value);
    write(writer, text.buffer());
}
/// Hexadecimal digits, in lower case, without a prefix.
template <std::unsigned_integral T, BufferWriter W>
void write_hex(W& writer, T value) {
    detail::number_text text(value, 16);
    write(writer, text.buffer());
}

} // namespace sluice
