// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tcp_relay {

struct options {
    using duration = std::chrono::milliseconds;

    address listen, target;
    std::size_t max_connections = 1024;
    duration connect_timeout = std::chrono::seconds(10);
    duration idle_timeout{0};
    duration half_close_timeout = std::chrono::minutes(5);
    duration drain_timeout = std::chrono::seconds(5);
    std::string certificate, key; // to listen with TLS
    bool tls_target = false;
    std::string authorities; // whom to trust; empty: those of the system
    bool verbose = false;
    bool help = false;
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace tcp_relay
