// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

namespace resp_server {

namespace {

constexpr std::size_t longest_text = std::size_t{512} << 20;

void reply_text(call& c, const text_value* found) {
    if (found == nullptr)
        c.out.null();
    else
        c.out.bulk(*found);
}

bool is_time_option(std::string_view word) noexcept {
    return same_word(word, "ex") || same_word(word, "px") || same_word(word, "exat") ||
           same_word(word, "pxat");
}

void get(call& c) {
    reply_text(c, c.data.find_as<text_value>(c[1]));
}

struct set_options {
    bool only_new = false, only_old = false, keep_end = false, get_old = false, has_end = false;
    timestamp ends = never;
};

set_options parse_set_options(const call& c) {
    set_options result;
    for (std::size_t i = 3; i < c.size(); ++i) {
        if (same_word(c[i], "nx") && !result.only_old) {
            result.only_new = true;
        } else if (same_word(c[i], "xx") && !result.only_new) {
            result.only_old = true;
        } else if (same_word(c[i], "get")) {
            result.get_old = true;
        } else if (same_word(c[i], "keepttl") && !result.has_end) {
            result.keep_end = true;
        } else if (is_time_option(c[i]) && i + 1 < c.size() && !result.has_end &&
                   !result.keep_end) {
            result.ends = end_of(c[i], c[i + 1], c[0]);
            result.has_end = true;
            ++i;
        } else {
            syntax_error();
        }
    }
    return result;
}

void set_with_options(call& c) {
    const set_options options = parse_set_options(c);
    storage::entry* const old = c.data.find(c[1]);
    const timestamp ends = options.keep_end && old != nullptr ? old->ends() : options.ends;
    if (options.get_old)
        reply_text(c, old == nullptr ? nullptr : &storage::as<text_value>(*old));
    if ((options.only_new && old != nullptr) || (options.only_old && old == nullptr)) {
        if (!options.get_old)
            c.out.null();
        return;
    }
    c.data.assign(c[1], c[2], ends);
    if (!options.get_old)
        c.out.ok();
}

void set(call& c) {
    if (c.size() > 3)
        return set_with_options(c);
    c.data.assign(c[1], c[2]);
    c.out.ok();
}

void setnx(call& c) {
    const bool is_new = c.data.find(c[1]) == nullptr;
    if (is_new)
        c.data.assign(c[1], c[2]);
    c.out.integer(is_new);
}

void getdel(call& c) {
    const text_value* const found = c.data.find_as<text_value>(c[1]);
    reply_text(c, found);
    if (found != nullptr)
        c.data.erase(c[1]);
}

void getex(call& c) {
    timestamp ends = never;
    if (c.size() == 4 && is_time_option(c[2]))
        ends = end_of(c[2], c[3], c[0]);
    else if (c.size() > 3 || (c.size() == 3 && !same_word(c[2], "persist")))
        syntax_error();
    storage::entry* const found = c.data.find(c[1]);
    reply_text(c, found == nullptr ? nullptr : &storage::as<text_value>(*found));
    if (found != nullptr && c.size() > 2)
        c.data.set_end(*found, ends);
}

void mget(call& c) {
    c.out.array(c.size() - 1);
    for (const std::string_view key : c.given.subspan(1)) {
        const storage::entry* const found = c.data.find(key);
        reply_text(c, found == nullptr ? nullptr : std::get_if<text_value>(&found->data));
    }
}

void mset(call& c) {
    if (c.size() % 2 == 0)
        wrong_number_of_arguments("mset");
    for (std::size_t i = 1; i < c.size(); i += 2)
        c.data.assign(c[i], c[i + 1]);
    c.out.ok();
}

void append(call& c) {
    text_value& value = c.data.make<text_value>(c[1]);
    if (c[2].size() > longest_text - value.size())
        throw command_error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    value.append(c[2]);
    c.out.integer(static_cast<std::int64_t>(value.size()));
}

void strlen(call& c) {
    const text_value* const found = c.data.find_as<text_value>(c[1]);
    c.out.integer(found == nullptr ? 0 : static_cast<std::int64_t>(found->size()));
}

} // namespace

std::span<const command> string_commands() noexcept {
    static constexpr command table[] = {
        {"get", 2, reads, 1, 1, 1, get},
        {"set", -3, writes | needs_memory, 1, 1, 1, set},
        {"setnx", 3, writes | needs_memory, 1, 1, 1, setnx},
        {"getdel", 2, writes, 1, 1, 1, getdel},
        {"getex", -2, writes, 1, 1, 1, getex},
        {"mget", -2, reads, 1, -1, 1, mget},
        {"mset", -3, writes | needs_memory, 1, -1, 2, mset},
        {"append", 3, writes | needs_memory, 1, 1, 1, append},
        {"strlen", 2, reads, 1, 1, 1, strlen},
    };
    return table;
}

} // namespace resp_server
