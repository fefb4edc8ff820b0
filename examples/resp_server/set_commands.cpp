// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

namespace resp_server {

namespace {

void sadd(call& c) {
    set_value& members = c.data.make<set_value>(c[1]);
    std::int64_t count = 0;
    for (const std::string_view member : c.given.subspan(2))
        if (members.find(member) == members.end())
            count += members.emplace(member).second;
    c.out.integer(count);
}

void srem(call& c) {
    set_value* const members = c.data.find_as<set_value>(c[1]);
    std::int64_t count = 0;
    for (const std::string_view member : c.given.subspan(2)) {
        if (members == nullptr)
            break;
        if (const auto found = members->find(member); found != members->end()) {
            members->erase(found);
            ++count;
        }
    }
    if (members != nullptr && members->empty())
        c.data.erase(c[1]);
    c.out.integer(count);
}

// Redis pops whichever it likes; so does this.
void spop(call& c) {
    set_value* const members = c.data.find_as<set_value>(c[1]);
    if (members == nullptr)
        return c.out.null();
    c.out.bulk(*members->begin());
    members->erase(members->begin());
    if (members->empty())
        c.data.erase(c[1]);
}

void smembers(call& c) {
    const set_value* const members = c.data.find_as<set_value>(c[1]);
    if (members == nullptr)
        return c.out.set(0);
    c.out.set(members->size());
    for (const text_value& member : *members)
        c.out.bulk(member);
}

void sismember(call& c) {
    const set_value* const members = c.data.find_as<set_value>(c[1]);
    c.out.integer(members != nullptr && members->find(c[2]) != members->end());
}

void scard(call& c) {
    const set_value* const members = c.data.find_as<set_value>(c[1]);
    c.out.integer(members == nullptr ? 0 : static_cast<std::int64_t>(members->size()));
}

} // namespace

std::span<const command> set_commands() noexcept {
    static constexpr command table[] = {
        {"sadd", -3, writes | needs_memory, 1, 1, 1, sadd},
        {"srem", -3, writes, 1, 1, 1, srem},
        {"spop", 2, writes, 1, 1, 1, spop},
        {"smembers", 2, reads, 1, 1, 1, smembers},
        {"sismember", 3, reads, 1, 1, 1, sismember},
        {"scard", 2, reads, 1, 1, 1, scard},
    };
    return table;
}

} // namespace resp_server
