// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

#include <charconv>

namespace resp_server {

namespace {

void add(call& c, std::int64_t amount) {
    std::int64_t value = 0;
    storage::entry* const found = c.data.find(c[1]);
    if (found != nullptr)
        value = integer_argument(storage::as<text_value>(*found));
    if (__builtin_add_overflow(value, amount, &value))
        throw command_error("ERR increment or decrement would overflow");
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    c.data.assign(c[1], {digits, static_cast<std::size_t>(end - digits)},
                  found == nullptr ? never : found->ends());
    c.out.integer(value);
}

void incr(call& c) {
    add(c, 1);
}

void decr(call& c) {
    add(c, -1);
}

void incrby(call& c) {
    add(c, integer_argument(c[2]));
}

void decrby(call& c) {
    const std::int64_t amount = integer_argument(c[2]);
    if (amount == std::numeric_limits<std::int64_t>::min())
        throw command_error("ERR decrement would overflow");
    add(c, -amount);
}

} // namespace

std::span<const command> counter_commands() noexcept {
    static constexpr command table[] = {
        {"incr", 2, writes | needs_memory, 1, 1, 1, incr},
        {"decr", 2, writes | needs_memory, 1, 1, 1, decr},
        {"incrby", 3, writes | needs_memory, 1, 1, 1, incrby},
        {"decrby", 3, writes | needs_memory, 1, 1, 1, decrby},
    };
    return table;
}

} // namespace resp_server
