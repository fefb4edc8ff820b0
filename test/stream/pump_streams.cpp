// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/outcome.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <array>

using namespace sluice;
using namespace sluice::test;
using asio::cancellation_type;

namespace {

// source -> from ~ to -> sink
struct pumped_streams {
    asio::io_context context;
    std::pair<pipe_stream<>, pipe_stream<>> in, out;
    pipe_stream<>&source = in.first, &from = in.second, &to = out.first, &sink = out.second;
    asio::cancellation_signal signal;
    transfer_outcome outcome;

    explicit pumped_streams(std::size_t pause = 65'536)
        : in(make_pipe_streams(asio::any_io_executor(context.get_executor())))
        , out(make_pipe_streams(asio::any_io_executor(context.get_executor()), options(pause))) {}
    static pipe_options options(std::size_t pause) {
        pipe_options made;
        made.pause_threshold = pause;
        return made;
    }

    void start(const pump_options& options = {}) {
        async_pump(from, to, options,
                   asio::bind_cancellation_slot(signal.slot(), outcome.handler()));
    }
    void poll() { test::poll(context); }
    std::string arrived(error_code& ec) {
        std::array<char, 100> memory{};
        const std::size_t n = sink.read_some(asio::buffer(memory), ec);
        return std::string(memory.data(), n);
    }
    std::string arrived() {
        error_code ec;
        return arrived(ec);
    }
};

} // namespace

TEST_CASE("rule 28: from stream to stream, with the orderly end") {
    for (const bool complete_sink : {true, false}) {
        pumped_streams p;
        pump_options options;
        options.complete_sink = complete_sink;
        p.start(options);
        CHECK(p.outcome.calls == 0);
        p.source.write_some(asio::buffer("abc", 3));
        p.poll();
        CHECK(p.arrived() == "abc");
        p.source.write_some(asio::buffer("de", 2));
        p.source.shutdown(asio::socket_base::shutdown_send);
        p.poll();
        CHECK(p.outcome.done());
        CHECK_FALSE(p.outcome.ec);
        CHECK(p.outcome.bytes == 5);
        CHECK(p.arrived() == "de");
        error_code ec;
        CHECK(p.arrived(ec).empty());
        CHECK(ec == (complete_sink ? error_code(asio::error::eof) : asio::error::would_block));
    }
}

TEST_CASE("rule 28: the source's error arrives behind its bytes, and is no end for the sink") {
    pumped_streams p;
    p.start();
    p.source.write_some(asio::buffer("abc", 3));
    p.source.writer().complete(errc::malformed_frame);
    p.poll();
    CHECK(p.outcome.ec == errc::malformed_frame);
    CHECK(p.outcome.bytes == 3);
    CHECK(p.arrived() == "abc");
    error_code ec;
    CHECK(p.arrived(ec).empty());
    CHECK(ec == asio::error::would_block);
}

TEST_CASE("rule 28: a sink that fails ends the pump, whatever the source does") {
    pumped_streams p;
    p.start();
    p.poll();
    p.sink.close();
    p.source.write_some(asio::buffer("abc", 3));
    p.poll();
    CHECK(p.outcome.ec == asio::error::broken_pipe);
    CHECK(p.outcome.bytes == 0);
}

TEST_CASE("rule 28: cancelled, what was read is still written; not with terminal") {
    for (const cancellation_type type :
         {cancellation_type::total, cancellation_type::partial, cancellation_type::terminal}) {
        pumped_streams p(1);
        p.start();
        p.source.write_some(asio::buffer("a", 1));
        p.poll();
        p.source.write_some(asio::buffer("bc", 2)); // waits in the pump: the sink has enough
        p.poll();
        p.signal.emit(type);
        p.poll();
        const bool at_once = type == cancellation_type::terminal;
        CHECK(p.outcome.calls == (at_once ? 1 : 0));
        std::string all = p.arrived();
        p.poll();
        all += p.arrived();
        p.poll();
        CHECK(p.outcome.done());
        CHECK(p.outcome.ec == asio::error::operation_aborted);
        CHECK(all == (at_once ? "a" : "abc"));
        CHECK(p.outcome.bytes == all.size());
        p.source.write_some(asio::buffer("next", 4));
        std::array<char, 9> memory{};
        CHECK(p.from.read_some(asio::buffer(memory)) == 4);
    }
}

TEST_CASE("rule 02: a future and a coroutine for a pump between streams") {
    pumped_streams p;
    p.source.write_some(asio::buffer("abc", 3));
    p.source.close();
    auto moved = async_pump(p.from, p.to, {}, asio::use_future);
    p.poll();
    CHECK(moved.get() == 3);
    pumped_streams q;
    q.source.close();
    run(q.context, [&]() -> asio::awaitable<void> {
        CHECK(co_await async_pump(q.from, q.to, {}, asio::use_awaitable) == 0);
    });
}

TEST_CASE("rule 01: a pump between streams that a context takes along at its end") {
    const auto token = std::make_shared<int>();
    {
        pumped_streams p;
        async_pump(p.from, p.to, {}, [token](error_code, std::uint64_t) { FAIL("called"); });
        p.poll();
        CHECK(token.use_count() == 2);
    }
    CHECK(token.use_count() == 1);
}
