// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/split_report.hpp>

#include <ostream>

namespace sluice::testing {

namespace {

std::string to_string(const split& how) {
    std::string result;
    if (how.cuts.empty())
        result = "whole";
    for (const std::size_t cut : how.cuts)
        result += (result.empty() ? "cut at " : ", ") + std::to_string(cut);
    return result + ", in segments of " + std::to_string(how.segment_size);
}

} // namespace

std::string to_string(const split_report& report) {
    if (!report.first_difference)
        return to_string(report.whole);
    return to_string(report.first_difference->how) +
           ":\n  found:    " + to_string(report.first_difference->found) +
           "\n  expected: " + to_string(report.whole);
}

std::ostream& operator<<(std::ostream& out, const split_report& report) {
    return out << to_string(report);
}

} // namespace sluice::testing
