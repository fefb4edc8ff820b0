// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"

namespace sluice::test {

namespace {

const std::string limit_passed = "! " + error_code(errc::frame_too_large).message();

std::string repeated(std::string_view text, std::size_t times) {
    std::string result;
    while (times-- != 0)
        result += text;
    return result;
}

TEST_CASE("the size of a bulk string is limited") {
    resp_options options;
    options.max_bulk_size = 3;
    CHECK(value_of("$3\r\nabc\r\n$4\r\n", options) ==
          "$\"abc\"\n" + limit_passed + " at 9: invalid bulk length");
    CHECK(value_of("!4\r\n", options) == limit_passed + " at 0: invalid bulk length");
    CHECK(value_of("$?\r\n;4\r\n", options) == limit_passed + " at 4: invalid bulk length");
    CHECK(commands_of("*1\r\n$4\r\n", options) == limit_passed + " at 4: invalid bulk length");
}

TEST_CASE("the size of a frame is limited, and each byte of it counts") {
    const std::string value = "*2\r\n$3\r\nabc\r\n+de\r\n";
    const std::string command = "*2\r\n$3\r\nabc\r\n$2\r\nde\r\n";
    const std::string streamed = "*?\r\n:1\r\n.\r\n";
    resp_options options;
    options.max_size = value.size();
    CHECK(value_of(value, options) == "*[$\"abc\" +\"de\"]\n0 left");
    options.max_size = value.size() - 1;
    CHECK(value_of(value, options) == limit_passed + " at 13: too big request");
    options.max_size = command.size();
    CHECK(commands_of(command, options) == "(abc de)\n0 left");
    options.max_size = command.size() - 1;
    CHECK(commands_of(command, options) == limit_passed + " at 13: too big request");
    options.max_size = streamed.size();
    CHECK(value_of(streamed, options) == "*[:1]\n0 left");
    options.max_size = streamed.size() - 1;
    CHECK(value_of(streamed, options) == limit_passed + " at 8: too big request");
    options.max_size = 4;
    CHECK(commands_of("abcd\r\n", options) == limit_passed + " at 0: too big inline request");
}

TEST_CASE("the length of a line is limited before it ends") {
    resp_options options;
    options.max_line_size = 40;
    const std::string most(37, '7');
    CHECK(value_of("+" + most + "\r\n", options) == "+\"" + most + "\"\n0 left");
    CHECK(value_of("+7" + most, options) == "39 left");
    CHECK(value_of("+7" + most + "\r\n", options) == limit_passed + " at 0: invalid line");
    CHECK(value_of("+777" + most, options) == limit_passed + " at 0: invalid line");
    CHECK(value_of(":" + most + "777", options) == limit_passed + " at 0: invalid line");
    CHECK(value_of("$" + most + "777", options) ==
          limit_passed + " at 0: too big bulk count string");
    CHECK(value_of("*" + most + "777", options) ==
          limit_passed + " at 0: too big mbulk count string");
    CHECK(commands_of(most + "777", options) == limit_passed + " at 0: too big inline request");
}

TEST_CASE("the number of values is limited, also as it is announced") {
    resp_options options;
    options.max_elements = 4;
    CHECK(value_of("*3\r\n:1\r\n:2\r\n:3\r\n", options) == "*[:1 :2 :3]\n0 left");
    CHECK(value_of("*4\r\n", options) == limit_passed + " at 0: too big request");
    CHECK(value_of("*5\r\n", options) == limit_passed + " at 0: invalid multibulk length");
    CHECK(value_of("%2\r\n", options) == limit_passed + " at 0: too big request");
    CHECK(value_of("%4611686018427387904\r\n", options) ==
          limit_passed + " at 0: invalid multibulk length");
    CHECK(value_of("*2\r\n*1\r\n:1\r\n*1\r\n", options) ==
          limit_passed + " at 12: too big request");
    CHECK(value_of("*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n", options) ==
          limit_passed + " at 16: too big request");
    CHECK(value_of("$?\r\n;1\r\na\r\n;1\r\nb\r\n;1\r\nc\r\n;1\r\nd\r\n", options) ==
          limit_passed + " at 25: too big request");
    CHECK(commands_of("*5\r\n", options) == limit_passed + " at 0: invalid multibulk length");
    CHECK(commands_of("a b c d\r\na b c d e\r\n", options) ==
          "(a b c d)\n" + limit_passed + " at 9: too big request");
}

TEST_CASE("the depth is limited") {
    resp_options options;
    options.max_depth = 2;
    CHECK(value_of("*1\r\n*1\r\n*0\r\n", options) == "*[*[*[]]]\n0 left");
    CHECK(value_of("*1\r\n*1\r\n*1\r\n:1\r\n", options) ==
          limit_passed + " at 8: too deep nesting");
    CHECK(value_of("*1\r\n%?\r\n$?\r\n", options) == limit_passed + " at 8: too deep nesting");
    CHECK(value_of(repeated("|0\r\n", 3), options) == limit_passed + " at 8: too deep nesting");
    CHECK(value_of(repeated("*1\r\n", 1'000'000)) == limit_passed + " at 128: too deep nesting");
}

TEST_CASE("a deep value is decoded and walked without deep recursion of the decoder") {
    resp_options options;
    options.max_depth = 1'000'000;
    options.max_elements = 2'000'000;
    resp_decoder decoder(options);
    const std::string text = repeated("*1\r\n", 1'000'000) + ":7\r\n";
    byte_reader in(text);
    const auto frame = decoder.decode(in);
    REQUIRE(frame);
    resp_value value = *frame;
    std::size_t depth = 0;
    for (; value.is_aggregate(); ++depth)
        value = *value.elements().begin();
    CHECK(depth == 1'000'000);
    CHECK(value.integer().value() == 7);
}

TEST_CASE("limits may be changed while a decoder runs") {
    resp_decoder decoder;
    byte_reader small("$3\r\nabc\r\n");
    CHECK(decoder.decode(small));
    resp_options options = decoder.options();
    options.max_bulk_size = 2;
    decoder.options(options);
    byte_reader again("$3\r\nabc\r\n");
    CHECK(decoder.decode(again).error() == errc::frame_too_large);
    resp_command_decoder commands;
    commands.options(options);
    byte_reader command("*1\r\n$3\r\nabc\r\n");
    CHECK(commands.decode(command).error() == errc::frame_too_large);
    CHECK(commands.options().max_bulk_size == 2);
}

TEST_CASE("how many bytes are needed is said where it is known") {
    const auto needed = [](auto decoder, std::string_view text) {
        byte_reader in(text);
        const auto outcome = decoder.decode(in);
        REQUIRE(outcome.needs_more());
        return outcome.needed();
    };
    CHECK(needed(resp_decoder(), "$5\r\n") == 11);
    CHECK(needed(resp_decoder(), "*2\r\n:1\r\n$5\r\nab") == 19);
    CHECK(needed(resp_decoder(), "$?\r\n;3\r\n") == 13);
    CHECK(needed(resp_decoder(), "*2\r\n:1\r\n") == 0);
    CHECK(needed(resp_decoder(), "+abc") == 0);
    CHECK(needed(resp_command_decoder(), "*2\r\n$5\r\nab") == 15);
    CHECK(needed(resp_command_decoder(), "*2\r\n$5") == 0);
}

} // namespace

} // namespace sluice::test
