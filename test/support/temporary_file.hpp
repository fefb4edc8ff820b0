// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sluice::test {

// A file of its own, gone at the end.
struct temporary_file {
    std::filesystem::path path;

    explicit temporary_file(std::string_view content = {}) {
        static std::atomic<int> count = 0;
        path = std::filesystem::temp_directory_path() /
               ("sluice_test_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
        std::ofstream(path, std::ios::binary) << content;
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() { std::filesystem::remove(path); }

    // From the memory of the system, as far as it does that: the next read waits for the device.
    void evict() const {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        (void)::fdatasync(descriptor);
        (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
        (void)::close(descriptor);
    }

    std::string content() const {
        std::ostringstream all;
        all << std::ifstream(path, std::ios::binary).rdbuf();
        return all.str();
    }
};

} // namespace sluice::test
