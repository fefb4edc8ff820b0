// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "escape.hpp"
#include "http_date.hpp"
#include "index_page.hpp"
#include "mime.hpp"

#include <doctest/doctest.h>

using namespace file_server;

TEST_CASE("mime: by extension, whatever its case, or by name") {
    CHECK(mime_type("a.html") == "text/html; charset=utf-8");
    CHECK(mime_type("dir.css/a.PNG") == "image/png");
    CHECK(mime_type("a.tar.gz") == "application/gzip");
    CHECK(mime_type("a.webmanifest") == "application/manifest+json");
    CHECK(mime_type("dir/README") == "text/plain; charset=utf-8");
    CHECK(mime_type(".gitignore") == "text/plain; charset=utf-8");
    for (const char* name :
         {"", "a", "a.", ".html", "a.unknown", "dir.html/a", "a.averylongextension"})
        CHECK(mime_type(name) == "application/octet-stream");
}

TEST_CASE("http_date: the preferred form both ways, and the obsolete ones read") {
    CHECK(format_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(format_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994"}) {
        CAPTURE(text);
        CHECK(parse_http_date(text).value_or(0) == 784111777);
    }
    for (const char* text : {"", "yesterday", "Sun, 06 Nov 1994 08:49:37 GMT+1", "784111777"})
        CHECK(!parse_http_date(text));
    CHECK(parse_http_date(current_http_date()).has_value());
}

TEST_CASE("escape: for HTML, for URLs, for the log") {
    CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    CHECK(url_encoded("a b/c?d#e%\xC3\xBC~._-") == "a%20b/c%3Fd%23e%25%C3%BC~._-");
    CHECK(log_escaped("a\x1b[\n\"\\\xff") == "a\\x1B[\\x0A\\x22\\x5C\\xFF");
}

TEST_CASE("index_page: sizes for people") {
    CHECK(human_size(0) == "0 B");
    CHECK(human_size(1023) == "1023 B");
    CHECK(human_size(1024) == "1.0 KiB");
    CHECK(human_size(1536) == "1.5 KiB");
    CHECK(human_size(100 << 20) == "100 MiB");
    CHECK(human_size(UINT64_MAX) == "16.0 EiB");
}

TEST_CASE("index_page: every part of a path is a link, escaped for where it stands") {
    const std::string page = index_page("a&b/c d", {{"<x>", true, 0, 0}, {"y:z", false, 5, 0}});
    CHECK(page.find("<a href=\"/a%26b/\">a&amp;b</a>") != page.npos);
    CHECK(page.find("c d</h1>") != page.npos);
    CHECK(page.find("<a href=\"./%3Cx%3E/\">&lt;x&gt;/</a>") != page.npos);
    CHECK(page.find("<a href=\"./y%3Az\">y:z</a>") != page.npos);
    CHECK(page.find("1 directory, 1 file") != page.npos);
}
