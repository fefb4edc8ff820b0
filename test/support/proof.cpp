// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <support/proof.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <utility>

namespace sluice::test {

std::uint64_t proof_amount(std::uint64_t in_the_tests, std::uint64_t in_the_long_form,
                           std::uint64_t for_planted_bugs) {
    const char* asked = std::getenv("SLUICE_PROVE");
    const std::string_view form = asked != nullptr ? asked : "";
    if (form == "long")
        return in_the_long_form;
    return form == "bugs" && for_planted_bugs != 0 ? for_planted_bugs : in_the_tests;
}

std::uint64_t proof_seed() {
    const char* seed = std::getenv("SLUICE_SEED");
    return seed != nullptr ? std::stoull(seed) : 1;
}

void tell_proof(int row, std::string_view what, std::uint64_t figure) {
    std::cout << "proof " << row << ' ' << what << ": " << figure << std::endl;
}

namespace {

struct sums : std::map<std::pair<int, std::string>, std::uint64_t> {
    ~sums() {
        for (const auto& [what, sum] : *this)
            tell_proof(what.first, what.second, sum);
    }
};

} // namespace

void add_to_proof(int row, std::string_view what, std::uint64_t figure) {
    static sums all;
    all[{row, std::string(what)}] += figure;
}

} // namespace sluice::test
