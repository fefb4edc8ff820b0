// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_set.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>

namespace sluice {

/// What a search looks for: a byte, any one of several, or a text; each with or without an escape.
///
/// It converts from all of these, so that one rarely names it: `in.read_until('\n')`,
/// `in.read_until("\r\n")`, `in.read_until(delimiter('"').escaped_by('\\'))`. Empty text is found
/// at once, and an empty set never.
///
/// It refers to the text or the set, and is valid as long as they are.
///
/// *Thread safety.* A value: distinct objects safe, shared objects unsafe.
class delimiter {
public:
    /// This byte.
    /// @{
    constexpr delimiter(char value) noexcept : byte_(static_cast<std::byte>(value)) {}
    constexpr delimiter(std::byte value) noexcept : byte_(value) {}
    /// @}
    /// Any byte of the set.
    constexpr delimiter(const byte_set& any) noexcept : any_(&any) {}
    /// This text, as a whole.
    /// \tparam Text what converts to `std::string_view`
    template <std::convertible_to<std::string_view> Text>
    constexpr delimiter(const Text& text) noexcept : text_(text) {
        if (text_.size() == 1)
            byte_ = static_cast<std::byte>(text_.front());
        else
            is_text_ = true;
    }

    /// The same, but not where an escape byte stands before it. An escape byte takes away the
    /// meaning of the byte behind it, of another escape byte too; a delimiter that begins with the
    /// escape byte is never found.
    constexpr delimiter escaped_by(char escape) const noexcept {
        delimiter result = *this;
        result.escape_ = static_cast<std::byte>(escape);
        result.has_escape_ = true;
        return result;
    }

    /// How many bytes it has.
    constexpr std::size_t size() const noexcept { return is_text_ ? text_.size() : 1; }

    /// Whether it is a text of more bytes than one, or of none.
    constexpr bool is_text() const noexcept { return is_text_; }
    /// Whether it is one byte, without an escape.
    constexpr bool is_plain_byte() const noexcept {
        return any_ == nullptr && !is_text_ && !has_escape_;
    }
    /// Whether it has an escape byte, and which.
    /// @{
    constexpr bool has_escape() const noexcept { return has_escape_; }
    constexpr std::byte escape() const noexcept { return escape_; }
    /// @}

    /// The byte, if it is one; the set, or null; the text, if it is one.
    /// @{
    constexpr std::byte byte() const noexcept { return byte_; }
    constexpr const byte_set* any() const noexcept { return any_; }
    constexpr std::string_view text() const noexcept { return text_; }
    /// @}

private:
    std::string_view text_;
    const byte_set* any_ = nullptr;
    std::byte byte_{};
    std::byte escape_{};
    bool is_text_ = false;
    bool has_escape_ = false;
};

} // namespace sluice
