// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "harness/rounds.hpp"

#include "harness/allocations.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <time.h>

namespace bench {

namespace {

std::chrono::nanoseconds time_of(clockid_t clock) {
    timespec now;
    ::clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Those of all threads, ended ones too.
long sleeps() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_nvcsw;
}

struct runner {
    const labels* names;
    std::unique_ptr<form> work;
    clockid_t clock;
    std::size_t count = 0;
    std::vector<double> nanoseconds = {}, allocations = {}, per_receipt = {}, sleeps_each = {};

    std::chrono::nanoseconds duration_of(std::size_t n) {
        const auto began = time_of(clock);
        work->pass(n);
        return time_of(clock) - began;
    }

    // Also lets pools and caches fill.
    void choose_count(std::chrono::nanoseconds duration) {
        count = 64;
        auto took = duration_of(count);
        while (took < duration / 4) {
            count *= 2;
            took = duration_of(count);
        }
        count = std::max<std::size_t>(count * duration / took, 1);
    }

    void measure() {
        work->pass(count / 16 + 1);
        const auto allocated = bench::allocations();
        const auto slept = sleeps();
        const auto began = time_of(clock);
        const auto receipts = work->pass(count);
        const std::chrono::duration<double, std::nano> took = time_of(clock) - began;
        const auto n = static_cast<double>(count);
        sleeps_each.push_back(static_cast<double>(sleeps() - slept) / n);
        allocations.push_back(static_cast<double>(bench::allocations() - allocated) / n);
        nanoseconds.push_back(took.count() / n);
        per_receipt.push_back(n / static_cast<double>(receipts));
    }
};

void write(std::ostream& out, const labels& names) {
    for (const auto& [key, value] : names)
        out << '"' << key << "\": \"" << value << "\", ";
}

void write(std::ostream& out, const char* key, const std::vector<double>& values) {
    out << '"' << key << "\": [";
    for (std::size_t i = 0; i < values.size(); ++i)
        out << (i == 0 ? "" : ", ") << values[i];
    out << ']';
}

} // namespace

void run_rounds(std::ostream& out, const labels& shared, const std::vector<contestant>& contestants,
                const round_options& options) {
    std::vector<runner> runners;
    for (const contestant& one : contestants) {
        runners.push_back({&one.names, one.make(),
                           options.wall_clock ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID});
        runners.back().choose_count(options.duration);
    }
    for (int round = 0; round < options.rounds; ++round)
        for (runner& one : runners)
            one.measure();
    for (const runner& one : runners) {
        out << '{';
        write(out, shared);
        write(out, *one.names);
        write(out, "nanoseconds", one.nanoseconds);
        out << ", ";
        write(out, "allocations", one.allocations);
        out << ", ";
        write(out, "per_receipt", one.per_receipt);
        if (options.wall_clock) {
            out << ", ";
            write(out, "sleeps", one.sleeps_each);
        }
        out << "}\n";
    }
    out.flush();
}

} // namespace bench
