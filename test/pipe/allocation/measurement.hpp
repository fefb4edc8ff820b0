// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "pipe/allocation/heap_calls.hpp"

#include <doctest/doctest.h>

namespace sluice::test {

// What work that goes on round by round does with the heap once it has warmed up.
class measurement {
    static constexpr int warm_up = 1'000, rounds = 2'000;

public:
    // Called once a round. False: stop.
    bool next() {
        if (++rounds_ == warm_up)
            begin_ = heap_calls();
        if (rounds_ == warm_up + rounds)
            end_ = heap_calls();
        return rounds_ < warm_up + rounds;
    }
    void check() const {
        CHECK(rounds_ >= warm_up + rounds);
        if (counts_heap_calls)
            CHECK(end_ - begin_ == 0);
    }

private:
    int rounds_ = 0;
    std::uint64_t begin_ = 0, end_ = 1;
};

} // namespace sluice::test
