// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace file_server {

struct options {
    using duration = std::chrono::milliseconds;

    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    unsigned threads = 1;
    std::size_t max_connections = 1024;
    duration header_timeout = std::chrono::seconds(10);
    duration idle_timeout = std::chrono::seconds(30);
    duration request_timeout = std::chrono::seconds(60);
    duration drain_timeout = std::chrono::seconds(5);
    std::string certificate; // none: in clear
    std::string key;         // none: with the certificate
    bool sendfile = true;
    bool verbose = false;
    bool help = false;
    std::string directory;
};

/// Says what is wrong with the command line.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `usage_error`.
options parse_options(int argc, const char* const* argv);

std::string_view usage();

} // namespace file_server
