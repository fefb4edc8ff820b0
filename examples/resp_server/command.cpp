// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

namespace resp_server {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A name of at most 16 letters, in small ones, as two numbers.
struct folded_name {
    std::uint64_t first = 0, second = 0;
    std::size_t size;

    explicit folded_name(std::string_view name) noexcept : size(name.size()) {
        char bytes[16] = {};
        name.copy(bytes, sizeof(bytes));
        std::memcpy(&first, bytes, 8);
        std::memcpy(&second, bytes + 8, 8);
        constexpr std::uint64_t small = 0x2020202020202020; // no other character becomes a letter
        first |= small;
        second |= small;
    }
    std::size_t slot() const noexcept { // of 256
        return ((first ^ (second << 7)) * 0x9e3779b97f4a7c15) >> 56;
    }
    bool operator==(const folded_name&) const = default;
};

// Open addressing, in twice as many slots as there are commands, and more.
class command_table {
public:
    command_table() {
        for (const command& one : all_commands()) {
            std::size_t slot = folded_name(one.name).slot();
            while (slots_[slot].found != nullptr)
                slot = (slot + 1) % slots_.size();
            slots_[slot] = {folded_name(one.name), &one};
        }
    }
    const command* find(std::string_view name) const noexcept {
        if (name.size() > 16)
            return nullptr;
        const folded_name folded(name);
        std::size_t slot = folded.slot();
        while (slots_[slot].found != nullptr && slots_[slot].name != folded)
            slot = (slot + 1) % slots_.size();
        return slots_[slot].found;
    }

private:
    struct entry {
        folded_name name{std::string_view()};
        const command* found = nullptr;
    };
    std::array<entry, 256> slots_;
};

std::vector<command> gather() {
    std::vector<command> all;
    for (const auto part : {string_commands(), counter_commands(), key_commands(), list_commands(),
                            set_commands(), hash_commands(), sorted_set_commands(),
                            channel_commands(), connection_commands(), server_commands()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::string in_small_letters(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::string unknown_command(words given) {
    std::string result = "ERR unknown command '" + std::string(given[0].substr(0, 128)) +
                         "', with args beginning with: ";
    std::size_t shown = 0;
    for (const std::string_view word : given.subspan(1)) {
        if (shown >= 128)
            break;
        const std::string_view part = word.substr(0, 128 - shown);
        result += "'" + std::string(part) + "' ";
        shown += part.size();
    }
    return result;
}

void check(const command* found, words given, const service& shared, const client& from) {
    if (found == nullptr)
        throw command_error(unknown_command(given));
    const auto arity = static_cast<std::size_t>(std::abs(found->arity));
    if (found->arity > 0 ? given.size() != arity : given.size() < arity)
        wrong_number_of_arguments(found->name);
    if (!from.channels.empty() && from.out.version() == sluice::resp_version::resp2 &&
        !(found->flags & while_subscribed)) {
        throw command_error("ERR Can't execute '" + std::string(found->name) +
                            "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "
                            "allowed in this context");
    }
    if ((found->flags & needs_memory) && shared.settings.max_memory != 0 &&
        counted_bytes > shared.settings.max_memory)
        throw command_error("OOM command not allowed when used memory > 'maxmemory'.");
}

} // namespace

std::span<const command> all_commands() noexcept {
    static const std::vector<command> all = gather();
    return all;
}

const command* find_command(std::string_view name) noexcept {
    static const command_table table;
    return table.find(name);
}

void execute(words given, service& shared, client& from) {
    ++shared.served.commands;
    try {
        const command* const found = find_command(given[0]);
        check(found, given, shared, from);
        call c{given, shared, from};
        found->run(c);
    } catch (const command_error& e) {
        from.out.error(e.text);
    } catch (const wrong_type&) {
        from.out.error("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
}

bool same_word(std::string_view a, std::string_view lower_case) noexcept {
    return std::ranges::equal(a, lower_case, {}, lower);
}

std::optional<std::int64_t> to_integer(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool odd = text.size() > 1 && (text[0] == '0' || text.starts_with("-0"));
    if (ec != std::errc() || end != text.data() + text.size() || odd)
        return std::nullopt;
    return value;
}

std::int64_t integer_argument(std::string_view text) {
    if (const auto value = to_integer(text))
        return *value;
    throw command_error("ERR value is not an integer or out of range");
}

void syntax_error() {
    throw command_error("ERR syntax error");
}

void wrong_number_of_arguments(std::string_view command) {
    throw command_error("ERR wrong number of arguments for '" + std::string(command) + "' command");
}

void unknown_subcommand(const call& c) {
    std::string name(c[0]);
    std::ranges::transform(name, name.begin(),
                           [](char k) { return k >= 'a' && k <= 'z' ? char(k - 32) : k; });
    throw command_error("ERR unknown subcommand or wrong number of arguments for '" +
                        std::string(c[1].substr(0, 128)) + "'. Try " + name + " HELP.");
}

timestamp end_of(std::string_view option, std::string_view amount, std::string_view command) {
    const std::int64_t value = integer_argument(amount);
    const bool seconds = lower(option[0]) == 'e';
    const bool relative = option.size() == 2;
    const timestamp base = relative ? now() : 0;
    const timestamp unit = seconds ? 1000 : 1;
    if (value <= 0 || value > (never - 1 - base) / unit)
        throw command_error("ERR invalid expire time in '" + in_small_letters(command) +
                            "' command");
    return base + value * unit;
}

} // namespace resp_server
