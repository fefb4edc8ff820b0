// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace line_chat {

struct options {
    std::vector<std::string> addresses; // without one: the loopback addresses
    std::uint16_t port = 7000;
    std::size_t max_clients = 1000;        // more are told so and let go
    std::size_t max_line = 1000;           // bytes
    std::size_t output_limit = 256 * 1024; // bytes that wait for a client before it is let go
    bool help = false;
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace line_chat
