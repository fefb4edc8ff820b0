// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"
#include <sluice/parse/framed_reader.hpp>

#include <optional>

namespace sluice::test {

namespace {

using values = framed_reader<pipe_reader&, resp_decoder>;

TEST_CASE("values are taken out of a pipe, and an error at its place") {
    test_pipe pipe(with_segments(16));
    values from(pipe.reader);
    (void)pipe.publish("+OK\r\n*2\r\n:1\r\n$20\r\nmore than one segment\r\n");
    CHECK(describe(from.try_next().value()) == "+\"OK\"");
    CHECK(from.try_next().error() == errc::malformed_frame);
    CHECK(from.decoder().fault().what() == resp_fault::bulk_end);
    CHECK(from.error_position() == 5 + 4 + 4 + 5 + 20);
}

TEST_CASE("the size of a value that was waited for does not hold for the next one") {
    test_pipe pipe;
    values from(pipe.reader);
    (void)pipe.publish("$1000\r\nhalf");
    CHECK(from.try_next().error() == asio::error::would_block);
    (void)pipe.publish(std::string(996, 'x') + "\r\n");
    CHECK(from.try_next().value().text().size() == 1000);

    std::optional<std::string> next;
    from.async_next([&](error_code ec, const resp_value& value) {
        CHECK(!ec);
        next = describe(value);
    });
    pipe.poll();
    CHECK(!next);
    (void)pipe.publish(":1\r\n");
    pipe.poll();
    REQUIRE(next);
    CHECK(*next == ":1");
}

TEST_CASE("a command stays valid when who found it moves") {
    test_pipe pipe;
    framed_reader<pipe_reader&, resp_command_decoder> from(pipe.reader);
    (void)pipe.publish("PING\r\n");
    const resp_command command = from.try_next().value();
    const auto elsewhere = std::move(from);
    CHECK(command[0].equals("PING"));
    const void* const where = (*command[0].begin()).data();
    CHECK((where < &from || where >= &from + 1));
}

TEST_CASE("a large value is not looked at before it is there") {
    test_pipe pipe;
    values from(pipe.reader);
    int completions = 0;
    from.async_next([&](error_code ec, const resp_value& value) {
        CHECK(!ec);
        CHECK(value.text().size() == 100'000);
        ++completions;
    });
    (void)pipe.publish("$100000\r\n");
    for (int i = 0; i != 100; ++i) {
        pipe.poll();
        CHECK(completions == 0);
        (void)pipe.publish(std::string(1000, 'x'));
    }
    (void)pipe.publish("\r\n");
    pipe.poll();
    CHECK(completions == 1);
    CHECK(pipe.stats().reads <= 4);
}

TEST_CASE("the end within a value") {
    test_pipe pipe;
    values from(pipe.reader);
    (void)pipe.publish(":1\r\n$3\r\nab");
    pipe.writer.complete();
    CHECK(from.try_next().value().integer().value() == 1);
    CHECK(from.try_next().error() == errc::truncated_frame);
    CHECK(from.error_position() == 10);
}

} // namespace

} // namespace sluice::test
