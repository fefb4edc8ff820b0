// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// In-memory hand-off of chunks within one thread: Sluice, its peers, and memcpy as the limit.
// Usage: p1_handoff [ROUNDS] [MILLISECONDS] [threadless]
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
    // Until a program starts a thread, its C library spares it the cost of locks.
    const bool threadless = argc > 3 && argv[3] == std::string_view("threadless");
    if (!threadless)
        std::thread([] {}).join();
    for (const std::size_t chunk : {std::size_t{64}, std::size_t{1024}, std::size_t{16 * 1024}}) {
        bench::contestants all;
        bench::add_synchronous_forms(all, chunk);
        bench::add_sluice_forms(all, chunk);
        bench::add_channel_forms(all, chunk);
        bench::add_streambuf_forms(all, chunk);
        bench::add_stream_forms(all, chunk);
        bench::run_rounds(
            std::cout,
            {{"chunk", std::to_string(chunk)}, {"process", threadless ? "threadless" : "threaded"}},
            all, options);
    }
} catch (const std::exception& e) {
    std::cerr << "p1_handoff: " << e.what() << '\n';
    return EXIT_FAILURE;
}
