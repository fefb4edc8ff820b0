// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <optional>
#include <string>
#include <vector>

/// What the command line asks for.
struct options {
    bool count = false;       ///< -c: how many lines match, not which
    bool invert = false;      ///< -v: the lines that do not match
    bool ignore_case = false; ///< -i: of ASCII letters
    std::string pattern;
    std::vector<std::string> files; ///< "-" is standard input

    /// Nothing when it makes no sense.
    static std::optional<options> parse(int argc, char** argv);
};
