// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "units.hpp"

#include <array>
#include <cstdio>

namespace tcp_relay {

std::string bytes_text(double bytes) {
    constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < std::size(units)) {
        bytes /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 ? 0 : bytes < 9.995 ? 2 : bytes < 99.95 ? 1 : 0;
    std::array<char, 32> text;
    const int size =
        std::snprintf(text.data(), text.size(), "%.*f %s", decimals, bytes, units[unit]);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

} // namespace tcp_relay
