// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>

#include <optional>
#include <string_view>

namespace sluice::detail {

// A double as RESP3 writes it: decimal, perhaps with an exponent; or inf, -inf, nan.
std::optional<double> to_double(std::string_view text) noexcept;

// Digits, perhaps with a sign.
bool is_big_number(const readable_buffer& text) noexcept;

} // namespace sluice::detail
