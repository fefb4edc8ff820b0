// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"
#include "session.hpp"

#include <algorithm>

namespace resp_server {

namespace {

void ping(call& c) {
    if (c.size() > 2)
        wrong_number_of_arguments("ping");
    const bool subscribed =
        !c.from.channels.empty() && c.out.version() == sluice::resp_version::resp2;
    if (subscribed) {
        c.out.array(2);
        c.out.bulk("pong");
        c.out.bulk(c.size() == 2 ? c[1] : "");
    } else if (c.size() == 2) {
        c.out.bulk(c[1]);
    } else {
        c.out.simple("PONG");
    }
}

void echo(call& c) {
    c.out.bulk(c[1]);
}

void quit(call& c) {
    c.from.quits = true;
    c.out.ok();
}

void select(call& c) {
    if (integer_argument(c[1]) != 0)
        throw command_error("ERR DB index is out of range");
    c.out.ok();
}

void check_name(std::string_view name) {
    if (!std::ranges::all_of(name, [](char k) { return k >= '!' && k <= '~'; }))
        throw command_error(
            "ERR Client names cannot contain spaces, newlines or special characters.");
}

void hello(call& c) {
    auto version = c.out.version();
    std::size_t next = 1;
    if (c.size() > 1) {
        const auto wanted = to_integer(c[1]);
        if (!wanted)
            throw command_error("ERR Protocol version is not an integer or out of range");
        if (*wanted != 2 && *wanted != 3)
            throw command_error("NOPROTO unsupported protocol version");
        version = *wanted == 2 ? sluice::resp_version::resp2 : sluice::resp_version::resp3;
        next = 2;
    }
    std::string_view name = c.from.name;
    for (; next < c.size(); next += 2) {
        if (!same_word(c[next], "setname") || next + 1 == c.size())
            throw command_error("ERR Syntax error in HELLO option '" + std::string(c[next]) + "'");
        name = c[next + 1];
        check_name(name);
    }
    c.from.name = std::string(name);
    c.out.version(version);
    c.out.map(7);
    c.out.bulk("server");
    c.out.bulk("resp_server");
    c.out.bulk("version");
    c.out.bulk(emulated_version);
    c.out.bulk("proto");
    c.out.integer(version == sluice::resp_version::resp2 ? 2 : 3);
    c.out.bulk("id");
    c.out.integer(static_cast<std::int64_t>(c.from.id));
    c.out.bulk("mode");
    c.out.bulk("standalone");
    c.out.bulk("role");
    c.out.bulk("master");
    c.out.bulk("modules");
    c.out.array(0);
}

std::string description(const client& one) {
    return "id=" + std::to_string(one.id) + " addr=" + one.address + " name=" + one.name +
           " db=0 sub=" + std::to_string(one.channels.size()) +
           " resp=" + (one.out.version() == sluice::resp_version::resp2 ? "2" : "3") + "\n";
}

void client_list(call& c) {
    std::string text;
    for (const session* const one : c.shared.sessions)
        text += description(*one);
    c.out.verbatim(text);
}

void client_command(call& c) {
    if (same_word(c[1], "id") && c.size() == 2) {
        c.out.integer(static_cast<std::int64_t>(c.from.id));
    } else if (same_word(c[1], "getname") && c.size() == 2) {
        if (c.from.name.empty())
            c.out.null();
        else
            c.out.bulk(c.from.name);
    } else if (same_word(c[1], "setname") && c.size() == 3) {
        check_name(c[2]);
        c.from.name = std::string(c[2]);
        c.out.ok();
    } else if (same_word(c[1], "setinfo") && c.size() == 4) {
        c.out.ok();
    } else if (same_word(c[1], "info") && c.size() == 2) {
        c.out.verbatim(description(c.from));
    } else if (same_word(c[1], "list") && c.size() == 2) {
        client_list(c);
    } else {
        unknown_subcommand(c);
    }
}

} // namespace

std::span<const command> connection_commands() noexcept {
    static constexpr command table[] = {
        {"ping", -1, while_subscribed, 0, 0, 0, ping},
        {"echo", 2, reads, 0, 0, 0, echo},
        {"quit", -1, while_subscribed, 0, 0, 0, quit},
        {"select", 2, reads, 0, 0, 0, select},
        {"hello", -1, reads, 0, 0, 0, hello},
        {"client", -2, reads, 0, 0, 0, client_command},
    };
    return table;
}

} // namespace resp_server
