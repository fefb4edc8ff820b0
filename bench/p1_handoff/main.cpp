// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// In-memory hand-off of chunks within one thread, or from one to another: Sluice, its peers, and
// memcpy as the limit.
// Usage: p1_handoff [ROUNDS] [MILLISECONDS] [one|two]
// Prints a line of JSON for each form and chunk size.

#include "p1_handoff/handoff.hpp"

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
    const bench::threads number =
        argc > 3 && argv[3] == std::string_view("two") ? bench::threads::two : bench::threads::one;
    options.wall_clock = number == bench::threads::two;
    if (number == bench::threads::two)
        bench::stay_on_core_of(bench::side::consumer);
    std::thread([] {}).join(); // until there was a thread, the C library spares a program locks
    for (const std::size_t chunk : {std::size_t{64}, std::size_t{1024}, std::size_t{16 * 1024}}) {
        bench::contestants all;
        if (number == bench::threads::one)
            bench::add_synchronous_forms(all, chunk);
        else
            bench::add_blocking_forms(all, chunk);
        bench::add_sluice_forms(all, chunk, number);
        bench::add_channel_forms(all, chunk, number);
        bench::add_streambuf_forms(all, chunk, number);
        bench::add_stream_forms(all, chunk, number);
        bench::run_rounds(std::cout, {{"chunk", std::to_string(chunk)}}, all, options);
    }
} catch (const std::exception& e) {
    std::cerr << "p1_handoff: " << e.what() << '\n';
    return EXIT_FAILURE;
}
