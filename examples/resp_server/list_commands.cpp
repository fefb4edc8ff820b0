// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

#include <algorithm>

namespace resp_server {

namespace {

template <bool Front>
void push(call& c) {
    list_value& values = c.data.make<list_value>(c[1]);
    for (const std::string_view value : c.given.subspan(2)) {
        if constexpr (Front)
            values.emplace_front(value);
        else
            values.emplace_back(value);
    }
    c.out.integer(static_cast<std::int64_t>(values.size()));
}

template <bool Front>
void pop_one(call& c, list_value& values) {
    if constexpr (Front) {
        c.out.bulk(values.front());
        values.pop_front();
    } else {
        c.out.bulk(values.back());
        values.pop_back();
    }
}

template <bool Front>
void pop(call& c) {
    if (c.size() > 3)
        wrong_number_of_arguments(Front ? "lpop" : "rpop");
    std::size_t count = 1;
    if (c.size() == 3) {
        const auto given = to_integer(c[2]);
        if (!given || *given < 0)
            throw command_error("ERR value is out of range, must be positive");
        count = static_cast<std::size_t>(*given);
    }
    list_value* const values = c.data.find_as<list_value>(c[1]);
    if (values == nullptr)
        return c.size() == 3 ? c.out.null_array() : c.out.null();
    count = std::min(count, values->size());
    if (c.size() == 3)
        c.out.array(count);
    for (std::size_t i = 0; i != count; ++i)
        pop_one<Front>(c, *values);
    if (values->empty())
        c.data.erase(c[1]);
}

void llen(call& c) {
    const list_value* const values = c.data.find_as<list_value>(c[1]);
    c.out.integer(values == nullptr ? 0 : static_cast<std::int64_t>(values->size()));
}

void lrange(call& c) {
    std::int64_t first = integer_argument(c[2]), last = integer_argument(c[3]);
    const list_value* const values = c.data.find_as<list_value>(c[1]);
    const auto size = values == nullptr ? 0 : static_cast<std::int64_t>(values->size());
    first = std::max<std::int64_t>(first < 0 ? first + size : first, 0);
    last = std::min(last < 0 ? last + size : last, size - 1);
    if (first > last)
        return c.out.array(0);
    c.out.array(static_cast<std::size_t>(last - first + 1));
    for (auto one = values->begin() + first; one != values->begin() + last + 1; ++one)
        c.out.bulk(*one);
}

} // namespace

std::span<const command> list_commands() noexcept {
    static constexpr command table[] = {
        {"lpush", -3, writes | needs_memory, 1, 1, 1, push<true>},
        {"rpush", -3, writes | needs_memory, 1, 1, 1, push<false>},
        {"lpop", -2, writes, 1, 1, 1, pop<true>},
        {"rpop", -2, writes, 1, 1, 1, pop<false>},
        {"llen", 2, reads, 1, 1, 1, llen},
        {"lrange", 4, reads, 1, 1, 1, lrange},
    };
    return table;
}

} // namespace resp_server
