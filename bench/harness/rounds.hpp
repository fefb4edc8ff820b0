// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace bench {

/// A way to do some work many times over.
class form {
public:
    form() = default;
    form(const form&) = delete;
    form& operator=(const form&) = delete;
    virtual ~form() = default;

    /// Does the work `count` times, and has checked it; returns how often the receiving side was
    /// given something.
    virtual std::uint64_t pass(std::size_t count) = 0;
};

using labels = std::map<std::string, std::string>;

/// What takes part, and what it is called.
struct contestant {
    labels names;
    std::function<std::unique_ptr<form>()> make;
};

struct round_options {
    int rounds = 7;
    bool wall_clock = false; ///< for work that is done by several threads
    std::chrono::nanoseconds duration = std::chrono::milliseconds(40); ///< of one measurement
};

/// Measures all contestants in turn, round after round, so that a disturbance meets all of them
/// alike. Writes a line of JSON for each: `shared` labels, its names, and for every round the
/// nanoseconds and the allocations of one piece of work, and the work done per receipt.
///
/// Time is that of this thread on the processor: what runs here never sleeps, and what other
/// programs take is not counted. By the wall clock, also how often a thread went to sleep for one
/// piece of work.
void run_rounds(std::ostream& out, const labels& shared, const std::vector<contestant>& contestants,
                const round_options& options);

} // namespace bench
