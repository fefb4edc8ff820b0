// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "request_target.hpp"

#include <doctest/doctest.h>

#include <string>

using file_server::parse_target;
using namespace std::string_literals;

namespace {

std::string path_of(std::string_view target) {
    const auto parsed = parse_target(target);
    return parsed ? parsed->path : "(none)";
}

} // namespace

TEST_CASE("request_target: plain and encoded paths") {
    CHECK(path_of("/") == "");
    CHECK(path_of("/a/b.txt") == "a/b.txt");
    CHECK(path_of("/a%20b/%C3%BC") == "a b/\xC3\xBC");
    CHECK(path_of("/a+b;c=d") == "a+b;c=d");
    CHECK(path_of("/a%2Fb") == "a/b");
    CHECK(path_of("/a%252e") == "a%2e"); // decoded once
}

TEST_CASE("request_target: dot segments and empty ones go away") {
    CHECK(path_of("//a///b/./c/") == "a/b/c");
    CHECK(path_of("/a/b/../c") == "a/c");
    CHECK(path_of("/a/%2e%2E/b") == "b");
    CHECK(path_of("/...") == "...");
}

TEST_CASE("request_target: nothing leads above the root") {
    for (const char* target :
         {"/..", "/../a", "/a/../../b", "/%2e%2e", "/%2e%2e%2fetc", "/a/..%2f..%2fb"}) {
        CAPTURE(target);
        CHECK(!parse_target(target));
    }
}

TEST_CASE("request_target: malformed ones") {
    for (const char* target : {"", "a", "*", "/%", "/%1", "/%zz", "/%00", "/a%00b", "http:/a",
                               "ftp://h/a", "h:80", "http://h?q"}) {
        CAPTURE(target);
        CHECK(!parse_target(target));
    }
    CHECK(!parse_target("/\0"s));
}

TEST_CASE("request_target: the absolute form") {
    CHECK(path_of("http://host:80/a/b") == "a/b");
    CHECK(path_of("HTTP://host/") == "");
    CHECK(path_of("https://host") == "");
    CHECK(path_of("http://host/../a") == "(none)");
}

TEST_CASE("request_target: the query, and whether a directory is named") {
    const auto parsed = parse_target("/a/?x=/../%zz#part");
    REQUIRE(parsed.has_value());
    CHECK(parsed->path == "a");
    CHECK(parsed->query == "?x=/../%zz");
    CHECK(parsed->names_directory);
    CHECK(parse_target("/")->names_directory);
    CHECK(parse_target("/a/.")->names_directory);
    CHECK(parse_target("/a/..")->names_directory);
    CHECK(!parse_target("/a")->names_directory);
}
