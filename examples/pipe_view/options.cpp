// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include "units.hpp"

#include <utility>

namespace pipe_view {

namespace {

std::uint64_t amount(std::string_view name, std::string_view text) {
    const auto value = parse_amount(text);
    if (!value)
        throw usage_error(std::string(name) + ": '" + std::string(text) +
                          "' is not an amount such as 1000, 64K, 1.5M or 2G");
    return *value;
}

// Options that are a letter, or its word.
char letter_of(std::string_view argument) {
    if (argument.size() == 2 && argument.front() == '-')
        return argument[1];
    constexpr std::pair<std::string_view, char> words[] = {
        {"--line-mode", 'l'}, {"--numeric", 'n'}, {"--quiet", 'q'},     {"--help", 'h'},
        {"--size", 's'},      {"--name", 'N'},    {"--rate-limit", 'L'}};
    for (const auto& [word, letter] : words)
        if (argument == word)
            return letter;
    return 0;
}

} // namespace

options parse_options(int argc, const char* const* argv) {
    options result;
    bool names_only = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (names_only || argument.size() < 2 || argument.front() != '-') {
            result.files.emplace_back(argument);
            continue;
        }
        const auto value = [&]() -> std::string_view {
            if (i + 1 == argc)
                throw usage_error(std::string(argument) + " needs a value");
            return argv[++i];
        };
        switch (argument == "--" ? '-' : letter_of(argument)) {
        case '-':
            names_only = true;
            break;
        case 'l':
            result.lines = true;
            break;
        case 'n':
            result.numeric = true;
            break;
        case 'q':
            result.quiet = true;
            break;
        case 'h':
            result.help = true;
            return result;
        case 's':
            result.size = amount(argument, value());
            break;
        case 'N':
            result.name = value();
            break;
        case 'L':
            result.rate_limit = amount(argument, value());
            if (result.rate_limit == 0)
                throw usage_error("a rate of 0 would never end");
            break;
        default:
            throw usage_error("unknown option '" + std::string(argument) + "'");
        }
    }
    return result;
}

std::string_view usage() {
    return "usage: pipe_view [options] [FILE...]\n"
           "\n"
           "Copies the files, or standard input, to standard output, and shows how far it is.\n"
           "\n"
           "  -s, --size N        bytes to expect, or lines; of files it is known\n"
           "  -L, --rate-limit N  bytes a second at most; K, M and G stand for 1024 and its "
           "powers\n"
           "  -l, --line-mode     counts lines\n"
           "  -n, --numeric       numbers instead of a bar: percents, or bytes, one a second\n"
           "  -N, --name NAME     what to call it\n"
           "  -q, --quiet         nothing is shown\n"
           "  -h, --help          this text\n"
           "\n"
           "'-' is standard input. Without a terminal at standard error only the sum is told.\n";
}

} // namespace pipe_view
