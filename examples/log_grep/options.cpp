// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include <unistd.h>

std::optional<options> options::parse(int argc, char** argv) {
    options found;
    for (int letter; (letter = ::getopt(argc, argv, "cviF")) != -1;) {
        switch (letter) {
        case 'c':
            found.count = true;
            break;
        case 'v':
            found.invert = true;
            break;
        case 'i':
            found.ignore_case = true;
            break;
        case 'F':
            break; // patterns are always taken literally
        default:
            return std::nullopt;
        }
    }
    if (optind == argc)
        return std::nullopt;
    found.pattern = argv[optind];
    found.files.assign(argv + optind + 1, argv + argc);
    if (found.files.empty())
        found.files.push_back("-");
    return found;
}
