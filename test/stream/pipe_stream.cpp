// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <array>
#include <future>
#include <memory>

using namespace sluice;
using namespace sluice::test;
using asio::bind_cancellation_slot;
using asio::cancellation_type;

namespace {

using stream = pipe_stream<>;
static_assert(std::is_nothrow_move_constructible_v<stream>);
static_assert(!std::is_copy_constructible_v<stream>);
static_assert(std::is_same_v<stream::lowest_layer_type, stream>);

struct streams {
    asio::io_context context;
    std::pair<stream, stream> pair;
    std::unique_ptr<stream> near, far;
    std::string memory = std::string(200'000, '-');

    explicit streams(const pipe_options& options = {})
        : pair(make_pipe_streams(asio::any_io_executor(context.get_executor()), options))
        , near(std::make_unique<stream>(std::move(pair.first)))
        , far(std::make_unique<stream>(std::move(pair.second))) {}

    void poll() { test::poll(context); }
    void send(std::string_view text) {
        error_code ec;
        REQUIRE(near->write_some(asio::buffer(text), ec) == text.size());
        REQUIRE_FALSE(ec);
    }
    std::string_view received(const transfer_outcome& outcome) const {
        return std::string_view(memory).substr(0, outcome.bytes);
    }
    void read(transfer_outcome& outcome) {
        far->async_read_some(asio::buffer(memory), outcome.handler());
    }
};

} // namespace

TEST_CASE("rule 30: what one stream writes, the other reads, in both directions") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        streams s(with_segments(size));
        transfer_outcome read, written, back;
        s.read(read);
        s.near->async_write_some(std::array{asio::buffer("ab", 2), asio::buffer("cd", 2)},
                                 written.handler());
        CHECK(written.calls == 0); // rule 1
        s.poll();
        CHECK(written.done());
        CHECK(written.bytes == 4);
        CHECK(read.done());
        CHECK(s.received(read) == "abcd");

        error_code ec;
        CHECK(s.far->write_some(asio::buffer("xyz", 3), ec) == 3);
        std::array<char, 2> a{};
        std::array<char, 9> b{};
        s.near->async_read_some(std::array{asio::buffer(a), asio::buffer(b)}, back.handler());
        CHECK(back.calls == 0);
        s.poll();
        CHECK(back.bytes == 3);
        CHECK(a[1] == 'y');
        CHECK(b[0] == 'z');
    }
}

TEST_CASE("rule 30: what does not fit stays for the next read") {
    streams s;
    s.send("abcdef");
    std::array<char, 4> few{};
    CHECK(s.far->read_some(asio::buffer(few)) == 4);
    CHECK(s.far->read_some(asio::buffer(few)) == 2);
    CHECK(std::string_view(few.data(), 4) == "efcd");
    CHECK(thrown_by([&] { s.far->read_some(asio::buffer(few)); }) == asio::error::would_block);
}

TEST_CASE("rule 30: a read of nothing succeeds at once, also at the end") {
    streams s;
    for (const bool at_end : {false, true}) {
        if (at_end)
            s.near.reset();
        transfer_outcome read, written;
        s.far->async_read_some(asio::mutable_buffer(), read.handler());
        s.far->async_write_some(asio::const_buffer(), written.handler());
        s.poll();
        CHECK(read.done());
        CHECK_FALSE(read.ec);
        CHECK(written.done());
        CHECK_FALSE(written.ec);
    }
}

TEST_CASE("rule 30: destroying or closing a stream is the end for its peer") {
    for (const bool destroyed : {false, true}) {
        streams s;
        s.send("ab");
        if (destroyed)
            s.near.reset();
        else
            s.near->close();
        transfer_outcome last, end, again, refused;
        s.read(last);
        s.poll();
        CHECK(s.received(last) == "ab");
        s.read(end);
        s.poll();
        CHECK(end.ec == asio::error::eof);
        s.read(again);
        s.far->async_write_some(asio::buffer("x", 1), refused.handler());
        s.poll();
        CHECK(again.ec == asio::error::eof);
        CHECK(refused.ec == asio::error::broken_pipe);
        CHECK(refused.bytes == 0);
    }
}

TEST_CASE("rule 30: half-close: the other direction goes on") {
    streams s;
    error_code ec;
    s.near->shutdown(asio::socket_base::shutdown_send, ec);
    CHECK_FALSE(ec);
    transfer_outcome end;
    s.read(end);
    s.poll();
    CHECK(end.ec == asio::error::eof);
    CHECK(s.far->write_some(asio::buffer("yes", 3)) == 3);
    CHECK(s.near->read_some(asio::buffer(s.memory)) == 3);
    s.near->shutdown(asio::socket_base::shutdown_receive);
    s.far->write_some(asio::buffer("no", 2), ec);
    CHECK(ec == asio::error::broken_pipe);
}

TEST_CASE("rule 30: a write waits while the peer lags behind, and has written nothing until then") {
    streams s(with_thresholds(4, 2));
    s.send("abcd");
    transfer_outcome written, read;
    s.near->async_write_some(asio::buffer("efgh", 4), written.handler());
    s.poll();
    CHECK(written.calls == 0);
    error_code ec;
    CHECK(s.near->write_some(asio::buffer("x", 1), ec) == 0);
    CHECK(ec == asio::error::would_block);
    s.read(read);
    s.poll();
    CHECK(s.received(read) == "abcd");
    CHECK(written.bytes == 4);
    CHECK(s.far->read_some(asio::buffer(s.memory)) == 4);
}

TEST_CASE("rule 30: cancelled reads and writes lose nothing and add nothing") {
    for (const cancellation_type type : all_types) {
        streams s(with_thresholds(2, 1));
        asio::cancellation_signal read_signal, write_signal;
        transfer_outcome read, written, later;
        s.far->async_read_some(asio::buffer(s.memory),
                               bind_cancellation_slot(read_signal.slot(), read.handler()));
        s.poll();
        read_signal.emit(type);
        s.poll();
        CHECK(read.ec == asio::error::operation_aborted);
        s.send("ab");
        s.near->async_write_some(asio::buffer("lost", 4),
                                 bind_cancellation_slot(write_signal.slot(), written.handler()));
        s.poll();
        write_signal.emit(type);
        s.poll();
        CHECK(written.ec == asio::error::operation_aborted);
        CHECK(written.bytes == 0);
        s.read(later);
        s.poll();
        CHECK(s.received(later) == "ab");
        s.send("cd");
        CHECK(s.far->read_some(asio::buffer(s.memory)) == 2);
        CHECK(s.memory.substr(0, 2) == "cd");
    }
}

TEST_CASE("rule 30: cancel and close abort what waits, and only that") {
    streams s(with_thresholds(1, 0));
    transfer_outcome read, written, unharmed;
    s.near->async_read_some(asio::buffer(s.memory), read.handler());
    s.send("a");
    s.near->async_write_some(asio::buffer("b", 1), written.handler());
    s.poll();
    s.near->cancel();
    s.poll();
    CHECK(read.ec == asio::error::operation_aborted);
    CHECK(written.ec == asio::error::operation_aborted);
    s.near->cancel(); // nothing is outstanding: the next read is not touched
    s.near->async_read_some(asio::buffer(s.memory), unharmed.handler());
    s.poll();
    CHECK(unharmed.calls == 0);
    CHECK(s.near->is_open());
    s.near->close();
    CHECK_FALSE(s.near->is_open());
    s.poll();
    CHECK(unharmed.ec == asio::error::operation_aborted);
}

TEST_CASE("rule 30: memory that cannot be had is an error of the write") {
    failing_memory memory;
    pipe_options options;
    segment_pool_options pool;
    pool.upstream = &memory;
    options.pool = segment_pool(pool);
    streams s(options);
    memory.fail_after(0);
    transfer_outcome failed;
    s.near->async_write_some(asio::buffer("abc", 3), failed.handler());
    s.poll();
    CHECK(failed.ec == boost::system::errc::not_enough_memory);
    memory.never_fail();
    s.send("abc");
    CHECK(s.far->read_some(asio::buffer(s.memory)) == 3);
}

TEST_CASE("rule 30: Asio's composed operations run over it") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        streams s(with_thresholds(100, 50, with_segments(size)));
        const std::string sent(10'000, 'x');
        std::string line;
        transfer_outcome written, until, rest;
        asio::async_write(*s.near, std::array{asio::buffer("first\n", 6), asio::buffer(sent)},
                          written.handler());
        asio::async_read_until(*s.far, asio::dynamic_buffer(line), '\n', until.handler());
        s.poll();
        CHECK(until.bytes == 6);
        std::string tail(sent.size() + 6 - line.size(), '-');
        asio::async_read(*s.far, asio::buffer(tail), rest.handler());
        s.poll();
        CHECK(written.bytes == sent.size() + 6);
        CHECK_FALSE(rest.ec);
        CHECK(line + tail == "first\n" + sent);
    }
}

TEST_CASE("rule 30: over ends that somebody else keeps, it closes nothing by itself") {
    test_pipe out, in;
    {
        pipe_stream s(in.reader, out.writer);
        CHECK(s.write_some(asio::buffer("abc", 3)) == 3);
        REQUIRE(in.publish("xyz"));
        std::array<char, 2> two{};
        CHECK(s.read_some(asio::buffer(two)) == 2);
    }
    CHECK(out.take() == "abc");
    CHECK(in.take() == "z");
    REQUIRE(out.publish("more"));
    CHECK(out.take() == "more");
}

TEST_CASE("rule 02: futures and coroutines over it") {
    streams s;
    std::future<std::size_t> read =
        s.far->async_read_some(asio::buffer(s.memory), asio::use_future);
    run(s.context, [&]() -> asio::awaitable<void> {
        CHECK(co_await s.near->async_write_some(asio::buffer("abc", 3), asio::use_awaitable) == 3);
        CHECK(co_await s.far->async_write_some(asio::buffer("d", 1)) == 1); // the default token
        const auto [ec, n] = co_await s.near->async_read_some(asio::buffer(s.memory), as_result);
        CHECK_FALSE(ec);
        CHECK(n == 1);
    });
    CHECK(read.get() == 3);
}
