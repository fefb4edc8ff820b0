// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include "tls.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <vector>

namespace tcp_relay {

namespace {

using text = std::string_view;

template <class T>
bool parse(text value, T& result) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    return error == std::errc() && end == value.data() + value.size();
}

std::size_t count(text name, text value) {
    std::size_t result = 0;
    if (!parse(value, result) || result < 1 || result > 1'000'000)
        throw usage_error(std::string(name) + ": '" + std::string(value) +
                          "' is not a number from 1 to 1000000");
    return result;
}

options::duration seconds(text name, text value) {
    double result = 0;
    if (!parse(value, result) || !(result >= 0 && result <= 1e6))
        throw usage_error(std::string(name) + ": '" + std::string(value) +
                          "' is not a number of seconds from 0 to 1000000");
    // The least that is not 0, which is no limit, is a millisecond.
    return options::duration(
        std::max<options::duration::rep>(result > 0, static_cast<long long>(result * 1000)));
}

struct valued_option {
    text name;
    std::size_t values;
    void (*set)(options& result, text name, const text* values);
};

constexpr valued_option valued_options[] = {
    {"--max-connections", 1,
     [](options& o, text n, const text* v) { o.max_connections = count(n, *v); }},
    {"--connect-timeout", 1,
     [](options& o, text n, const text* v) { o.connect_timeout = seconds(n, *v); }},
    {"--idle-timeout", 1,
     [](options& o, text n, const text* v) { o.idle_timeout = seconds(n, *v); }},
    {"--half-close-timeout", 1,
     [](options& o, text n, const text* v) { o.half_close_timeout = seconds(n, *v); }},
    {"--drain-timeout", 1,
     [](options& o, text n, const text* v) { o.drain_timeout = seconds(n, *v); }},
    {"--tls-listen", 2,
     [](options& o, text, const text* v) {
         o.certificate = v[0];
         o.key = v[1];
     }},
    {"--tls-ca", 1, [](options& o, text, const text* v) { o.authorities = *v; }},
    {"--tls-target", 0, [](options& o, text, const text*) { o.tls_target = true; }},
    {"--verbose", 0, [](options& o, text, const text*) { o.verbose = true; }},
};

address parse_named(const char* name, text value) {
    try {
        return support::parse_address(value);
    } catch (const std::invalid_argument& e) {
        throw usage_error(std::string(name) + ": " + e.what());
    }
}

void check(const options& o) {
    if (!o.authorities.empty() && !o.tls_target)
        throw usage_error("--tls-ca is of no use without --tls-target");
    if ((!o.certificate.empty() || o.tls_target) && !has_tls)
        throw usage_error("TLS is not built in: this program was built without OpenSSL");
}

} // namespace

options parse_options(int argc, const char* const* argv) {
    options result;
    std::vector<text> names;
    const std::vector<text> arguments(argv + 1, argv + argc);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const text argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            result.help = true;
            return result;
        }
        if (argument.size() < 2 || argument.front() != '-') {
            names.push_back(argument);
            continue;
        }
        const auto equals = argument.find('=');
        const text name = argument.substr(0, equals);
        const auto option = std::ranges::find(valued_options, name, &valued_option::name);
        if (option == std::end(valued_options) || (equals != argument.npos && option->values != 1))
            throw usage_error("unknown option '" + std::string(argument) + "'");
        if (equals != argument.npos) {
            const text value = argument.substr(equals + 1);
            option->set(result, name, &value);
            continue;
        }
        if (arguments.size() - i - 1 < option->values)
            throw usage_error(std::string(name) +
                              (option->values == 1 ? " needs a value" : " needs two values"));
        option->set(result, name, arguments.data() + i + 1);
        i += option->values;
    }
    if (names.size() != 2)
        throw usage_error("LISTEN and TARGET are wanted, and nothing else");
    result.listen = parse_named("LISTEN", names[0]);
    result.target = parse_named("TARGET", names[1]);
    check(result);
    return result;
}

std::string_view usage() {
    return "usage: tcp_relay [options] LISTEN TARGET\n"
           "\n"
           "Listens at LISTEN, and connects each client to TARGET: bytes, and the end of either\n"
           "direction, pass both ways.\n"
           "\n"
           "LISTEN and TARGET are host:port, [v6]:port or unix:/path; :port listens everywhere.\n"
           "\n"
           "  --max-connections N     clients at a time; more wait to be accepted (1024)\n"
           "  --connect-timeout S     seconds to reach the target, and for TLS to begin (10)\n"
           "  --idle-timeout S        seconds in which neither side sends (0: without a limit)\n"
           "  --half-close-timeout S  seconds that one direction may outlast the other (300)\n"
           "  --drain-timeout S       seconds that open connections have at the end (5)\n"
           "  --tls-listen CERT KEY   clients speak TLS; files in PEM form\n"
           "  --tls-target            the target speaks TLS, and its certificate names its host\n"
           "  --tls-ca FILE           whose certificates the target may have (the system's)\n"
           "  --verbose               a line per connection on standard error\n"
           "  --help                  this text\n"
           "\n"
           "SIGINT and SIGTERM: no new clients; open connections may end within the drain "
           "timeout;\n"
           "then the totals are printed.\n";
}

} // namespace tcp_relay
