// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "document_root.hpp"

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace file_server {

struct index_entry {
    std::string name;
    bool is_directory = false;
    std::uint64_t size = 0;
    std::time_t modified = 0;
};

/// What a directory shows: regular files and directories that `root` would serve, directories
/// first, without hidden ones. `path` is the directory's path below the root. An error, if the list
/// would not be whole.
sluice::result<std::vector<index_entry>>
list_directory(const document_root& root, const opened_file& directory, const std::string& path);

/// The page about them, in HTML.
std::string index_page(std::string_view path, const std::vector<index_entry>& entries);

/// Such as "512 B" or "1.5 MiB".
std::string human_size(std::uint64_t bytes);

} // namespace file_server
