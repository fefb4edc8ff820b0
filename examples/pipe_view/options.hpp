// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pipe_view {

struct options {
    bool lines = false;   // count them, and not bytes
    bool numeric = false; // a number a second, and no bar
    bool quiet = false;
    bool help = false;
    std::optional<std::uint64_t> size; // bytes, or lines, to expect
    std::uint64_t rate_limit = 0;      // bytes a second; 0: none
    std::string name;
    std::vector<std::string> files; // none: standard input
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace pipe_view
