// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"
#include <sluice/parse/resp_encoder.hpp>

#include <limits>

namespace sluice::test {

namespace {

constexpr resp_encoder resp2(resp_version::resp2), resp3(resp_version::resp3);

// What is written to a pipe by `write`.
template <class Write>
std::string written(Write write, std::size_t segment_size = 0) {
    test_pipe pipe(with_segments(segment_size));
    write(pipe.writer);
    (void)pipe.writer.try_flush();
    return pipe.take();
}

// A value, decoded and encoded again.
std::string again(const resp_encoder& encoder, std::string_view text, std::size_t piece = 0) {
    test_pipe pipe(with_segments(piece));
    (void)pipe.publish(text);
    resp_decoder decoder;
    const auto read = pipe.reader.try_read().value();
    byte_reader in(read.buffer);
    const auto value = decoder.decode(in);
    REQUIRE(value);
    return written([&](pipe_writer& to) { CHECK(!encoder.encode(*value, to)); }, piece);
}

TEST_CASE("the parts of a reply in RESP3") {
    const std::string text = written([](pipe_writer& to) {
        CHECK(!resp3.simple_string("OK", to));
        CHECK(!resp3.error("ERR no", to));
        resp3.integer(std::numeric_limits<std::int64_t>::min(), to);
        resp3.bulk("text", to);
        resp3.bulk("", to);
        resp3.bulk(readable_buffer::over({"view", 4}), to);
        resp3.null(to);
        resp3.null_array(to);
        resp3.boolean(true, to);
        resp3.boolean(false, to);
        resp3.number(0.1, to);
        resp3.number(-std::numeric_limits<double>::infinity(), to);
        resp3.number(std::numeric_limits<double>::quiet_NaN(), to);
        CHECK(!resp3.verbatim_string("txt", "some", to));
        resp3.array(2, to);
        resp3.map(2, to);
        resp3.set(2, to);
        resp3.push(2, to);
        CHECK(!resp3.attribute(1, to));
    });
    CHECK(text == "+OK\r\n-ERR no\r\n:-9223372036854775808\r\n$4\r\ntext\r\n$0\r\n\r\n$4\r\n"
                  "view\r\n_\r\n_\r\n#t\r\n#f\r\n,0.1\r\n,-inf\r\n,nan\r\n=8\r\ntxt:some\r\n"
                  "*2\r\n%2\r\n~2\r\n>2\r\n|1\r\n");
}

TEST_CASE("the parts of a reply in RESP2") {
    const std::string text = written([](pipe_writer& to) {
        resp2.null(to);
        resp2.null_array(to);
        resp2.boolean(true, to);
        resp2.boolean(false, to);
        resp2.number(1.5, to);
        CHECK(!resp2.verbatim_string("txt", "some", to));
        resp2.array(2, to);
        resp2.map(2, to);
        resp2.set(2, to);
        resp2.push(2, to);
        CHECK(resp2.attribute(1, to) == errc::malformed_frame);
    });
    CHECK(text == "$-1\r\n*-1\r\n:1\r\n:0\r\n$3\r\n1.5\r\n$4\r\nsome\r\n*2\r\n*4\r\n*2\r\n*2\r\n");
}

TEST_CASE("what cannot be written is not begun") {
    const std::string text = written([](pipe_writer& to) {
        CHECK(resp3.simple_string("a\r\nb", to) == errc::malformed_frame);
        CHECK(resp3.error("a\nb", to) == errc::malformed_frame);
        CHECK(resp3.verbatim_string("text", "a", to) == errc::malformed_frame);
    });
    CHECK(text.empty());
}

TEST_CASE("commands") {
    const std::string text = written([](pipe_writer& to) {
        CHECK(!resp3.encode({"SET", "key", "a\r\nb", ""}, to));
        CHECK(!resp2.encode({"PING"}, to));
    });
    CHECK(text == "*4\r\n$3\r\nSET\r\n$3\r\nkey\r\n$4\r\na\r\nb\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n");

    for (const std::size_t size : segment_sizes) {
        test_pipe pipe(with_segments(size));
        (void)pipe.publish(text);
        resp_command_decoder decoder;
        const auto read = pipe.reader.try_read().value();
        byte_reader in(read.buffer);
        const auto command = decoder.decode(in);
        REQUIRE(command);
        CHECK(written([&](pipe_writer& to) { CHECK(!resp3.encode(*command, to)); }, size) ==
              text.substr(0, text.size() - 14));
    }
}

TEST_CASE("a decoded value is written as it was") {
    for (const char* const text :
         {"+OK\r\n", "-ERR no\r\n", ":-5\r\n", "$3\r\na\r\n\r\n", "$0\r\n\r\n", "_\r\n", "#t\r\n",
          "#f\r\n", ",0.1\r\n", ",inf\r\n", "(123456789012345678901234567890\r\n",
          "!5\r\nERR a\r\n", "=7\r\ntxt:abc\r\n", "*0\r\n",
          "*3\r\n%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n>0\r\n|1\r\n+b\r\n:1\r\n$1\r\nc\r\n",
          "|2\r\n+a\r\n*1\r\n:1\r\n+b\r\n:2\r\n|1\r\n+c\r\n:3\r\n*1\r\n+d\r\n"})
        for (const std::size_t size : segment_sizes)
            CHECK(again(resp3, text, size) == text);
}

TEST_CASE("streamed values are written with their size") {
    CHECK(again(resp3, "*?\r\n$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n%?\r\n+a\r\n+b\r\n.\r\n.\r\n",
                2) == "*2\r\n$5\r\nHello\r\n%1\r\n+a\r\n+b\r\n");
}

TEST_CASE("what is new in RESP3 is written to RESP2 as Redis does it") {
    CHECK(again(resp2, "*3\r\n%1\r\n+a\r\n#t\r\n~1\r\n,1.5\r\n>1\r\n_\r\n") ==
          "*3\r\n*2\r\n+a\r\n:1\r\n*1\r\n$3\r\n1.5\r\n*1\r\n$-1\r\n");
    CHECK(again(resp2, "*3\r\n!7\r\nERR\r\na\n\r\n=7\r\ntxt:abc\r\n(12\r\n") ==
          "*3\r\n-ERR  a \r\n$3\r\nabc\r\n$2\r\n12\r\n");
    CHECK(again(resp2, "|1\r\n+a\r\n|1\r\n+x\r\n+y\r\n:1\r\n*2\r\n:2\r\n|0\r\n:3\r\n") ==
          "*2\r\n:2\r\n:3\r\n");
    CHECK(again(resp2, "$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n") == "$2\r\nab\r\n");
}

TEST_CASE("an element can be written alone, with its attributes") {
    resp_decoder decoder;
    byte_reader in("*2\r\n:1\r\n|1\r\n+a\r\n:2\r\n*1\r\n$1\r\nb\r\n");
    const auto value = decoder.decode(in);
    REQUIRE(value);
    const resp_value element = *++value->elements().begin();
    CHECK(written([&](pipe_writer& to) { CHECK(!resp3.encode(element, to)); }) ==
          "|1\r\n+a\r\n:2\r\n*1\r\n$1\r\nb\r\n");
    CHECK(written([&](pipe_writer& to) { CHECK(!resp2.encode(element, to)); }) ==
          "*1\r\n$1\r\nb\r\n");
    CHECK(written([](pipe_writer& to) { CHECK(!resp3.encode(resp_value(), to)); }) == "_\r\n");
}

} // namespace

} // namespace sluice::test
