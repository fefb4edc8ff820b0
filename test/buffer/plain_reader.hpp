// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/input_state.hpp>
#include <sluice/buffer/parse_error.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::test {

// What byte_reader does, said in the plainest way over one string.
struct plain_reader {
    std::string_view rest() const { return std::string_view(text).substr(at); }

    template <class T>
    parsed<T> read_sized(std::size_t size, bool big) {
        if (rest().size() < size)
            return parse_error::need_more;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i != size; ++i)
            value = value << 8 | static_cast<unsigned char>(rest()[big ? i : size - 1 - i]);
        if (std::is_signed_v<T> && size != 8 && (value >> (8 * size - 1) & 1) != 0)
            value -= std::uint64_t{1} << (8 * size);
        const auto number = static_cast<T>(value);
        if (static_cast<std::uint64_t>(number) != value)
            return parse_error::malformed;
        at += size;
        return number;
    }

    template <class T>
    parsed<T> read_varint(std::size_t max_bytes) {
        T value = 0;
        for (std::size_t i = 0; i != max_bytes; ++i) {
            if (i == rest().size())
                return parse_error::need_more;
            const unsigned byte = static_cast<unsigned char>(rest()[i]);
            for (unsigned bit = 0; bit != 7; ++bit) {
                if ((byte >> bit & 1) == 0)
                    continue;
                if (i * 7 + bit >= sizeof(T) * 8)
                    return parse_error::malformed;
                value = static_cast<T>(value | T(1) << (i * 7 + bit));
            }
            if (byte < 0x80) {
                at += i + 1;
                return value;
            }
        }
        return parse_error::malformed;
    }

    template <class T>
    parsed<T> read_digits(int base, input_state state) {
        T value = 0;
        const char* const first = rest().data();
        const char* const last = first + rest().size();
        if (first == last)
            return parse_error::need_more;
        const auto [end, ec] = std::from_chars(first, last, value, base);
        if (ec == std::errc::result_out_of_range)
            return parse_error::malformed;
        const bool only_a_sign = std::is_signed_v<T> && rest() == "-";
        if (state == input_state::partial && (end == last || only_a_sign))
            return parse_error::need_more;
        if (ec != std::errc())
            return parse_error::malformed;
        at += static_cast<std::size_t>(end - first);
        return value;
    }

    template <class Stands>
    parsed<std::size_t> find(Stands stands, char escape) const {
        for (std::size_t i = 0; i < rest().size(); ++i) {
            if (escape != 0 && rest()[i] == escape)
                ++i;
            else if (stands(rest().substr(i)))
                return i;
        }
        return parse_error::need_more;
    }

    template <class Values>
    std::size_t skip_past(Values values) {
        std::size_t n = 0;
        while (n != rest().size() && values(rest()[n]))
            ++n;
        at += n;
        return n;
    }

    std::string text;
    std::size_t at = 0;
};

} // namespace sluice::test
