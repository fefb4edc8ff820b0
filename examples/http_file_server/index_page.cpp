// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "index_page.hpp"

#include "descriptor.hpp"
#include "escape.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <iterator>
#include <memory>
#include <tuple>

namespace file_server {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --back: #fafaf9; --card: #fff; --text: #1c1917; --soft: #78716c;
  --line: #e7e5e4; --link: #0f62c5; --hover: #f1f5fb; }
@media (prefers-color-scheme: dark) { :root { --back: #16181d; --card: #1e2128; --text: #e6e6e6;
  --soft: #9aa0ab; --line: #2d313a; --link: #7ab4ff; --hover: #262b35; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 56rem; margin: 0 auto; }
h1 { margin: 0 0 1.25rem; font-size: 1.375rem; font-weight: 600; overflow-wrap: anywhere; }
h1 span { color: var(--soft); font-weight: 400; padding: 0 .125em; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  overflow: hidden; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem 1rem; text-align: left; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { font-size: .8125rem; font-weight: 500; color: var(--soft); }
tbody tr:hover { background: var(--hover); }
td:first-child { width: 100%; overflow-wrap: anywhere; }
td:first-child a { display: block; }
td + td, th + th { white-space: nowrap; }
td + td { color: var(--soft); font-size: .875rem; }
td:nth-child(2), th:nth-child(2) { text-align: right; }
.folder a { font-weight: 600; }
footer { margin-top: 1rem; color: var(--soft); font-size: .8125rem; }
@media (max-width: 36rem) { body { padding: 1rem .5rem; } td:nth-child(3), th:nth-child(3)
  { display: none; } }
)css";

std::string formatted(const char* format, std::time_t time) {
    std::tm utc = {};
    char text[64];
    if (gmtime_r(&time, &utc) == nullptr)
        return {};
    return std::string(text, std::strftime(text, sizeof(text), format, &utc));
}

// Every directory on the way down is a link to itself.
std::string breadcrumbs(std::string_view path) {
    std::string crumbs = path.empty() ? "Index of /" : "<a href=\"/\">Index of</a><span>/</span>";
    std::size_t start = 0;
    while (start < path.size()) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string name = html_escaped(path.substr(start, end - start));
        if (end == path.size()) {
            crumbs += name;
        } else {
            crumbs += "<a href=\"/" + url_encoded(path.substr(0, end)) + "/\">" + name +
                      "</a><span>/</span>";
        }
        start = end + 1;
    }
    return crumbs;
}

void append_row(std::string& page, const index_entry& entry) {
    const char* slash = entry.is_directory ? "/" : "";
    page += entry.is_directory ? "<tr class=\"folder\"><td>" : "<tr><td>";
    // The dot keeps a name with a colon from being taken for a URL with a scheme.
    page += "<a href=\"./" + url_encoded(entry.name) + slash + "\">" + html_escaped(entry.name) +
            slash + "</a></td><td>";
    if (entry.is_directory)
        page += "\u2013";
    else
        page += "<span title=\"" + std::to_string(entry.size) + " bytes\">" +
                human_size(entry.size) + "</span>";
    page += "</td><td><time datetime=\"" + formatted("%Y-%m-%dT%H:%M:%SZ", entry.modified) + "\">" +
            formatted("%Y-%m-%d %H:%M", entry.modified) + "</time></td></tr>\n";
}

// Of what a link leads to, if it may be served.
sluice::result<struct stat> status_of(const document_root& root, const opened_file& directory,
                                      const std::string& path, const std::string& name) {
    struct stat status = {};
    if (::fstatat(directory.file.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return last_error();
    if (!S_ISLNK(status.st_mode))
        return status;
    const auto target = root.open(path.empty() ? name : path + "/" + name);
    if (!target)
        return target.error();
    return target->status;
}

bool is_not_served(const sluice::error_code& ec) {
    const http::status refusal = refusal_of_file(ec);
    return refusal == http::status::not_found || refusal == http::status::forbidden;
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

} // namespace

sluice::result<std::vector<index_entry>>
list_directory(const document_root& root, const opened_file& directory, const std::string& path) {
    descriptor fd(::openat(directory.file.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fd ? ::fdopendir(fd.get()) : nullptr,
                                                     ::closedir);
    if (!stream)
        return last_error();
    fd.release();

    std::vector<index_entry> entries;
    for (;;) {
        errno = 0;
        const dirent* const item = ::readdir(stream.get());
        if (item == nullptr)
            break;
        if (item->d_name[0] == '.')
            continue;
        auto status = status_of(root, directory, path, item->d_name);
        if (!status && !is_not_served(status.error()))
            return status.error();
        if (status && (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode))) {
            entries.push_back({item->d_name, S_ISDIR(status->st_mode),
                               static_cast<std::uint64_t>(status->st_size),
                               status->st_mtim.tv_sec});
        }
    }
    if (errno != 0)
        return last_error();
    std::ranges::sort(entries, [](const index_entry& a, const index_entry& b) {
        return std::tuple(!a.is_directory, std::string_view(a.name)) <
               std::tuple(!b.is_directory, std::string_view(b.name));
    });
    return entries;
}

std::string index_page(std::string_view path, const std::vector<index_entry>& entries) {
    std::string page;
    page.reserve(4096 + entries.size() * 256);
    page += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>/";
    page += html_escaped(path);
    page += "</title>\n<style>";
    page += style;
    page += "</style>\n</head>\n<body>\n<main>\n<h1>";
    page += breadcrumbs(path);
    page += "</h1>\n<div class=\"card\">\n<table>\n<thead><tr><th>Name</th><th>Size</th>"
            "<th>Modified (UTC)</th></tr></thead>\n<tbody>\n";
    if (!path.empty())
        page += "<tr class=\"folder\"><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n";
    std::size_t directories = 0;
    for (const index_entry& entry : entries) {
        append_row(page, entry);
        directories += entry.is_directory;
    }
    page += "</tbody>\n</table>\n</div>\n<footer>" +
            counted(directories, "directory", "directories") + ", " +
            counted(entries.size() - directories, "file", "files") +
            "</footer>\n</main>\n</body>\n</html>\n";
    return page;
}

std::string human_size(std::uint64_t bytes) {
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < std::size(units)) {
        value /= 1024;
        ++unit;
    }
    char text[32];
    std::snprintf(text, sizeof(text), unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value,
                  units[unit]);
    return text;
}

} // namespace file_server
