// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "descriptor.hpp"
#include <sluice/error.hpp>

#include <sys/stat.h>

#include <string>

namespace file_server {

/// A regular file or a directory, open for reading.
struct opened_file {
    descriptor file;
    struct stat status = {};

    bool is_directory() const noexcept { return S_ISDIR(status.st_mode); }
};

/// The directory that is served. Nothing outside it can be opened through it.
///
/// What was opened is what gets checked, never a name, so nobody can slip in a link between check
/// and use. Thread safe: all its members are const.
class document_root {
public:
    /// How a path is kept inside: by the kernel (`openat2`, where there is one), or by looking
    /// where the opened file really is.
    enum class confinement { by_kernel, by_real_path };

    /// Throws `boost::system::system_error` if the directory cannot be opened.
    explicit document_root(const std::string& directory);
    document_root(const std::string& directory, confinement method);

    /// Opens a relative path without leading slash; the empty one is the root itself.
    /// `permission_denied` for what lies outside or is neither a regular file nor a directory.
    sluice::result<opened_file> open(const std::string& path) const;

private:
    int open_beneath(const char* path) const;
    int open_and_locate(const char* path) const;

    descriptor directory_;
    std::string real_path_;
    confinement method_;
};

} // namespace file_server
