// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::test {

// The reliability programme runs in two forms: a short one, which is part of the tests, and a long
// one, which tools/prove asks for with SLUICE_PROVE=long. With SLUICE_PROVE=bugs it asks for what
// is to find a planted bug, where that is another amount.
std::uint64_t proof_amount(std::uint64_t in_the_tests, std::uint64_t in_the_long_form,
                           std::uint64_t for_planted_bugs = 0);

// Of what is random: SLUICE_SEED where it is set, to run one thing again, else always the same.
std::uint64_t proof_seed();

// Prints "proof ROW WHAT: FIGURE", which tools/prove collects.
void tell_proof(int row, std::string_view what, std::uint64_t figure);

// The same for what several tests bring together: the sum is told when the program ends.
void add_to_proof(int row, std::string_view what, std::uint64_t figure);

} // namespace sluice::test
