// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "client.hpp"
#include "service.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace resp_server {

/// The version of Redis whose replies these are.
inline constexpr std::string_view emulated_version = "7.0.15";

/// A command's name, and what stands behind it.
using words = std::span<const std::string_view>;

/// What a command works with.
struct call {
    words given;
    service& shared;
    client& from;
    storage& data = shared.data;
    reply& out = from.out;

    std::string_view operator[](std::size_t i) const { return given[i]; }
    std::size_t size() const noexcept { return given.size(); }
};

/// Is the reply, when it is thrown before anything was replied.
struct command_error {
    explicit command_error(std::string reply) : text(std::move(reply)) {}
    std::string text;
};

enum flags : unsigned { reads = 0, writes = 1, needs_memory = 2, while_subscribed = 4 };

struct command {
    std::string_view name; // in small letters
    int arity;             // with the name; negative: at least so many
    unsigned flags;
    int first_key, last_key, key_step; // as COMMAND tells them
    void (*run)(call& c);
};

/// All commands.
std::span<const command> all_commands() noexcept;

/// In whatever letters; null when there is none.
const command* find_command(std::string_view name) noexcept;

/// Runs one command and writes its reply.
void execute(words given, service& shared, client& from);

// ---- what many commands need

bool same_word(std::string_view a, std::string_view lower_case) noexcept;
std::optional<std::int64_t> to_integer(std::string_view text) noexcept;
/// Throws "value is not an integer or out of range".
std::int64_t integer_argument(std::string_view text);
[[noreturn]] void syntax_error();
[[noreturn]] void wrong_number_of_arguments(std::string_view command);
[[noreturn]] void unknown_subcommand(const call& c);

/// When a key ends that is to end at or after `amount` seconds or milliseconds, as the option EX,
/// PX, EXAT or PXAT says. Throws "invalid expire time".
timestamp end_of(std::string_view option, std::string_view amount, std::string_view command);

// ---- tables of the commands, by what they work on

std::span<const command> string_commands() noexcept;
std::span<const command> counter_commands() noexcept;
std::span<const command> key_commands() noexcept;
std::span<const command> list_commands() noexcept;
std::span<const command> set_commands() noexcept;
std::span<const command> hash_commands() noexcept;
std::span<const command> sorted_set_commands() noexcept;
std::span<const command> channel_commands() noexcept;
std::span<const command> connection_commands() noexcept;
std::span<const command> server_commands() noexcept;

} // namespace resp_server
