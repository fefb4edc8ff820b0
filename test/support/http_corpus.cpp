// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_corpus.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace sluice::test {

namespace {

std::filesystem::path folder() {
    // The repository holds a part of these corpora; a folder with all of them can be named.
    if (const char* const all = std::getenv("SLUICE_TEST_SHARED_CORPORA")) {
        const auto shared = std::filesystem::path(all) / "http-gunicorn";
        if (std::filesystem::is_directory(shared))
            return shared;
    }
    return std::filesystem::path(__FILE__).parent_path() / "../corpora/http-gunicorn";
}

std::vector<corpus_file> load() {
    std::vector<corpus_file> files;
    for (const char* verdict : {"valid", "invalid"})
        for (const auto& entry : std::filesystem::directory_iterator(folder() / verdict)) {
            std::ifstream in(entry.path(), std::ios::binary);
            std::string name = verdict;
            name.append(1, '/').append(entry.path().filename().string());
            files.push_back({std::move(name), {std::istreambuf_iterator<char>(in), {}}});
        }
    std::sort(files.begin(), files.end(),
              [](const corpus_file& a, const corpus_file& b) { return a.name < b.name; });
    return files;
}

} // namespace

const std::vector<corpus_file>& http_corpus() {
    static const std::vector<corpus_file> files = load();
    return files;
}

} // namespace sluice::test
