// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "options.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace file_server;
using namespace std::chrono_literals;

namespace {

options parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "http_file_server");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

} // namespace

TEST_CASE("options: defaults, and each of them") {
    const options plain = parse({"dir"});
    CHECK(plain.directory == "dir");
    CHECK(plain.port == 8080);
    CHECK(!plain.verbose);
    const options all =
        parse({"--address", "::1", "--port=0", "--threads", "3", "--max-connections", "7",
               "--header-timeout", "1.5", "--idle-timeout=2", "--request-timeout", "0.25",
               "--verbose", "dir"});
    CHECK(all.address == "::1");
    CHECK(all.port == 0);
    CHECK(all.threads == 3);
    CHECK(all.max_connections == 7);
    CHECK(all.header_timeout == 1500ms);
    CHECK(all.idle_timeout == 2s);
    CHECK(all.request_timeout == 250ms);
    CHECK(all.verbose);
    CHECK(parse({"--", "--dir"}).directory == "--dir");
    CHECK(parse({"--help"}).help);
}

TEST_CASE("options: what is wrong is refused") {
    for (const std::vector<const char*>& arguments :
         std::vector<std::vector<const char*>>{{},
                                               {""},
                                               {"a", "b"},
                                               {"--port", "dir"},
                                               {"--port", "-1", "dir"},
                                               {"--port", "65536", "dir"},
                                               {"--port", "", "dir"},
                                               {"dir", "--port"},
                                               {"--threads=0", "dir"},
                                               {"--idle-timeout=0", "dir"},
                                               {"--idle-timeout=1e3", "dir"},
                                               {"--idle-timeout=inf", "dir"},
                                               {"--idle-timeout=100000", "dir"},
                                               {"-x", "dir"}})
        CHECK_THROWS_AS(parse(arguments), usage_error);
}
