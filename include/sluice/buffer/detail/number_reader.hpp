// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/detail/byte_order.hpp>
#include <sluice/buffer/input_state.hpp>
#include <sluice/buffer/parse_error.hpp>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sluice {

class byte_reader;

namespace detail {

template <class T>
concept binary_number = (std::integral<T> && !std::same_as<T, bool>) || std::same_as<T, float> ||
                        std::same_as<T, double>;

// The bytes that a varint of this type may have.
template <std::integral T>
inline constexpr std::size_t varint_size = (sizeof(T) * 8 + 6) / 7;

// Its value as a digit; 16 or more for other characters.
inline unsigned digit_value(std::byte character) noexcept {
    const unsigned c = std::to_integer<unsigned>(character);
    if (const unsigned decimal = c - '0'; decimal <= 9)
        return decimal;
    const unsigned letter = (c | 0x20) - 'a';
    return letter <= 5 ? 10 + letter : 16;
}

// The part of byte_reader that reads numbers. Here is what is done with those that end before the
// current piece does, as nearly all do; functions that are not inline do the others, in 64 bits.
// A place is never moved to the end of the piece here: only the reader finds the next one.
struct number_reader {
    template <class T, std::endian Order, class Reader>
    static parsed<T> fixed(Reader& in) noexcept {
        static_assert(binary_number<T>);
        if (in.current().size() > sizeof(T)) {
            const T value = from_bytes<T, Order>(in.cursor_);
            in.cursor_ += sizeof(T);
            return value;
        }
        std::byte bytes[sizeof(T)];
        if (!in.on_copy([&](Reader& copy) { return copy.read(bytes); }))
            return parse_error::need_more;
        return from_bytes<T, Order>(bytes);
    }

    template <class T, std::endian Order, class Reader>
    static parsed<T> integer(Reader& in, std::size_t size) {
        static_assert(binary_number<T>);
        if (size < 1 || size > 8)
            throw std::invalid_argument(
                "sluice::byte_reader: an integer of other than 1 to 8 bytes");
        const bool here = in.current().size() > 8;
        std::byte bytes[8] = {};
        if (!here && !Reader(in).read({bytes, size}))
            return parse_error::need_more;
        // Shifts out what does not belong to it, and extends the sign.
        const std::size_t unused = 64 - 8 * size;
        auto word = from_bytes<std::uint64_t, Order>(here ? in.cursor_ : bytes);
        if (Order == std::endian::little)
            word <<= unused;
        using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        const wide value = static_cast<wide>(word) >> unused;
        if (!std::in_range<T>(value))
            return parse_error::malformed;
        (void)in.skip(size);
        return static_cast<T>(value);
    }

    template <class T, class Reader>
    static parsed<T> varint(Reader& in, std::size_t max_bytes) noexcept {
        static_assert(binary_number<T>);
        if (in.current().size() > 1 && max_bytes != 0 && *in.cursor_ < std::byte{0x80})
            return std::to_integer<T>(*in.cursor_++);
        constexpr std::size_t safe = std::numeric_limits<T>::digits / 7; // bytes that fit T
        const std::byte* at = in.cursor_;
        const std::byte* const last = at + std::min({in.current().size(), max_bytes, safe});
        T value = 0;
        for (unsigned shift = 0; at != last; shift += 7) {
            const T byte = std::to_integer<T>(*at++);
            value = static_cast<T>(value | static_cast<T>(byte & 0x7f) << shift);
            if (byte < 0x80) {
                if (at == in.end_)
                    break;
                in.cursor_ = at;
                return value;
            }
        }
        const auto wide = in.on_copy([max_bytes](Reader& copy) {
            return varint_across(copy, max_bytes, std::numeric_limits<T>::max());
        });
        if (!wide)
            return wide.error();
        return static_cast<T>(*wide);
    }

    template <class T, class Reader>
    static parsed<T> zigzag(Reader& in, std::size_t max_bytes) noexcept {
        using unsigned_type = std::make_unsigned_t<T>;
        const parsed<unsigned_type> value = varint<unsigned_type>(in, max_bytes);
        if (!value)
            return value.error();
        return static_cast<T>(*value >> 1 ^ (0 - (*value & 1)));
    }

    template <class T, unsigned Base, class Reader>
    static parsed<T> digits(Reader& in, input_state state) noexcept {
        static_assert(binary_number<T>);
        constexpr std::size_t safe = // digits that fit T
            Base == 16 ? sizeof(T) * 2 : std::numeric_limits<T>::digits10;
        const std::byte* at = in.cursor_;
        const bool negative = std::is_signed_v<T> && at != in.end_ && *at == std::byte{'-'};
        const std::byte* const first = at + negative;
        const std::byte* const last =
            first + std::min(static_cast<std::size_t>(in.end_ - first), safe + 1);
        std::uint64_t value = 0;
        for (at = first; at != last; ++at) {
            const unsigned digit = digit_value(*at);
            if (digit >= Base) {
                if (at == first)
                    return parse_error::malformed;
                in.cursor_ = at;
                return static_cast<T>(negative ? 0 - value : value);
            }
            value = value * Base + digit;
        }
        const std::uint64_t max = std::uint64_t{std::numeric_limits<T>::max()} + negative;
        const auto wide = in.on_copy(
            [=](Reader& copy) { return digits_across(copy, Base, negative, max, state); });
        if (!wide)
            return wide.error();
        return static_cast<T>(negative ? 0 - *wide : *wide);
    }

    // For float and double.
    template <class T>
    static parsed<T> floating(byte_reader& in, input_state state) noexcept;

private:
    static parsed<std::uint64_t> varint_across(byte_reader& in, std::size_t max_bytes,
                                               std::uint64_t max) noexcept;
    static parsed<std::uint64_t> digits_across(byte_reader& in, unsigned base, bool sign,
                                               std::uint64_t max, input_state state) noexcept;
};

} // namespace detail

} // namespace sluice
