// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "options.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pipe_view {

/// Shows at standard error how far it is.
class display {
public:
    display(const options& settings, std::optional<std::uint64_t> expected);

    /// How often to call `update`; never, if there is nothing to show.
    std::optional<std::chrono::milliseconds> interval() const;
    void update(std::uint64_t done);
    /// The last word.
    void finish(std::uint64_t done);

private:
    using clock = std::chrono::steady_clock;

    void draw(std::uint64_t done, double rate) const;
    void write_number(std::uint64_t done) const;
    std::string bar(std::uint64_t done, double rate, std::size_t width) const;
    std::string whereabouts(std::uint64_t done, double rate, std::size_t width) const;

    const options& settings_;
    const std::optional<std::uint64_t> expected_;
    const bool at_terminal_;
    const clock::time_point begun_ = clock::now();
    clock::time_point last_ = begun_;
    std::uint64_t last_done_ = 0;
    double rate_ = 0;
};

} // namespace pipe_view
