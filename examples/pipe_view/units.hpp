// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipe_view {

/// A number, perhaps with a fraction, and with K, M, G or T behind it.
std::optional<std::uint64_t> parse_amount(std::string_view text);

/// Three or four digits and a unit: `1.50MiB`; of lines `1.50M`.
std::string amount_text(double amount, bool lines);

/// Hours, minutes, seconds: `0:01:05`.
std::string time_text(std::chrono::duration<double> time);

} // namespace pipe_view
