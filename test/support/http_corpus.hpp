// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string>
#include <vector>

namespace sluice::test {

struct corpus_file {
    std::string name; // folder and file name
    std::string bytes;
};

// The HTTP requests of the shared corpus where there is one, else those beside the tests, by name.
const std::vector<corpus_file>& http_corpus();

} // namespace sluice::test
