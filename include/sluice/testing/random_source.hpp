// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::testing {

/// Random numbers that are the same for the same seed on every platform, unlike those of the
/// standard distributions: so a seed that a failed test prints can be run again anywhere.
///
/// *Thread safety.* Distinct objects: safe. One object: one thread at a time.
class random_source {
public:
    /// What follows depends on the seed alone.
    explicit random_source(std::uint64_t seed) noexcept : state_(seed) {}

    /// Any number.
    std::uint64_t next() noexcept {
        std::uint64_t x = (state_ += 0x9e3779b97f4a7c15u); // SplitMix64
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }

    /// From 0 to one below the limit; 0 for a limit of 0.
    std::uint64_t below(std::uint64_t limit) noexcept { return limit == 0 ? 0 : next() % limit; }

    /// From the first to the second, both included.
    std::uint64_t between(std::uint64_t least, std::uint64_t most) noexcept {
        return least + below(most - least + 1);
    }

    /// True in one of so many cases, never for 0.
    bool one_in(std::uint64_t cases) noexcept { return cases != 0 && below(cases) == 0; }

    /// One of these.
    /// \tparam N how many there are
    template <class T, std::size_t N>
    const T& pick(const T (&values)[N]) noexcept {
        return values[below(N)];
    }

private:
    std::uint64_t state_;
};

} // namespace sluice::testing
