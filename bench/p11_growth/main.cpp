// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The cost of a byte as something grows. Usage: p11_growth [MILLISECONDS] [LARGEST]
// Prints a line of JSON for each work and size: the CPU time of the process for each byte.

#include "p11_growth/growth.hpp"

#include <cstdlib>
#include <ctime>
#include <iostream>

namespace {

using namespace bench;

double cpu_nanoseconds() {
    timespec now;
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void measure(const char* what, std::size_t size, sized_work& work, double least) {
    work.once();
    const double began = cpu_nanoseconds();
    double bytes = 0, took = 0;
    do {
        bytes += static_cast<double>(work.once());
        took = cpu_nanoseconds() - began;
    } while (took < least);
    std::cout << "{\"what\": \"" << what << "\", \"size\": \"" << size << "\", \"nanoseconds\": ["
              << took / bytes << "]}" << std::endl;
}

struct growing {
    const char* what;
    std::unique_ptr<sized_work> (*make)(std::size_t);
    std::vector<std::size_t> sizes;
};

} // namespace

int main(int argc, char** argv) try {
    const double least = 1e6 * (argc > 1 ? std::stod(argv[1]) : 50);
    const std::size_t largest = argc > 2 ? std::stoul(argv[2]) : std::size_t{1} << 30;
    const std::vector<std::size_t> bytes{1 << 10, 1 << 15, 1 << 20, 1 << 25, 1 << 30};
    const std::vector<std::size_t> pieces{1, 10, 100, 1000, 10'000, 100'000};
    const growing all[] = {{"buffered bytes", buffered, bytes},
                           {"the same by malloc and memcpy", copied, bytes},
                           {"pieces of a line", line_in_pieces, pieces},
                           {"pieces in a read", read_of_pieces, pieces},
                           {"producers", producers, {1, 2, 4, 8, 16, 32, 64}}};
    for (const growing& one : all)
        for (const std::size_t size : one.sizes)
            if (size <= largest)
                measure(one.what, size, *one.make(size), least);
} catch (const std::exception& e) {
    std::cerr << "p11_growth: " << e.what() << '\n';
    return EXIT_FAILURE;
}
