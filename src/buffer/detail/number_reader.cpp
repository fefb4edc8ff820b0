// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/detail/byte_search.hpp>
#include <sluice/buffer/detail/number_reader.hpp>

#include <charconv>

namespace sluice::detail {

parsed<std::uint64_t> number_reader::varint_across(byte_reader& in, std::size_t max_bytes,
                                                   std::uint64_t max) noexcept {
    byte_reader ahead = in;
    std::uint64_t value = 0;
    for (std::size_t shift = 0; max_bytes-- != 0; shift += 7) {
        const parsed<std::byte> byte = ahead.read();
        if (!byte)
            return byte.error();
        const std::uint64_t bits = std::to_integer<std::uint64_t>(*byte & std::byte{0x7f});
        if (bits != 0) {
            if (shift >= 64 || bits > (max >> shift))
                return parse_error::malformed;
            value |= bits << shift;
        }
        if ((*byte & std::byte{0x80}) == std::byte{0}) {
            in = ahead;
            return value;
        }
    }
    return parse_error::malformed;
}

// Behind a sign, if there is one.
parsed<std::uint64_t> number_reader::digits_across(byte_reader& in, unsigned base, bool sign,
                                                   std::uint64_t max, input_state state) noexcept {
    if (in.empty())
        return parse_error::need_more;
    byte_reader ahead = in;
    if (sign)
        ahead.step();
    std::uint64_t value = 0;
    bool has_digits = false;
    for (; !ahead.empty(); ahead.step(), has_digits = true) {
        const unsigned digit = digit_value(*ahead.cursor_);
        if (digit >= base)
            break;
        if (value > (max - digit) / base)
            return parse_error::malformed;
        value = value * base + digit;
    }
    if (ahead.empty() && state == input_state::partial)
        return parse_error::need_more;
    if (!has_digits)
        return parse_error::malformed;
    in = ahead;
    return value;
}

template <class T>
parsed<T> number_reader::floating(byte_reader& in, input_state state) noexcept {
    static constexpr byte_set characters("0123456789+-.eEinftyaINFTYA");
    char copy[2048 + 1];
    if (in.empty())
        return parse_error::need_more;
    const char* text = reinterpret_cast<const char*>(in.cursor_);
    std::size_t size = find_other(in.current(), characters);
    if (size == in.current().size()) { // perhaps it goes on in the next piece
        byte_reader ahead = in;
        size = 0;
        while (size != sizeof(copy) && !ahead.empty() && characters.contains(*ahead.cursor_)) {
            copy[size++] = std::to_integer<char>(*ahead.cursor_);
            ahead.step();
        }
        if (size != sizeof(copy) && ahead.empty() && state == input_state::partial)
            return parse_error::need_more;
        text = copy;
    }
    if (size >= sizeof(copy))
        return parse_error::malformed;
    T value;
    const auto [end, ec] = std::from_chars(text, text + size, value);
    if (ec != std::errc())
        return parse_error::malformed;
    (void)in.skip(static_cast<std::size_t>(end - text));
    return value;
}

template parsed<float> number_reader::floating(byte_reader&, input_state) noexcept;
template parsed<double> number_reader::floating(byte_reader&, input_state) noexcept;

} // namespace sluice::detail
