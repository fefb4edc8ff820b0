// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_numbers.hpp>

#include <charconv>
#include <limits>

namespace sluice::detail {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

} // namespace

std::optional<double> to_double(std::string_view text) noexcept {
    if (text == "nan" || text == "-nan")
        return std::numeric_limits<double>::quiet_NaN();
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-'))
            return std::nullopt;
    }
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits != "inf" && (digits.empty() || !is_digit(digits.front())))
        return std::nullopt;
    double value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool is_big_number(const readable_buffer& text) noexcept {
    bool first = true, digits = false;
    for (const asio::const_buffer piece : text) {
        for (const char c :
             std::string_view(static_cast<const char*>(piece.data()), piece.size())) {
            if (is_digit(c))
                digits = true;
            else if (!first || (c != '+' && c != '-'))
                return false;
            first = false;
        }
    }
    return digits;
}

} // namespace sluice::detail
