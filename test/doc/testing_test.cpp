// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/decoder.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/testing/every_split.hpp>
#include <sluice/testing/fail_point.hpp>
#include <sluice/testing/failing_resource.hpp>
#include <sluice/testing/failing_stream.hpp>
#include <sluice/testing/network.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace asio = boost::asio;
using asio::use_awaitable;
using namespace std::chrono_literals;

namespace {

// [naive
// A frame is a byte with its size, and so many bytes more. This takes for granted that it arrives
// whole: so it does, on a quiet machine.
struct naive_decoder {
    using frame_type = sluice::readable_buffer;

    sluice::decoded<frame_type> decode(sluice::byte_reader& in) {
        const auto size = std::to_integer<std::size_t>(*in.read());
        return *in.read_view(std::min(size, in.remaining()));
    }
};
// naive]

// [mended
struct mended_decoder {
    using frame_type = sluice::readable_buffer;

    sluice::decoded<frame_type> decode(sluice::byte_reader& in) {
        const auto size = std::to_integer<std::size_t>(*in.read());
        const auto body = in.read_view(size);
        if (!body)
            return sluice::need_more{1 + size};
        return *body;
    }
};
// mended]

// [session
// Answers each request, which is four bytes, with the same four. One read, it says, is one request.
template <class Stream>
asio::awaitable<void> serve(Stream& peer) {
    char request[4];
    for (;;) {
        co_await peer.async_read_some(asio::buffer(request), use_awaitable);
        co_await peer.async_write_some(asio::buffer(request), use_awaitable);
    }
}
// session]

// [ask
// What the answer is in the world of this seed.
std::string ask(std::uint64_t seed) {
    using namespace sluice::testing;
    manual_context context;
    network net(context, seed);
    auto [client, server] = net.connect();
    asio::co_spawn(context, serve(server), asio::detached);

    client.async_write_some(asio::buffer("ping", 4), [](sluice::error_code, std::size_t) {});
    std::string answer(4, '.');
    client.async_read_some(asio::buffer(answer), [](sluice::error_code, std::size_t) {});
    net.run();
    return answer;
}
// ask]

// [search
std::optional<std::uint64_t> seed_of_a_failure() {
    for (std::uint64_t seed = 1; seed != 1000; ++seed)
        if (ask(seed) != "ping")
            return seed;
    return std::nullopt;
}
// search]

} // namespace

TEST_CASE("testing.md: every_split finds what is wrong with a naive parser") {
    // [split
    const std::string_view input("\x05hello\x03you", 10);
    const auto report = sluice::testing::every_split(input, naive_decoder());
    CHECK_FALSE(report);
    CHECK(to_string(report) ==
          "cut at 1, in segments of 1:\n"
          "  found:    \"\" up to 1, \"ello\\x03you\" up to 10, "
          "End of file at 10\n"
          "  expected: \"hello\" up to 6, \"you\" up to 10, End of file at 10");
    // split]
    CHECK(sluice::testing::every_split(input, mended_decoder()));
}

TEST_CASE("testing.md: the network finds what is wrong with a naive session") {
    const auto seed = seed_of_a_failure();
    REQUIRE(seed);
    CHECK(ask(*seed) == ask(*seed));
}

TEST_CASE("testing.md: a scripted stream") {
    // [scripted
    using namespace sluice::testing;
    manual_context context;
    scripted_socket stream(context.get_executor());
    stream.deliver("some ");
    stream.deliver("bytes", asio::error::connection_reset);

    sluice::pipe pipe(context);
    sluice::error_code outcome;
    sluice::async_pump(stream, pipe.writer, {},
                       [&](sluice::error_code ec, std::uint64_t) { outcome = ec; });
    context.run_all();
    CHECK(outcome == asio::error::connection_reset);
    CHECK(pipe.reader.try_read()->buffer.to_string() == "some bytes");
    // scripted]
}

TEST_CASE("testing.md: a stream whose second call fails") {
    using namespace sluice::testing;
    manual_context context;
    // [failing_stream
    fail_point point(1, asio::error::connection_reset);
    failing_stream stream(scripted_stream(context.get_executor()), point);
    stream.next_layer().accept_all();
    sluice::error_code first, second;
    stream.async_write_some(asio::buffer("abc", 3),
                            [&](sluice::error_code ec, std::size_t) { first = ec; });
    stream.async_write_some(asio::buffer("def", 3),
                            [&](sluice::error_code ec, std::size_t) { second = ec; });
    context.run_all();
    CHECK_FALSE(first);
    CHECK(second == asio::error::connection_reset);
    CHECK(stream.next_layer().written == "abc");
    // failing_stream]
}

TEST_CASE("testing.md: every point fails") {
    // [points
    const auto scenario = [](sluice::testing::fail_point& point) {
        sluice::testing::failing_resource memory(point);
        {
            sluice::testing::manual_context context;
            sluice::pipe_options options;
            options.pool = sluice::segment_pool({.upstream = &memory});
            sluice::pipe pipe(context, options);
            pipe.writer.write(asio::buffer("abc", 3)); // may throw std::bad_alloc
            (void)pipe.writer.try_flush();
            CHECK(pipe.reader.try_read()->buffer.to_string() == "abc");
        }
        CHECK(memory.outstanding() == 0);
    };
    const std::size_t failures = sluice::testing::for_each_fail_point(scenario, {{}});
    // points]
    CHECK(failures != 0);
}

TEST_CASE("testing.md: time moves when the test says so") {
    // [clock
    using sluice::testing::manual_clock;
    sluice::testing::manual_context context;
    asio::basic_waitable_timer<manual_clock> timer(context.get_executor(), 5s);
    bool is_over = false;
    timer.async_wait([&](sluice::error_code) { is_over = true; });

    manual_clock::advance(4s);
    context.run_all();
    CHECK_FALSE(is_over);
    manual_clock::advance(1s);
    context.run_all();
    CHECK(is_over);
    // clock]
}
