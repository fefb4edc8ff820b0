// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "mime.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace file_server {

namespace {

struct known_type {
    std::string_view name;
    std::string_view type;
};

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

// Sorted by extension.
constexpr known_type by_extension[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"c", plain_text},
    {"cc", plain_text},
    {"cfg", plain_text},
    {"cmake", plain_text},
    {"conf", plain_text},
    {"cpp", plain_text},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"go", plain_text},
    {"gz", "application/gzip"},
    {"h", plain_text},
    {"hpp", plain_text},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"ini", plain_text},
    {"ipp", plain_text},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"log", plain_text},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"py", plain_text},
    {"rs", plain_text},
    {"sh", plain_text},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"toml", plain_text},
    {"ttf", "font/ttf"},
    {"txt", plain_text},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xml", "application/xml"},
    {"xz", "application/x-xz"},
    {"yaml", plain_text},
    {"yml", plain_text},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};
static_assert(std::ranges::is_sorted(by_extension, {}, &known_type::name));

constexpr std::string_view text_files[] = {"AUTHORS", "CHANGELOG", "COPYING",    "Dockerfile",
                                           "Jamfile", "Jamroot",   "LICENSE",    "Makefile",
                                           "NEWS",    "README",    ".gitignore", ".clang-format"};

} // namespace

std::string_view mime_type(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1); // npos + 1 is 0
    if (std::ranges::find(text_files, name) != std::end(text_files))
        return plain_text;

    constexpr std::size_t longest = 11;
    const auto dot = name.rfind('.');
    if (dot != name.npos && dot != 0 && name.size() - dot - 1 <= longest) {
        std::array<char, longest> lower{};
        const std::string_view extension = name.substr(dot + 1);
        std::ranges::transform(extension, lower.begin(), [](char c) {
            return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        });
        const std::string_view wanted(lower.data(), extension.size());
        const auto found = std::ranges::lower_bound(by_extension, wanted, {}, &known_type::name);
        if (found != std::end(by_extension) && found->name == wanted)
            return found->type;
    }
    return "application/octet-stream";
}

} // namespace file_server
