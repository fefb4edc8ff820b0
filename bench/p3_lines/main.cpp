// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Lines of 64 bytes on average, taken from memory and from a TCP connection: Sluice and its peers.
// Usage: p3_lines [ROUNDS] [MILLISECONDS] [memory|tcp]
// Prints a line of JSON for each form.

#include "p3_lines/lines.hpp"

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <thread>

int main(int argc, char** argv) try {
    bench::round_options options;
    if (argc > 1)
        options.rounds = std::stoi(argv[1]);
    if (argc > 2)
        options.duration = std::chrono::milliseconds(std::stoi(argv[2]));
    const std::string_view only = argc > 3 ? argv[3] : "";
    std::thread([] {}).join(); // until there was a thread, the C library spares a program locks
    (void)bench::text::get();
    bench::contestants all;
    if (only != "tcp") {
        bench::add_memory_forms(all);
        bench::add_in_place_forms(all);
    }
    if (only != "memory")
        bench::add_tcp_forms(all);
    bench::run_rounds(std::cout, {}, all, options);
} catch (const std::exception& e) {
    std::cerr << "p3_lines: " << e.what() << '\n';
    return EXIT_FAILURE;
}
