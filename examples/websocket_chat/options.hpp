// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace websocket_chat {

struct options {
    std::vector<std::string> addresses; // without one: the loopback addresses
    std::uint16_t port = 7080;
    std::size_t max_clients = 1000;        // in the room; more are refused
    std::size_t spare_connections = 64;    // beside them, to fetch the page
    std::size_t max_message = 4000;        // bytes
    std::size_t output_limit = 256 * 1024; // bytes that wait for a client before it is let go
    std::chrono::seconds request_timeout{10};
    std::chrono::seconds idle_timeout{60}; // a client of which nothing is heard, not even a pong
    bool help = false;
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace websocket_chat
