// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice {

/// A set of byte values: what a search looks for, what is skipped, what is trimmed.
///
/// Make those that a parser uses constants: `static constexpr byte_set separators(",;");`
///
/// *Thread safety.* A value: distinct objects safe, shared objects unsafe.
class byte_set {
public:
    /// No value.
    constexpr byte_set() noexcept = default;

    /// Each of these characters.
    explicit constexpr byte_set(std::string_view characters) noexcept {
        for (const char c : characters)
            insert(static_cast<unsigned char>(c));
        settle();
    }

    /// All from the first to the last character, both included.
    static constexpr byte_set range(char first, char last) noexcept {
        byte_set set;
        for (unsigned i = static_cast<unsigned char>(first); i <= static_cast<unsigned char>(last);
             ++i)
            set.insert(i);
        set.settle();
        return set;
    }

    /// Whether the value is in the set.
    /// @{
    constexpr bool contains(std::byte value) const noexcept {
        return has(std::to_integer<unsigned>(value));
    }
    constexpr bool contains(char value) const noexcept {
        return has(static_cast<unsigned char>(value));
    }
    /// @}

    /// How many values it has.
    constexpr std::size_t size() const noexcept { return size_; }

    /// The values of either set.
    friend constexpr byte_set operator|(byte_set a, const byte_set& b) noexcept {
        for (std::size_t i = 0; i != a.bits_.size(); ++i)
            a.bits_[i] |= b.bits_[i];
        a.settle();
        return a;
    }
    /// The values that are not in the set.
    constexpr byte_set operator~() const noexcept {
        byte_set others = *this;
        for (std::uint64_t& word : others.bits_)
            word = ~word;
        others.settle();
        return others;
    }

    /// The values as text, if they are at most `few`; else so many of them.
    /// @{
    static constexpr std::size_t few = 8;
    constexpr std::string_view some() const noexcept {
        return {few_.data(), size_ < few ? size_ : few};
    }
    /// @}

private:
    constexpr bool has(unsigned i) const noexcept { return (bits_[i / 64] >> (i % 64) & 1) != 0; }
    constexpr void insert(unsigned i) noexcept { bits_[i / 64] |= std::uint64_t{1} << (i % 64); }

    // Counts the values, and lists the first few.
    constexpr void settle() noexcept {
        size_ = 0;
        for (std::size_t i = 0; i != bits_.size(); ++i) {
            std::size_t listed = size_;
            size_ += static_cast<std::uint16_t>(std::popcount(bits_[i]));
            for (std::uint64_t rest = bits_[i]; rest != 0 && listed < few; rest &= rest - 1)
                few_[listed++] =
                    static_cast<char>(i * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
        }
    }

    std::array<std::uint64_t, 4> bits_{};
    std::array<char, few> few_{};
    std::uint16_t size_ = 0;
};

/// Space, tab, line feed, carriage return, vertical tab, form feed.
inline constexpr byte_set white_space(" \t\n\r\v\f");

} // namespace sluice
