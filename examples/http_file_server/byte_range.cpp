// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "byte_range.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

namespace file_server {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Digits only; what is too large for the type is as good as the largest value.
std::optional<std::uint64_t> parse_position(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != text.npos)
        return std::nullopt;
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc() ? value : std::numeric_limits<std::uint64_t>::max();
}

byte_range parse_one(std::string_view text, std::uint64_t size) {
    constexpr byte_range unsatisfiable{byte_range::outcome::unsatisfiable};
    const auto dash = text.find('-');
    if (dash == text.npos)
        return unsatisfiable;
    const std::string_view before = text.substr(0, dash);
    const std::string_view after = text.substr(dash + 1);

    if (before.empty()) {
        const auto suffix = parse_position(after);
        if (!suffix || *suffix == 0 || size == 0)
            return unsatisfiable;
        const std::uint64_t length = std::min(*suffix, size);
        return {byte_range::outcome::partial, size - length, length};
    }
    const auto first = parse_position(before);
    const std::optional<std::uint64_t> last =
        after.empty() ? std::numeric_limits<std::uint64_t>::max() : parse_position(after);
    if (!first || !last || *last < *first || *first >= size)
        return unsatisfiable;
    return {byte_range::outcome::partial, *first, std::min(*last, size - 1) - *first + 1};
}

} // namespace

byte_range parse_range(std::string_view field, std::uint64_t size) {
    const auto equals = field.find('=');
    std::string_view unit = trimmed(field.substr(0, equals));
    constexpr std::string_view bytes = "bytes";
    const bool is_bytes =
        std::equal(unit.begin(), unit.end(), bytes.begin(), bytes.end(),
                   [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
    if (!is_bytes)
        return {};
    if (equals == field.npos)
        return {byte_range::outcome::unsatisfiable};
    const std::string_view ranges = field.substr(equals + 1);
    if (ranges.find(',') != ranges.npos)
        return {};
    return parse_one(trimmed(ranges), size);
}

} // namespace file_server
