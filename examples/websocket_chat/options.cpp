// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include <charconv>

namespace websocket_chat {

namespace {

std::size_t number(std::string_view name, std::string_view value, std::size_t least,
                   std::size_t most) {
    std::size_t result = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), result);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() || result < least ||
        result > most) {
        throw usage_error(std::string(name) + ": '" + std::string(value) +
                          "' is not a number from " + std::to_string(least) + " to " +
                          std::to_string(most));
    }
    return result;
}

void set(options& result, std::string_view name, std::string_view value) {
    if (name == "--bind")
        result.addresses.emplace_back(value);
    else if (name == "--port")
        result.port = static_cast<std::uint16_t>(number(name, value, 0, 65535));
    else if (name == "--max-clients")
        result.max_clients = number(name, value, 1, 1'000'000);
    else if (name == "--max-message")
        result.max_message = number(name, value, 10, 1 << 20);
    else if (name == "--output-limit")
        result.output_limit = number(name, value, 4096, 1 << 30);
    else if (name == "--request-timeout")
        result.request_timeout = std::chrono::seconds(number(name, value, 1, 3600));
    else if (name == "--idle-timeout")
        result.idle_timeout = std::chrono::seconds(number(name, value, 1, 3600));
    else
        throw usage_error("unknown option '" + std::string(name) + "'");
}

} // namespace

options parse_options(int argc, const char* const* argv) {
    options result;
    for (int i = 1; i < argc && !result.help; ++i) {
        const std::string_view argument = argv[i];
        const auto equals = argument.find('=');
        if (argument == "--help" || argument == "-h")
            result.help = true;
        else if (equals != argument.npos)
            set(result, argument.substr(0, equals), argument.substr(equals + 1));
        else if (i + 1 == argc)
            throw usage_error("'" + std::string(argument) + "' is unknown, or needs a value");
        else
            set(result, argument, argv[++i]);
    }
    return result;
}

std::string_view usage() {
    return "usage: websocket_chat [options]\n"
           "\n"
           "A room to talk in, for browsers: the page and its WebSocket come from one port.\n"
           "\n"
           "  --bind A             address, host name or unix:/path to listen on; may be given "
           "more\n"
           "                       than once (127.0.0.1 and ::1)\n"
           "  --port P             port; 0 picks a free one (7080)\n"
           "  --max-clients N      clients in the room at a time (1000)\n"
           "  --max-message N      bytes of a message (4000)\n"
           "  --output-limit N     bytes that may wait for a client before it is let go (262144)\n"
           "  --request-timeout S  seconds a request may take, or be waited for (10)\n"
           "  --idle-timeout S     seconds after which a silent client is let go that does not\n"
           "                       answer pings either (60)\n"
           "  --help               this text\n"
           "\n"
           "SIGINT and SIGTERM end it in order.\n";
}

} // namespace websocket_chat
