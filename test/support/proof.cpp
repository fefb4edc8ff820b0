// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <support/proof.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

namespace sluice::test {

std::uint64_t proof_amount(std::uint64_t in_the_tests, std::uint64_t in_the_long_form) {
    const char* form = std::getenv("SLUICE_PROVE");
    return form != nullptr && std::string_view(form) == "long" ? in_the_long_form : in_the_tests;
}

std::uint64_t proof_seed() {
    const char* seed = std::getenv("SLUICE_SEED");
    return seed != nullptr ? std::stoull(seed) : 1;
}

void tell_proof(int row, std::string_view what, std::uint64_t figure) {
    std::cout << "proof " << row << ' ' << what << ": " << figure << std::endl;
}

} // namespace sluice::test
