// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace file_server {

namespace {

template <class T>
T number(std::string_view name, std::string_view text, T least, T most) {
    T value{};
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < least ||
        value > most) {
        throw usage_error(std::string(name) + ": '" + std::string(text) +
                          "' is not a number from " + std::to_string(least) + " to " +
                          std::to_string(most));
    }
    return value;
}

options::duration seconds(std::string_view name, std::string_view text) {
    double value = 0;
    const auto parsed =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
        !(value >= 0.001 && value <= 86400)) {
        throw usage_error(std::string(name) + ": '" + std::string(text) +
                          "' is not a number of seconds from 0.001 to 86400");
    }
    return options::duration(static_cast<options::duration::rep>(value * 1000));
}

struct valued_option {
    std::string_view name;
    void (*set)(options& result, std::string_view name, std::string_view value);
};

using text = std::string_view;
constexpr valued_option valued_options[] = {
    {"--address", [](options& o, text, text value) { o.address = value; }},
    {"--port", [](options& o, text n, text v) { o.port = number<std::uint16_t>(n, v, 0, 65535); }},
    {"--threads", [](options& o, text n, text v) { o.threads = number<unsigned>(n, v, 1, 256); }},
    {"--max-connections",
     [](options& o, text n, text v) {
         o.max_connections = number<std::size_t>(n, v, 1, 1'000'000);
     }},
    {"--header-timeout", [](options& o, text n, text v) { o.header_timeout = seconds(n, v); }},
    {"--idle-timeout", [](options& o, text n, text v) { o.idle_timeout = seconds(n, v); }},
    {"--request-timeout", [](options& o, text n, text v) { o.request_timeout = seconds(n, v); }},
    {"--tls", [](options& o, text, text value) { o.certificate = value; }},
    {"--tls-key", [](options& o, text, text value) { o.key = value; }},
    {"--drain-timeout", [](options& o, text n, text v) { o.drain_timeout = seconds(n, v); }},
};

} // namespace

options parse_options(int argc, const char* const* argv) {
    options result;
    bool names_only = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (names_only || argument.size() < 2 || argument.front() != '-') {
            if (!result.directory.empty())
                throw usage_error("more than one directory: '" + std::string(argument) + "'");
            if (argument.empty())
                throw usage_error("the directory's name is empty");
            result.directory = argument;
        } else if (argument == "--") {
            names_only = true;
        } else if (argument == "--help" || argument == "-h") {
            result.help = true;
            return result;
        } else if (argument == "--no-sendfile") {
            result.sendfile = false;
        } else if (argument == "--verbose") {
            result.verbose = true;
        } else {
            const auto equals = argument.find('=');
            const std::string_view name = argument.substr(0, equals);
            const auto option = std::ranges::find(valued_options, name, &valued_option::name);
            if (option == std::end(valued_options))
                throw usage_error("unknown option '" + std::string(argument) + "'");
            if (equals == argument.npos && i + 1 == argc)
                throw usage_error(std::string(name) + " needs a value");
            option->set(result, name,
                        equals == argument.npos ? argv[++i] : argument.substr(equals + 1));
        }
    }
    if (result.directory.empty())
        throw usage_error("no directory was given");
    if (result.certificate.empty() && !result.key.empty())
        throw usage_error("--tls-key needs --tls");
    return result;
}

std::string_view usage() {
    return "usage: http_file_server [options] DIR\n"
           "\n"
           "Serves the files under DIR over HTTP/1.1, in clear or over TLS.\n"
           "\n"
           "  --address A          address, host name or unix:/path to listen on (127.0.0.1)\n"
           "  --port P             port; 0 picks a free one (8080)\n"
           "  --threads N          threads, each with connections of its own (1)\n"
           "  --max-connections N  connections at a time; more wait to be accepted (1024)\n"
           "  --header-timeout S   seconds for a request's header to arrive (10)\n"
           "  --idle-timeout S     seconds a connection may wait between requests (30)\n"
           "  --request-timeout S  seconds for a whole request and its answer; an answer that the\n"
           "                       client takes at 64 KiB a second or more may last longer (60)\n"
           "  --tls FILE           speaks TLS, with the certificate chain of this PEM file\n"
           "  --tls-key FILE       its key, if that is in another file\n"
           "  --drain-timeout S    seconds that requests in flight have to finish at the end (5)\n"
           "  --no-sendfile        files are copied, and not sent by the system\n"
           "  --verbose            a line per request on standard error\n"
           "  --help               this text\n"
           "\n"
           "SIGINT and SIGTERM let requests in flight finish within the drain timeout.\n";
}

} // namespace file_server
