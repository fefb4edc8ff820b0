// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"
#include "glob.hpp"

#include <array>
#include <unistd.h>
#include <utility>
#include <vector>

namespace resp_server {

namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

fields section(const service& shared, std::string_view name) {
    const auto number = [](auto value) { return std::to_string(value); };
    if (name == "server")
        return {{"redis_version", std::string(emulated_version)},
                {"redis_mode", "standalone"},
                {"process_id", number(::getpid())},
                {"tcp_port", number(shared.port)},
                {"uptime_in_seconds", number(shared.seconds)}};
    if (name == "clients")
        return {{"connected_clients", number(shared.sessions.size())},
                {"maxclients", number(shared.settings.max_clients)}};
    if (name == "memory")
        return {{"used_memory", number(counted_bytes)},
                {"maxmemory", number(shared.settings.max_memory)},
                {"maxmemory_policy", "noeviction"}};
    if (name == "stats")
        return {{"total_connections_received", number(shared.served.connections)},
                {"total_commands_processed", number(shared.served.commands)},
                {"rejected_connections", number(shared.served.refused)}};
    if (name == "replication")
        return {{"role", "master"}, {"connected_slaves", "0"}};
    if (name == "keyspace" && shared.data.size() != 0)
        return {{"db0", "keys=" + number(shared.data.size()) +
                            ",expires=" + number(shared.data.ending()) + ",avg_ttl=0"}};
    return {};
}

void info(call& c) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> titles{
        {{"server", "Server"},
         {"clients", "Clients"},
         {"memory", "Memory"},
         {"stats", "Stats"},
         {"replication", "Replication"},
         {"keyspace", "Keyspace"}}};
    const auto wanted = [&](std::string_view name) {
        if (c.size() == 1)
            return true;
        for (const std::string_view word : c.given.subspan(1))
            if (same_word(word, name) || same_word(word, "all") || same_word(word, "default") ||
                same_word(word, "everything"))
                return true;
        return false;
    };
    std::string text;
    for (const auto& [name, title] : titles) {
        if (!wanted(name))
            continue;
        text += (text.empty() ? "# " : "\r\n# ") + std::string(title) + "\r\n";
        for (const auto& [field, value] : section(c.shared, name))
            text += field + ":" + value + "\r\n";
    }
    c.out.verbatim(text);
}

void config(call& c) {
    if (!same_word(c[1], "get") || c.size() < 3)
        unknown_subcommand(c);
    const options& settings = c.shared.settings;
    const fields all{
        {"maxmemory", std::to_string(settings.max_memory)},
        {"maxmemory-policy", "noeviction"},
        {"maxclients", std::to_string(settings.max_clients)},
        {"timeout", std::to_string(settings.timeout.count())},
        {"port", std::to_string(c.shared.port)},
        {"proto-max-bulk-len", std::to_string(settings.max_request)},
        {"databases", "1"},
        {"save", ""},
        {"appendonly", "no"},
    };
    fields found;
    for (const auto& one : all)
        for (const std::string_view pattern : c.given.subspan(2))
            if (matches(pattern, one.first)) {
                found.push_back(one);
                break;
            }
    c.out.map(found.size());
    for (const auto& [name, value] : found) {
        c.out.bulk(name);
        c.out.bulk(value);
    }
}

void describe(call& c, const command& one) {
    static constexpr std::pair<unsigned, std::string_view> names[] = {
        {writes, "write"}, {needs_memory, "denyoom"}, {while_subscribed, "pubsub"}};
    std::vector<std::string_view> set;
    for (const auto& [flag, name] : names)
        if (one.flags & flag)
            set.push_back(name);
    if (!(one.flags & writes) && one.first_key != 0)
        set.push_back("readonly");
    c.out.array(6);
    c.out.bulk(one.name);
    c.out.integer(one.arity);
    c.out.set(set.size());
    for (const std::string_view name : set)
        c.out.simple(name);
    c.out.integer(one.first_key);
    c.out.integer(one.last_key);
    c.out.integer(one.key_step);
}

void command_command(call& c) {
    if (c.size() == 1) {
        c.out.array(all_commands().size());
        for (const command& one : all_commands())
            describe(c, one);
    } else if (same_word(c[1], "count") && c.size() == 2) {
        c.out.integer(static_cast<std::int64_t>(all_commands().size()));
    } else if (same_word(c[1], "docs")) {
        c.out.map(0);
    } else if (same_word(c[1], "info")) {
        c.out.array(c.size() - 2);
        for (const std::string_view name : c.given.subspan(2)) {
            if (const command* const one = find_command(name))
                describe(c, *one);
            else
                c.out.null_array();
        }
    } else {
        unknown_subcommand(c);
    }
}

} // namespace

std::span<const command> server_commands() noexcept {
    static constexpr command table[] = {
        {"info", -1, reads, 0, 0, 0, info},
        {"config", -2, reads, 0, 0, 0, config},
        {"command", -1, reads, 0, 0, 0, command_command},
    };
    return table;
}

} // namespace resp_server
