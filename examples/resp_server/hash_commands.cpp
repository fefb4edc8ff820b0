// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

namespace resp_server {

namespace {

void hset(call& c) {
    if (c.size() % 2 != 0)
        wrong_number_of_arguments("hset");
    hash_value& fields = c.data.make<hash_value>(c[1]);
    std::int64_t count = 0;
    for (std::size_t i = 2; i < c.size(); i += 2) {
        if (const auto found = fields.find(c[i]); found != fields.end()) {
            found->second.assign(c[i + 1]);
        } else {
            fields.emplace(c[i], c[i + 1]);
            ++count;
        }
    }
    c.out.integer(count);
}

void hget(call& c) {
    const hash_value* const fields = c.data.find_as<hash_value>(c[1]);
    if (fields != nullptr)
        if (const auto found = fields->find(c[2]); found != fields->end())
            return c.out.bulk(found->second);
    c.out.null();
}

void hdel(call& c) {
    hash_value* const fields = c.data.find_as<hash_value>(c[1]);
    std::int64_t count = 0;
    for (const std::string_view field : c.given.subspan(2)) {
        if (fields == nullptr)
            break;
        if (const auto found = fields->find(field); found != fields->end()) {
            fields->erase(found);
            ++count;
        }
    }
    if (fields != nullptr && fields->empty())
        c.data.erase(c[1]);
    c.out.integer(count);
}

void hgetall(call& c) {
    const hash_value* const fields = c.data.find_as<hash_value>(c[1]);
    if (fields == nullptr)
        return c.out.map(0);
    c.out.map(fields->size());
    for (const auto& [field, value] : *fields) {
        c.out.bulk(field);
        c.out.bulk(value);
    }
}

void hlen(call& c) {
    const hash_value* const fields = c.data.find_as<hash_value>(c[1]);
    c.out.integer(fields == nullptr ? 0 : static_cast<std::int64_t>(fields->size()));
}

} // namespace

std::span<const command> hash_commands() noexcept {
    static constexpr command table[] = {
        {"hset", -4, writes | needs_memory, 1, 1, 1, hset},
        {"hget", 3, reads, 1, 1, 1, hget},
        {"hdel", -3, writes, 1, 1, 1, hdel},
        {"hgetall", 2, reads, 1, 1, 1, hgetall},
        {"hlen", 2, reads, 1, 1, 1, hlen},
    };
    return table;
}

} // namespace resp_server
