// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_set.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::detail {

using byte_span = std::span<const std::byte>;

// The first place in the memory that holds a byte of the set; its end if there is none. The time
// goes with the distance to that place, not with the size of the memory.
std::size_t find_any(byte_span memory, const byte_set& set) noexcept;

// The same for text; memmem, which not every platform has under that name.
std::size_t find_text(byte_span memory, std::string_view text) noexcept;

// The same for a byte that is not in the set, and one that has another value.
std::size_t find_other(byte_span memory, const byte_set& set) noexcept;
std::size_t find_other(byte_span memory, std::byte value) noexcept;

// How many bytes at the end of the memory are in the set.
std::size_t count_last(byte_span memory, const byte_set& set) noexcept;

} // namespace sluice::detail
