// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"

namespace sluice::test {

namespace {

const std::string malformed = "! " + error_code(errc::malformed_frame).message();
const std::string too_large = "! " + error_code(errc::frame_too_large).message();

TEST_CASE("arrays of bulk strings are commands") {
    CHECK(commands_of("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n") ==
          "(GET k)\n(PING)\n0 left");
    CHECK(commands_of("*2\r\n$4\r\nECHO\r\n$4\r\n\r\n$1\r\n") == "(ECHO \r\n$1)\n0 left");
    CHECK(commands_of("*2\r\n$1\r\na\r\n$0\r\n\r\n") == "(a )\n0 left");
    CHECK(commands_of("*2\r\n$1\r\na\r\n$2\r\nb") == "16 left");
    CHECK(commands_of("*01\r\n$004\r\nPING\r\n") == "(PING)\n0 left");
}

TEST_CASE("commands without a word are frames, to be passed over") {
    CHECK(commands_of("*0\r\n*-1\r\n\r\n\n  \r\n*1\r\n$1\r\na\r\n") ==
          "()\n()\n()\n()\n()\n(a)\n0 left");
}

TEST_CASE("lines of words are commands, too") {
    CHECK(commands_of("PING\r\n") == "(PING)\n0 left");
    CHECK(commands_of("PING\n") == "(PING)\n0 left");
    CHECK(commands_of("  SET  a\t1 \r\nGET a\r\n") == "(SET a 1)\n(GET a)\n0 left");
    CHECK(commands_of("SET a \"x y\" ''\r\n") == "(SET a x y )\n0 left");
    CHECK(commands_of("a \"\\x41\\x62\\n\\t\\r\\a\\b\\q\\\"\\\\\"\r\n") ==
          "(a Ab\n\t\r\a\bq\"\\)\n0 left");
    CHECK(commands_of("a \"\\xg1\\x4\"\r\n") == "(a xg1x4)\n0 left");
    CHECK(commands_of("a 'it\\'s \\n' b\r\n") == "(a it's \\n b)\n0 left");
    CHECK(commands_of("a b\"c d\" e'f'\r\n") == "(a bc d ef)\n0 left");
    for (const char* const text :
         {"a \"b\r\n", "a 'b\r\n", "\"a\"b\r\n", "'a'b\r\n", "\"\\\r\n", "'\\'\r\n"}) {
        CAPTURE(text);
        CHECK(commands_of(text) == malformed + " at 0: unbalanced quotes in request");
    }
}

TEST_CASE("inline commands can be refused") {
    resp_options options;
    options.inline_commands = false;
    CHECK(commands_of("*1\r\n$4\r\nPING\r\nPING\r\n", options) ==
          "(PING)\n" + malformed + " at 14: expected '*', got 'P'");
}

TEST_CASE("what is no command is refused in Redis's words") {
    CHECK(commands_of("*a\r\n") == malformed + " at 0: invalid multibulk length");
    CHECK(commands_of("*\r\n") == malformed + " at 0: invalid multibulk length");
    CHECK(commands_of("*+1\r\n") == malformed + " at 0: invalid multibulk length");
    CHECK(commands_of("*99999999999999999999\r\n") ==
          malformed + " at 0: invalid multibulk length");
    CHECK(commands_of("*2147483648\r\n") == too_large + " at 0: invalid multibulk length");
    CHECK(commands_of("*1\n$1\r\na\r\n") == malformed + " at 0: invalid multibulk length");
    CHECK(commands_of("*1\r\nx") == malformed + " at 4: expected '$', got 'x'");
    CHECK(commands_of("*1\r\n\r") == malformed + " at 4: expected '$', got ' '");
    CHECK(commands_of("*2\r\n$1\r\na\r\n:1\r\n") == malformed + " at 11: expected '$', got ':'");
    CHECK(commands_of("*1\r\n$-1\r\n") == malformed + " at 4: invalid bulk length");
    CHECK(commands_of("*1\r\n$x\r\n") == malformed + " at 4: invalid bulk length");
    CHECK(commands_of("*1\r\n$999999999999\r\n") == too_large + " at 4: invalid bulk length");
    CHECK(commands_of("*1\r\n$99999999999999999999\r\n") ==
          malformed + " at 4: invalid bulk length");
    CHECK(commands_of("*1\r\n$1\r\nabc") ==
          malformed + " at 9: expected CRLF behind a bulk string");
    CHECK(commands_of("*" + std::string(70'000, '1')) ==
          too_large + " at 0: too big mbulk count string");
    CHECK(commands_of("*1\r\n$" + std::string(70'000, '0')) ==
          too_large + " at 4: too big bulk count string");
    CHECK(commands_of(std::string(70'000, 'a')) == too_large + " at 0: too big inline request");
    CHECK(commands_of("*1\r\n$4\r\nPING\r\n*x\r\n") ==
          "(PING)\n" + malformed + " at 14: invalid multibulk length");
}

TEST_CASE("a fault is forgotten with the next command") {
    resp_command_decoder decoder;
    byte_reader wrong("*x\r\n");
    CHECK(decoder.decode(wrong).error() == errc::malformed_frame);
    CHECK(decoder.fault().what() == resp_fault::multibulk_length);
    byte_reader right("PING\r\n");
    CHECK(decoder.decode(right));
    CHECK(decoder.fault().what() == resp_fault::none);
    CHECK(decoder.fault().text().empty());
}

TEST_CASE("a command that has begun can be forgotten") {
    resp_command_decoder decoder;
    byte_reader begun("*1\r\n$4\r\nPI");
    CHECK(decoder.decode(begun).needed() == 14);
    decoder.restart();
    byte_reader other("PING\r\n");
    const auto command = decoder.decode(other);
    REQUIRE(command);
    CHECK(describe(*command) == "(PING)");
}

TEST_CASE("the words of an inline command can be preserved") {
    resp_command_decoder decoder;
    byte_reader in("SET key \"a value\"\r\n");
    const preserved_buffer word = (*decoder.decode(in))[2].preserve();
    byte_reader next("another line of the same length\r\n");
    CHECK(decoder.decode(next));
    CHECK(word.buffer().equals("a value"));
}

} // namespace

} // namespace sluice::test
