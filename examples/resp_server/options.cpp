// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace resp_server {

namespace {

using text = std::string_view;

template <class T>
T number(text name, text value, T least, T most) {
    T result{};
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), result);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() || result < least ||
        result > most) {
        throw usage_error(std::string(name) + ": '" + std::string(value) +
                          "' is not a number from " + std::to_string(least) + " to " +
                          std::to_string(most));
    }
    return result;
}

// A number of bytes, or of kb, mb or gb.
std::size_t bytes(text name, text value, std::size_t least) {
    constexpr std::pair<text, std::size_t> units[] = {{"kb", 10}, {"mb", 20}, {"gb", 30}};
    for (const auto& [unit, shift] : units)
        if (value.ends_with(unit))
            return number<std::size_t>(name, value.substr(0, value.size() - 2), 0, 1 << 20)
                   << shift;
    return number<std::size_t>(name, value, least, std::size_t{1} << 40);
}

struct valued_option {
    text name;
    void (*set)(options& result, text name, text value);
};

constexpr valued_option valued_options[] = {
    {"--bind", [](options& o, text, text value) { o.addresses.emplace_back(value); }},
    {"--port", [](options& o, text n, text v) { o.port = number<std::uint16_t>(n, v, 0, 65535); }},
    {"--maxmemory", [](options& o, text n, text v) { o.max_memory = bytes(n, v, 0); }},
    {"--maxclients",
     [](options& o, text n, text v) { o.max_clients = number<std::size_t>(n, v, 1, 1'000'000); }},
    {"--max-request", [](options& o, text n, text v) { o.max_request = bytes(n, v, 64); }},
    {"--max-reply", [](options& o, text n, text v) { o.max_reply = bytes(n, v, 1); }},
    {"--output-limit", [](options& o, text n, text v) { o.output_limit = bytes(n, v, 1); }},
    {"--timeout",
     [](options& o, text n, text v) {
         o.timeout = std::chrono::seconds(number<unsigned>(n, v, 0, 1'000'000));
     }},
};

} // namespace

options parse_options(int argc, const char* const* argv) {
    options result;
    for (int i = 1; i < argc; ++i) {
        const text argument = argv[i];
        if (argument == "--help" || argument == "-h") {
            result.help = true;
            return result;
        }
        const auto equals = argument.find('=');
        const text name = argument.substr(0, equals);
        const auto option = std::ranges::find(valued_options, name, &valued_option::name);
        if (option == std::end(valued_options))
            throw usage_error("unknown option '" + std::string(argument) + "'");
        if (equals == argument.npos && i + 1 == argc)
            throw usage_error(std::string(name) + " needs a value");
        option->set(result, name,
                    equals == argument.npos ? text(argv[++i]) : argument.substr(equals + 1));
    }
    return result;
}

std::string_view usage() {
    return "usage: resp_server [options]\n"
           "\n"
           "A key-value server in memory that speaks RESP2 and RESP3, as Redis does.\n"
           "\n"
           "  --bind A          address, host name or unix:/path to listen on; may be given more\n"
           "                    than once (127.0.0.1 and ::1)\n"
           "  --port P          port; 0 picks a free one (6379)\n"
           "  --maxmemory N     bytes, or kb, mb, gb, that may be stored; 0: no limit (0)\n"
           "  --maxclients N    connections at a time (10000)\n"
           "  --max-request N   bytes of one command (64mb)\n"
           "  --max-reply N     bytes of the reply to one command; who wants more is let go (1gb)\n"
           "  --output-limit N  bytes that a subscriber may lag behind before it is let go (8mb)\n"
           "  --timeout S       seconds a client may be idle; 0: as long as it likes (0)\n"
           "  --help            this text\n"
           "\n"
           "SIGINT and SIGTERM end it in order.\n";
}

} // namespace resp_server
