// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "fuzz/fuzz_input.hpp"
#include <sluice/parse/length_prefix_options.hpp>

#include <cstdint>
#include <limits>

namespace sluice::fuzz {

// Seven bytes choose them.
inline length_prefix_options choose_length_options(fuzz_input& input) {
    using limits = std::numeric_limits<std::int64_t>;
    length_prefix_options options;
    options.format = static_cast<length_format>(input.choose(3));
    options.prefix_size = 1 + input.choose(options.format == length_format::varint ? 10 : 8);
    options.offset = input.choose(5);
    const std::uint8_t adjustment = input.byte();
    options.adjustment = static_cast<std::int8_t>(adjustment) / 8;
    if (adjustment == 0x7f)
        options.adjustment = limits::max();
    if (adjustment == 0x80)
        options.adjustment = limits::min();
    options.counts_itself = input.flag();
    if (const std::size_t strip = input.choose(12); strip != 0)
        options.strip = strip - 1;
    options.max_size = input.byte();
    if (options.max_size == 255)
        options.max_size = std::numeric_limits<std::size_t>::max();
    return options;
}

} // namespace sluice::fuzz
