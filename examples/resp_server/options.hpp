// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace resp_server {

struct options {
    std::vector<std::string> addresses; // without one: the loopback addresses
    std::uint16_t port = 6379;
    std::size_t max_memory = 0;                      // of what is stored; 0: no limit
    std::size_t max_clients = 10'000;                // more are told so and let go
    std::size_t max_request = std::size_t{64} << 20; // bytes of one command
    std::size_t max_reply = std::size_t{1} << 30;    // bytes of the reply to one command
    std::size_t output_limit = std::size_t{8} << 20; // what a subscriber may lag behind
    std::chrono::seconds timeout{0};                 // of idleness; 0: none
    bool help = false;
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace resp_server
