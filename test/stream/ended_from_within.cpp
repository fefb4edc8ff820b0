// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Objects that a handler ends while one of their functions runs, operations that a context drops,
// and signals that come afterwards, or are gone before.
#include "support/numbered_bytes.hpp"
#include "support/stream_pairs.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/cancel_after.hpp>
#include <sluice/stream/connection.hpp>
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

using local_socket = asio::local::stream_protocol::socket;
using joined_stream = pipe_stream<>;

struct dropped {
    template <class... Args>
    void operator()(const Args&...) const {
        FAIL("its context went down");
    }
};

std::pair<joined_stream, joined_stream> joined_streams(asio::io_context& context) {
    return make_pipe_streams(asio::any_io_executor(context.get_executor()));
}

} // namespace

TEST_CASE("rule 03: a signal that comes when a context has dropped what moves bytes") {
    using start = std::function<void(local_pair&, local_pair&, asio::cancellation_signal&)>;
    std::optional<connection<local_socket>> ours;
    const auto pumping = [](bool system_copy, std::chrono::milliseconds idle) -> start {
        return [=](local_pair& one, local_pair& two, asio::cancellation_signal& signal) {
            pump_options options;
            options.system_copy = system_copy;
            options.idle_timeout = idle;
            async_pump(one.near, two.near, options,
                       asio::bind_cancellation_slot(signal.slot(), dropped()));
        };
    };
    const start relaying = [](local_pair& one, local_pair& two, asio::cancellation_signal& signal) {
        async_relay(one.near, two.near, relay_options(),
                    asio::bind_cancellation_slot(signal.slot(), dropped()));
    };
    const start connecting = [&](local_pair& one, local_pair&, asio::cancellation_signal& signal) {
        ours.emplace(std::move(one.near));
        ours->async_run(asio::bind_cancellation_slot(signal.slot(), dropped()));
    };
    for (const start& begin :
         {pumping(false, 0ms), pumping(true, 0ms), pumping(true, 1h), relaying, connecting}) {
        asio::cancellation_signal signal;
        {
            asio::io_context context;
            local_pair one(context), two(context);
            begin(one, two, signal);
            context.poll();
            ours.reset();
        }
        signal.emit(asio::cancellation_type::terminal);
    }
}

TEST_CASE("cancel_after: a signal may be gone before the context that drops its operation") {
    test_pipe pipe;
    asio::cancellation_signal signal;
    pipe.reader.async_read(
        cancel_after(1h, asio::bind_cancellation_slot(signal.slot(), dropped())));
    pipe.poll();
}

TEST_CASE("cancel_after: a signal may come when a context has dropped its operation") {
    asio::cancellation_signal signal;
    {
        test_pipe pipe;
        pipe.reader.async_read(
            cancel_after(1h, asio::bind_cancellation_slot(signal.slot(), dropped())));
        pipe.poll();
    }
    signal.emit(asio::cancellation_type::terminal);
}

TEST_CASE("cancel_after: what goes down before the timer was told is not completed") {
    asio::io_context context;
    asio::steady_timer timer(context, std::chrono::steady_clock::time_point());
    timer.async_wait(cancel_after(1h, dropped()));
    CHECK(context.poll_one() == 1); // the operation alone
}

TEST_CASE("rule 01: cancel_after: the context of a timer has work until the handler has run") {
    asio::io_context other;
    wait_outcome waited;
    {
        asio::io_context context;
        asio::steady_timer timer(context, std::chrono::steady_clock::time_point());
        timer.async_wait(cancel_after(0ms, asio::bind_executor(other, waited.handler())));
        poll(context); // both go to the other one
        CHECK_FALSE(context.stopped());
        poll(other);
        poll(context);
        CHECK(waited.succeeded());
        CHECK(context.stopped());
    }
}

TEST_CASE("stream_writer: who waits for its end may destroy it, also while it flushes") {
    asio::io_context context;
    local_pair sockets(context);
    auto writer = std::make_unique<stream_writer<local_socket>>(std::move(sockets.near));
    wait_outcome flushed;
    error_code told;
    writer->async_wait_reader_completed([&](error_code ec) {
        told = ec;
        writer.reset();
    });
    poll(context);
    sockets.far.close();
    asio::post(context, [&] {
        writer->write(asio::buffer("hello", 5));
        writer->flush(flushed.handler());
    });
    poll(context);
    CHECK(told == asio::error::broken_pipe);
    CHECK(flushed.calls == 1);
    CHECK(flushed.ec);
}

TEST_CASE("rule 30: cancel and close of a pipe_stream run no handler inside") {
    for (const bool closes : {false, true}) {
        asio::io_context context;
        auto ends = joined_streams(context);
        auto near = std::make_unique<joined_stream>(std::move(ends.first));
        std::array<char, 16> buffer;
        transfer_outcome read;
        near->async_read_some(asio::buffer(buffer), [&](error_code ec, std::size_t n) {
            read.handler()(ec, n);
            near.reset();
        });
        asio::post(context, [&] {
            if (closes)
                near->close();
            else
                near->cancel();
            CHECK(read.calls == 0);
        });
        poll(context);
        CHECK(read.done());
        CHECK(read.ec == asio::error::operation_aborted);
    }
}

TEST_CASE("rule 30: cancel of a pipe_stream reaches no later read") {
    asio::io_context context;
    auto ends = joined_streams(context);
    std::array<char, 16> buffer;
    asio::cancellation_signal signal;
    transfer_outcome first, second;
    ends.first.async_read_some(asio::buffer(buffer),
                               asio::bind_cancellation_slot(signal.slot(), first.handler()));
    asio::post(context, [&] {
        signal.emit(asio::cancellation_type::total);
        ends.first.cancel();
    });
    poll(context);
    CHECK(first.ec == asio::error::operation_aborted);
    ends.first.async_read_some(asio::buffer(buffer), second.handler());
    poll(context);
    CHECK(second.calls == 0);
    ends.second.close();
    poll(context);
    CHECK(second.ec == asio::error::eof);
}

TEST_CASE("stream_reader: a pipe_stream that it refers to may go right after it") {
    asio::io_context context;
    auto ends = joined_streams(context);
    auto near = std::make_unique<joined_stream>(std::move(ends.first));
    read_outcome read;
    {
        stream_reader reader(*near);
        reader.async_read(read.handler());
        poll(context);
    }
    near.reset();
    poll(context);
    CHECK(read.failed(asio::error::operation_aborted));
}

TEST_CASE("stream_writer and stream_reader: the peer may end them while they move bytes") {
    struct session {
        explicit session(joined_stream&& with)
            : stream(std::move(with))
            , writer(stream)
            , reader(stream) {}
        joined_stream stream;
        stream_writer<joined_stream&> writer;
        stream_reader<joined_stream&> reader;
    };
    const std::string much = numbered_bytes(200'000);
    for (const bool writes : {true, false}) {
        asio::io_context context;
        auto ends = joined_streams(context);
        auto ours = std::make_unique<session>(std::move(ends.first));
        std::array<char, 100> buffer;
        if (writes) {
            ends.second.async_read_some(asio::buffer(buffer),
                                        [&](error_code, std::size_t) { ours.reset(); });
            poll(context);
        } else {
            ends.second.writer().write(asio::buffer(much));
            ends.second.writer().flush([&](error_code) { ours.reset(); });
            poll(context);
        }
        asio::post(context, [&] {
            if (writes) {
                ours->writer.write(asio::buffer(much));
                (void)ours->writer.try_flush();
            } else {
                (void)ours->reader.try_read_at_least(much.size());
            }
        });
        poll(context);
        CHECK(ours == nullptr);
    }
}

TEST_CASE("rule 28: bytes that were examined and left go to who takes all, also behind the end") {
    for (const bool ended : {false, true}) {
        CAPTURE(ended);
        const auto offer = [&](test_pipe& pipe) {
            pipe.write("abc");
            if (ended)
                pipe.writer.complete();
            else
                REQUIRE(pipe.writer.try_flush());
            const read_result read = pipe.reader.try_read().value();
            pipe.reader.advance(read.buffer.start(), read.buffer.finish());
        };
        test_pipe from, to;
        offer(from);
        transfer_outcome pumped, read;
        async_pump(from.reader, to.writer, pump_options(), pumped.handler());
        from.poll();
        CHECK(to.take() == "abc");
        CHECK(pumped.done() == ended);
        CHECK(pumped.bytes == (ended ? 3 : 0));

        test_pipe in, out;
        offer(in);
        pipe_stream stream(in.reader, out.writer);
        std::array<char, 16> buffer;
        stream.async_read_some(asio::buffer(buffer), read.handler());
        in.poll();
        REQUIRE(read.done());
        CHECK_FALSE(read.ec);
        CHECK(std::string(buffer.data(), read.bytes) == "abc");
        from.writer.complete();
        from.poll();
    }
}

TEST_CASE("async_pump: limits that are none keep nothing busy") {
    const pump_progress seldom{[](std::uint64_t) {}, std::chrono::milliseconds::max()};
    for (const bool by_rate : {false, true}) {
        asio::io_context context;
        local_pair one(context), two(context);
        pump_options options;
        if (by_rate) {
            options.min_rate = 1;
            options.rate_period = 0ms;
        } else {
            options.progress = &seldom;
        }
        transfer_outcome pumped;
        async_pump(one.near, two.near, options, pumped.handler());
        poll(context);
        std::size_t run = 0;
        for (int i = 0; i != 1000; ++i)
            run += context.poll();
        CHECK(run == 0);
        one.far.close();
        context.run();
        CHECK(pumped.done());
    }
}

TEST_CASE("async_relay: options that are refused are refused at once") {
    for (const bool system_copy : {false, true}) {
        asio::io_context context;
        local_pair one(context), two(context);
        relay_options options;
        options.system_copy = system_copy;
        options.between.pause_threshold = 10;
        options.between.resume_threshold = 20;
        CHECK_THROWS_AS(async_relay(one.near, two.near, options, dropped()), std::invalid_argument);
        CHECK(context.poll() == 0);
    }
}

TEST_CASE(
    "stream_writer: completed by the peer, which runs inside a write, it sends what is left") {
    asio::io_context context;
    auto [near, far] = joined_streams(context);
    stream_writer<joined_stream&> writer(near);
    char first = 0;
    far.async_read_some(asio::buffer(&first, 1),
                        [&](error_code, std::size_t) { writer.complete(); });
    test::poll(context);
    const std::string sent = numbered_bytes(300'000);
    asio::post(context, [&] {
        writer.write(asio::buffer(sent));
        (void)writer.try_flush();
    });
    test::poll(context);
    std::string received(first == sent[0] ? 1 : 0, first);
    error_code end;
    for (std::array<char, 4096> piece; !end; test::poll(context))
        far.async_read_some(asio::buffer(piece), [&](error_code ec, std::size_t n) {
            end = ec;
            received.append(piece.data(), n);
        });
    CHECK(end == asio::error::eof);
    CHECK(received == sent);
}
