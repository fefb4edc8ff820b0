// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/heap_calls.hpp"
#include <sluice/parse/resp_command_decoder.hpp>
#include <sluice/parse/resp_decoder.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sluice::test {

namespace {

std::uint64_t calls_of(auto& decoder, std::string_view text) {
    byte_reader in(text);
    const std::uint64_t before = heap_calls();
    const bool complete = static_cast<bool>(decoder.decode(in));
    const std::uint64_t calls = heap_calls() - before;
    CHECK(complete);
    return calls;
}

TEST_CASE("in steady state nothing is allocated for a frame") {
    if (!counts_heap_calls)
        return;
    const std::string_view command = "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
    resp_command_decoder commands;
    for (const std::string_view text : {command, std::string_view("SET key \"a value\"\r\n")}) {
        calls_of(commands, text);
        CHECK(calls_of(commands, text) == 0);
    }
    const std::string_view value = "%2\r\n+a\r\n*2\r\n:1\r\n,1.5\r\n$1\r\nb\r\n=5\r\ntxt:c\r\n";
    resp_decoder values;
    calls_of(values, value);
    CHECK(calls_of(values, value) == 0);
}

TEST_CASE("what is only announced takes no memory") {
    if (!counts_heap_calls)
        return;
    resp_options options;
    options.max_elements = 1'000'000'000;
    options.max_bulk_size = options.max_size = std::size_t{1} << 40;
    resp_command_decoder commands(options);
    resp_decoder values(options);
    byte_reader command("*999999999\r\n$999999999\r\nab"), value("*999999999\r\n$999999999\r\nab");
    const std::uint64_t before = heap_calls();
    const bool waits = commands.decode(command).needs_more() && values.decode(value).needs_more();
    CHECK(heap_calls() - before < 8);
    CHECK(waits);
}

} // namespace

} // namespace sluice::test
