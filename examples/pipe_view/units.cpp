// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace pipe_view {

std::optional<std::uint64_t> parse_amount(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    std::string_view unit(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
    if (parsed.ec != std::errc() || value < 0 || unit.size() > 1)
        return std::nullopt;
    if (!unit.empty()) {
        const auto power = std::string_view("KMGT").find(unit.front());
        const auto small = std::string_view("kmgt").find(unit.front());
        if (power == unit.npos && small == unit.npos)
            return std::nullopt;
        value = std::ldexp(value, 10 * static_cast<int>(1 + std::min(power, small)));
    }
    if (value >= 9e18)
        return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

std::string amount_text(double amount, bool lines) {
    const double step = lines ? 1000 : 1024;
    std::size_t power = 0;
    for (; amount >= step && power != 4; ++power)
        amount /= step;
    constexpr const char* of_lines[] = {"", "k", "M", "G", "T"};
    constexpr const char* of_bytes[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    const char* const unit = (lines ? of_lines : of_bytes)[power];
    const int digits = power == 0 ? 0 : amount < 10 ? 2 : amount < 100 ? 1 : 0;
    char text[40];
    std::snprintf(text, sizeof(text), "%.*f%s", digits, amount, unit);
    return text;
}

std::string time_text(std::chrono::duration<double> time) {
    const auto seconds = static_cast<unsigned long long>(time.count());
    char text[40];
    std::snprintf(text, sizeof(text), "%llu:%02llu:%02llu", seconds / 3600, seconds / 60 % 60,
                  seconds % 60);
    return text;
}

} // namespace pipe_view
