// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_corpus.hpp"
#include "support/http_outcome.hpp"

#include <boost/version.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>

using namespace sluice::test;

namespace {

using verdicts = std::map<std::string, std::string>; // by file

// What Beast says to the requests of a file, one after the other until one is refused.
std::string verdict_of(std::string_view bytes) {
    for (int request = 1;; ++request) {
        const http_outcome outcome = beast_outcome(bytes);
        bytes.remove_prefix(outcome.taken);
        if (outcome.error != "")
            return (request == 1 ? "" : "request 2: ") + outcome.error;
        if (bytes.empty())
            return "accepted";
        REQUIRE(request < 3);
    }
}

// Where Beast refuses anything of a valid file, or accepts the first request of an invalid one.
verdicts differences() {
    verdicts found;
    for (const corpus_file& file : http_corpus()) {
        const std::string verdict = verdict_of(file.bytes);
        const bool first_accepted = verdict == "accepted" || verdict.starts_with("request 2");
        if (file.name.starts_with("valid/") ? verdict != "accepted" : first_accepted)
            found[std::filesystem::path(file.name).replace_extension().string()] = verdict;
    }
    return found;
}

// The rows of the table in doc/http.md that are about files of the corpus at hand.
verdicts documented() {
    std::set<std::string> present;
    for (const corpus_file& file : http_corpus())
        present.insert(std::filesystem::path(file.name).replace_extension().string());

    const std::regex row("\\| `((?:in)?valid/\\w+)` \\| ([^|]+) \\| .+ \\|");
    verdicts found;
    std::ifstream page(std::filesystem::path(__FILE__).parent_path() / "../../doc/http.md");
    REQUIRE(page);
    for (std::string line; std::getline(page, line);)
        if (std::smatch parts; std::regex_match(line, parts, row) && present.contains(parts[1]))
            CHECK(found.emplace(parts[1], parts[2]).second);
    return found;
}

} // namespace

TEST_CASE("http corpus: doc/http.md tells where Beast judges otherwise") {
    if (BOOST_VERSION / 100 != 1081)
        return; // the table is that of Beast in Boost 1.81
    const verdicts expected = documented();
    const verdicts seen = differences();
    CHECK(!seen.empty());
    for (const auto& [file, verdict] : seen) {
        CAPTURE(file);
        CHECK((expected.contains(file) ? expected.at(file) : "not documented") == verdict);
    }
    for (const auto& [file, verdict] : expected) {
        CAPTURE(file);
        CHECK(seen.contains(file));
    }
}

TEST_CASE("http corpus: print the verdicts" * doctest::skip()) {
    for (const auto& [file, verdict] : differences())
        std::cout << "| `" << file << "` | " << verdict << " |\n";
}
