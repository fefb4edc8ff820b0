// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <algorithm>
#include <chrono>
#include <initializer_list>

namespace sluice::detail {

// Limits of time, of which 0 is none, are looked at every eighth of the shortest one: so no
// operation need set a timer for each piece that it moves.

inline bool is_exceeded(std::chrono::milliseconds limit, std::chrono::nanoseconds time) noexcept {
    return limit.count() > 0 &&
           std::chrono::duration_cast<std::chrono::milliseconds>(time) >= limit;
}

// How long until the next look; the maximum when there is nothing to look at.
inline std::chrono::milliseconds
time_to_look(std::initializer_list<std::chrono::milliseconds> limits) noexcept {
    auto shortest = std::chrono::milliseconds::max();
    for (const auto limit : limits)
        if (limit.count() > 0)
            shortest = std::min(shortest, limit);
    if (shortest == std::chrono::milliseconds::max())
        return shortest;
    return std::clamp<std::chrono::milliseconds>(shortest / 8, std::chrono::milliseconds(1),
                                                 std::chrono::hours(1));
}

} // namespace sluice::detail
