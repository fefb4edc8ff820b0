// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Gives files, and all files of folders, to a fuzz target: what once was found stays found, in
// builds without libFuzzer too. A folder that is not there is empty. Usage: PROGRAM FILE|FOLDER...
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& place) {
    if (!fs::is_directory(place))
        return fs::exists(place) ? std::vector{place} : std::vector<fs::path>();
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(place))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i)
        for (const fs::path& file : files_of(argv[i])) {
            std::cout << file.string() << std::endl; // so that the last one is known if it fails
            std::ifstream in(file, std::ios::binary);
            const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++count;
        }
    std::cout << count << " inputs\n";
    return 0;
}
