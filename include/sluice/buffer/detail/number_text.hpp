// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/buffer.hpp>

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice::detail {

// A number in text. 32 characters hold any integer, and the shortest form of any double.
class number_text {
public:
    template <class T, class... Base>
    explicit number_text(T value, Base... base) noexcept {
        end_ = std::to_chars(text_.data(), text_.data() + text_.size(), value, base...).ptr;
    }
    number_text(const number_text&) = delete;
    number_text& operator=(const number_text&) = delete;

    boost::asio::const_buffer buffer() const noexcept {
        return {text_.data(), static_cast<std::size_t>(end_ - text_.data())};
    }

private:
    std::array<char, 32> text_;
    const char* end_;
};

// Returns how many bytes the number takes.
std::size_t varint_bytes(std::uint64_t value, std::span<std::byte, 10> to) noexcept;

void require_integer_size(std::size_t bytes);
[[noreturn]] void integer_out_of_range();

// The bits of an integer, of which the lowest `bytes` bytes say all.
template <std::integral T>
std::uint64_t bits_for(T value, std::size_t bytes) {
    require_integer_size(bytes);
    const unsigned unused = static_cast<unsigned>(64 - 8 * bytes);
    if constexpr (std::signed_integral<T>) {
        const auto wide = std::int64_t{value};
        if (wide << unused >> unused != wide)
            integer_out_of_range();
        return static_cast<std::uint64_t>(wide);
    } else {
        const auto wide = std::uint64_t{value};
        if (wide << unused >> unused != wide)
            integer_out_of_range();
        return wide;
    }
}

std::byte* exactly(boost::asio::mutable_buffer region, std::size_t size);

} // namespace sluice::detail
