// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"

#include <cmath>
#include <limits>

namespace sluice::test {

namespace {

TEST_CASE("each type of RESP2") {
    CHECK(value_of("+OK\r\n") == "+\"OK\"\n0 left");
    CHECK(value_of("+\r\n") == "+\"\"\n0 left");
    CHECK(value_of("-ERR no\r\n") == "-\"ERR no\"\n0 left");
    CHECK(value_of(":0\r\n:-1\r\n:+5\r\n") == ":0\n:-1\n:5\n0 left");
    CHECK(value_of(":9223372036854775807\r\n:-9223372036854775808\r\n") ==
          ":9223372036854775807\n:-9223372036854775808\n0 left");
    CHECK(value_of("$5\r\na\r\nbc\r\n$0\r\n\r\n") == "$\"a\r\nbc\"\n$\"\"\n0 left");
    CHECK(value_of("$-1\r\n*-1\r\n") == "_\n_\n0 left");
    CHECK(value_of("*0\r\n") == "*[]\n0 left");
    CHECK(value_of("*3\r\n:1\r\n$1\r\na\r\n*1\r\n+b\r\n") == "*[:1 $\"a\" *[+\"b\"]]\n0 left");
}

TEST_CASE("each type of RESP3") {
    CHECK(value_of("_\r\n#t\r\n#f\r\n") == "_\n#t\n#f\n0 left");
    CHECK(value_of(",1.5\r\n,10\r\n,-1e3\r\n") == ",1.500000\n,10.000000\n,-1000.000000\n0 left");
    CHECK(value_of("(3492890328409238509324850943850943825024385\r\n(-1\r\n") ==
          "(\"3492890328409238509324850943850943825024385\"\n(\"-1\"\n0 left");
    CHECK(value_of("!5\r\nE a\r\n\r\n") == "!\"E a\r\n\"\n0 left");
    CHECK(value_of("=8\r\ntxt:text\r\n=4\r\nmkd:\r\n") == "=txt\"text\"\n=mkd\"\"\n0 left");
    CHECK(value_of("%2\r\n+a\r\n:1\r\n:2\r\n*0\r\n") == "%[+\"a\" :1 :2 *[]]\n0 left");
    CHECK(value_of("~2\r\n+a\r\n~0\r\n") == "~[+\"a\" ~[]]\n0 left");
    CHECK(value_of(">2\r\n+message\r\n_\r\n:1\r\n") == ">[+\"message\" _]\n:1\n0 left");
    CHECK(value_of("%0\r\n>0\r\n") == "%[]\n>[]\n0 left");
}

TEST_CASE("doubles that are no numbers") {
    const auto number = [](std::string_view text) {
        resp_decoder decoder;
        byte_reader in(text);
        return (*decoder.decode(in)).number().value();
    };
    CHECK(number(",inf\r\n") == std::numeric_limits<double>::infinity());
    CHECK(number(",-inf\r\n") == -std::numeric_limits<double>::infinity());
    CHECK(std::isnan(number(",nan\r\n")));
    CHECK(number(",+2.5\r\n") == 2.5);
    CHECK(number(",0.1\r\n") == 0.1);
}

TEST_CASE("a value has one type, and says so") {
    resp_decoder decoder;
    byte_reader in("*2\r\n:7\r\n$1\r\n7\r\n");
    const auto value = decoder.decode(in);
    REQUIRE(value);
    CHECK(value->is_aggregate());
    CHECK(value->elements().size() == 2);
    CHECK(value->text().empty());
    CHECK(value->integer().error() == parse_error::malformed);
    auto element = value->elements().begin();
    CHECK((*element).integer().value() == 7);
    CHECK((*element).boolean().error() == parse_error::malformed);
    CHECK((*element).number().error() == parse_error::malformed);
    CHECK((*element).elements().empty());
    const auto before = element++;
    CHECK((*before).integer().value() == 7);
    CHECK((*element).text().equals("7"));
    CHECK((*element).format().empty());
    CHECK(++element == value->elements().end());
    CHECK(resp_value().is_null());
    CHECK(resp_value().text().empty());
}

TEST_CASE("streamed strings and aggregates") {
    CHECK(value_of("$?\r\n;4\r\nHell\r\n;6\r\no worl\r\n;1\r\nd\r\n;0\r\n") ==
          ";[$\"Hell\" $\"o worl\" $\"d\"]\n0 left");
    CHECK(value_of("$?\r\n;0\r\n") == ";[]\n0 left");
    CHECK(value_of("*?\r\n:1\r\n*?\r\n.\r\n:2\r\n.\r\n") == "*[:1 *[] :2]\n0 left");
    CHECK(value_of("~?\r\n+a\r\n.\r\n%?\r\n+a\r\n:1\r\n.\r\n") ==
          "~[+\"a\"]\n%[+\"a\" :1]\n0 left");
    CHECK(value_of("*2\r\n$?\r\n;1\r\na\r\n;0\r\n:1\r\n") == "*[;[$\"a\"] :1]\n0 left");

    resp_decoder decoder;
    byte_reader in("$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n");
    const auto value = decoder.decode(in);
    REQUIRE(value);
    CHECK(value->to_string() == "Hello");
    CHECK(value->text().empty());
}

TEST_CASE("attributes belong to the value behind them") {
    CHECK(value_of("|1\r\n+ttl\r\n:3600\r\n:5\r\n") == "|{+\"ttl\"=>:3600 }:5\n0 left");
    CHECK(value_of("*3\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n*1\r\n:2\r\n:3\r\n") ==
          "*[:1 |{+\"ttl\"=>:3600 }*[:2] :3]\n0 left");
    CHECK(value_of("|0\r\n:5\r\n") == ":5\n0 left");
    CHECK(value_of("|1\r\n+a\r\n|1\r\n+b\r\n+c\r\n+d\r\n$1\r\nx\r\n") ==
          "|{+\"a\"=>|{+\"b\"=>+\"c\" }+\"d\" }$\"x\"\n0 left");
    // Only those nearest to the value are shown.
    CHECK(value_of("|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n+v\r\n") == "|{+\"b\"=>:2 }+\"v\"\n0 left");
    CHECK(value_of("*?\r\n|1\r\n+a\r\n:1\r\n+v\r\n.\r\n") == "*[|{+\"a\"=>:1 }+\"v\"]\n0 left");
}

TEST_CASE("bytes that are no value are refused where the part that is wrong begins") {
    const auto refused = [](std::string_view text, std::string_view place_and_fault) {
        CAPTURE(std::string(text));
        CHECK(value_of(text) == "! " + error_code(errc::malformed_frame).message() + " at " +
                                    std::string(place_and_fault));
    };
    refused("hello\r\n", "0: expected a type, got 'h'");
    refused("\r\n", "0: expected a type, got ' '");
    refused("*1\r\n?", "4: expected a type, got '?'");
    refused(".\r\n", "0: expected a type, got '.'");
    refused(";1\r\na\r\n", "0: expected a type, got ';'");
    refused("*2\r\n.\r\n", "4: expected a type, got '.'");
    refused("$?\r\n+a\r\n", "4: expected a type, got '+'");
    refused("$?\r\n;x\r\n", "4: invalid bulk length");
    refused("$a\r\n", "0: invalid bulk length");
    refused("$\r\n", "0: invalid bulk length");
    refused("$-2\r\n", "0: invalid bulk length");
    refused("$+1\r\n", "0: invalid bulk length");
    refused("$1 \r\n", "0: invalid bulk length");
    refused("$99999999999999999999\r\n", "0: invalid bulk length");
    refused("!-1\r\n", "0: invalid bulk length");
    refused("!?\r\n", "0: invalid bulk length");
    refused("$1\n", "0: too big bulk count string");
    refused("$1\r\nab\r\n", "5: expected CRLF behind a bulk string");
    refused("$1\r\na\rb", "5: expected CRLF behind a bulk string");
    refused("*-2\r\n", "0: invalid multibulk length");
    refused("*x\r\n", "0: invalid multibulk length");
    refused("%-1\r\n", "0: invalid multibulk length");
    refused(">?\r\n", "0: invalid multibulk length");
    refused("|?\r\n", "0: invalid multibulk length");
    refused("*1\n", "0: too big mbulk count string");
    refused(":\r\n", "0: invalid number");
    refused(":1.5\r\n", "0: invalid number");
    refused(":+-1\r\n", "0: invalid number");
    refused(":9223372036854775808\r\n", "0: invalid number");
    refused(":1\n", "0: invalid line");
    refused("*1\r\n#x\r\n", "4: invalid number");
    refused("#\r\n", "0: invalid number");
    refused("_x\r\n", "0: invalid number");
    refused(",\r\n", "0: invalid number");
    refused(",.5\r\n", "0: invalid number");
    refused(",1x\r\n", "0: invalid number");
    refused(",1e999\r\n", "0: invalid number");
    refused(",infinity\r\n", "0: invalid number");
    refused(",+-1\r\n", "0: invalid number");
    refused("(\r\n", "0: invalid number");
    refused("(12a\r\n", "0: invalid number");
    refused("(-\r\n", "0: invalid number");
    refused("+a\n", "0: invalid line");
    refused("+\n", "0: invalid line");
    refused("+a\rb\r\n", "0: invalid line");
    refused("=3\r\ntxt\r\n", "0: invalid verbatim string");
    refused("=4\r\ntext\r\n", "0: invalid verbatim string");
    refused("*?\r\n.x\r\n", "4: invalid line");
    refused("%?\r\n+a\r\n.\r\n", "8: map with a key without a value");
}

TEST_CASE("what comes before an error is delivered") {
    CHECK(value_of("+OK\r\n:1\r\nbad") == "+\"OK\"\n:1\n! " +
                                              error_code(errc::malformed_frame).message() +
                                              " at 9: expected a type, got 'b'");
}

} // namespace

} // namespace sluice::test
