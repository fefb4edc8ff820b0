// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace file_server {

/// Where a request points to, decoded and made plain.
struct request_target {
    /// Relative to the root: no leading slash, no empty, "." or ".." segment, no NUL.
    std::string path;
    /// As sent, with its question mark; or empty.
    std::string query;
    /// The path was the root or ended in a slash.
    bool names_directory = false;
};

/// Reads a target in origin form ("/a/b?q") or absolute form ("http://host/a/b?q"). Nothing, for
/// one that is malformed or leads above the root.
std::optional<request_target> parse_target(std::string_view target);

} // namespace file_server
