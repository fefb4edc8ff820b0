// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"
#include "glob.hpp"

#include <algorithm>
#include <vector>

namespace resp_server {

namespace {

void del(call& c) {
    std::int64_t count = 0;
    for (const std::string_view key : c.given.subspan(1))
        count += c.data.erase(key);
    c.out.integer(count);
}

void exists(call& c) {
    std::int64_t count = 0;
    for (const std::string_view key : c.given.subspan(1))
        count += c.data.find(key) != nullptr;
    c.out.integer(count);
}

// NX: only if it has no end; XX: only if it has one; GT, LT: only if it is to be later, earlier.
bool may_set_end(const call& c, timestamp old, timestamp ends) {
    bool nx = false, xx = false, gt = false, lt = false;
    for (const std::string_view word : c.given.subspan(3)) {
        if (same_word(word, "nx"))
            nx = true;
        else if (same_word(word, "xx"))
            xx = true;
        else if (same_word(word, "gt"))
            gt = true;
        else if (same_word(word, "lt"))
            lt = true;
        else
            throw command_error("ERR Unsupported option " + std::string(word));
    }
    if ((nx && (xx || gt || lt)) || (gt && lt))
        throw command_error("ERR NX and XX, GT or LT options at the same time are not compatible");
    return !(nx && old != never) && !(xx && old == never) && !(gt && ends <= old) &&
           !(lt && ends >= old);
}

void expire_in(call& c, timestamp unit, const char* name) {
    const std::int64_t amount = integer_argument(c[2]);
    const timestamp time = now();
    if (amount > (never - 1 - time) / unit || amount < -(never - 1) / unit)
        throw command_error("ERR invalid expire time in '" + std::string(name) + "' command");
    const timestamp ends = time + amount * unit;
    storage::entry* const found = c.data.find(c[1]);
    const bool set =
        may_set_end(c, found == nullptr ? never : found->ends(), ends) && found != nullptr;
    if (set && ends <= time)
        c.data.erase(c[1]);
    else if (set)
        c.data.set_end(*found, ends);
    c.out.integer(set);
}

void expire(call& c) {
    expire_in(c, 1000, "expire");
}

void pexpire(call& c) {
    expire_in(c, 1, "pexpire");
}

void persist(call& c) {
    storage::entry* const found = c.data.find(c[1]);
    const bool had_end = found != nullptr && found->ends() != never;
    if (had_end)
        c.data.set_end(*found, never);
    c.out.integer(had_end);
}

void reply_time_left(call& c, timestamp unit) {
    const storage::entry* const found = c.data.find(c[1]);
    if (found == nullptr)
        c.out.integer(-2);
    else if (found->ends() == never)
        c.out.integer(-1);
    else
        c.out.integer((std::max<timestamp>(found->ends() - now(), 0) + unit / 2) / unit);
}

void ttl(call& c) {
    reply_time_left(c, 1000);
}

void pttl(call& c) {
    reply_time_left(c, 1);
}

void type(call& c) {
    static constexpr std::string_view names[] = {"string", "list", "set", "hash", "zset"};
    const storage::entry* const found = c.data.find(c[1]);
    c.out.simple(found == nullptr ? "none" : names[found->data.index()]);
}

void keys(call& c) {
    std::vector<std::string_view> found;
    c.data.for_each([&](std::string_view key, const storage::entry&) {
        if (matches(c[1], key))
            found.push_back(key);
    });
    c.out.array(found.size());
    for (const std::string_view key : found)
        c.out.bulk(key);
}

void dbsize(call& c) {
    c.out.integer(static_cast<std::int64_t>(c.data.size()));
}

void flushall(call& c) {
    if (c.size() > 2 || (c.size() == 2 && !same_word(c[1], "sync") && !same_word(c[1], "async")))
        syntax_error();
    c.data.clear();
    c.out.ok();
}

} // namespace

std::span<const command> key_commands() noexcept {
    static constexpr command table[] = {
        {"del", -2, writes, 1, -1, 1, del},
        {"unlink", -2, writes, 1, -1, 1, del},
        {"exists", -2, reads, 1, -1, 1, exists},
        {"expire", -3, writes, 1, 1, 1, expire},
        {"pexpire", -3, writes, 1, 1, 1, pexpire},
        {"persist", 2, writes, 1, 1, 1, persist},
        {"ttl", 2, reads, 1, 1, 1, ttl},
        {"pttl", 2, reads, 1, 1, 1, pttl},
        {"type", 2, reads, 1, 1, 1, type},
        {"keys", 2, reads, 0, 0, 0, keys},
        {"dbsize", 1, reads, 0, 0, 0, dbsize},
        {"flushall", -1, writes, 0, 0, 0, flushall},
        {"flushdb", -1, writes, 0, 0, 0, flushall},
    };
    return table;
}

} // namespace resp_server
