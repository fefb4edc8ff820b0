// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/pipe_traffic.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <type_traits>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;
using limits_clock = std::chrono::steady_clock;

namespace {

// A source and a sink, each a pipe or a socket, with the far ends in the test's hands.
struct limited_pump {
    asio::io_context context;
    sluice::pipe in{context}, out{context, segments_of(4096, 100'000)};
    local_pair source{context}, sink{context};
    transfer_outcome outcome;
    asio::cancellation_signal signal;

    limited_pump() {
        for (auto* socket : {&source.near, &sink.far})
            socket->non_blocking(true);
    }

    auto handler() { return asio::bind_cancellation_slot(signal.slot(), outcome.handler()); }
    // Until the pump is over.
    bool finish() {
        context.restart();
        while (outcome.calls == 0 && context.run_one() != 0)
            ;
        return outcome.done();
    }
    void poll() {
        context.restart();
        context.poll();
    }

    void give_pipe(std::size_t n) {
        in.writer.write(asio::buffer(numbered_bytes(n)));
        (void)in.writer.try_flush();
    }
    void give_socket(std::size_t n) { asio::write(source.near, asio::buffer(numbered_bytes(n))); }
    std::string left_in_pipe() { return drain(in.reader); }
    std::string left_in_socket() { return taken(source.far); }
    std::string taken_from_pipe() { return drain(out.reader); }
    std::string taken_from_socket() { return taken(sink.far); }
    bool pipe_ended() {
        const auto read = out.reader.try_read();
        return read.has_error() ? read.error() == asio::error::eof : read->completed;
    }
    bool socket_ended() {
        error_code ec;
        char byte;
        sink.far.read_some(asio::buffer(&byte, 1), ec);
        return ec == asio::error::eof;
    }

private:
    static std::string taken(asio::local::stream_protocol::socket& from) {
        error_code ec;
        from.non_blocking(true, ec);
        std::string bytes(100'000, '\0');
        bytes.resize(from.read_some(asio::buffer(bytes), ec));
        return bytes;
    }
};

struct pipe_to_pipe : limited_pump {
    void start(const pump_options& how = {}) { async_pump(in.reader, out.writer, how, handler()); }
    void give(std::size_t n) { give_pipe(n); }
    std::string left() { return left_in_pipe(); }
    std::string arrived() { return taken_from_pipe(); }
    bool saw_end() { return pipe_ended(); }
};
struct pipe_to_socket : limited_pump {
    void start(const pump_options& how = {}) { async_pump(in.reader, sink.near, how, handler()); }
    void give(std::size_t n) { give_pipe(n); }
    std::string left() { return left_in_pipe(); }
    std::string arrived() { return taken_from_socket(); }
    bool saw_end() { return socket_ended(); }
};
struct socket_to_pipe : limited_pump {
    void start(const pump_options& how = {}) { async_pump(source.far, out.writer, how, handler()); }
    void give(std::size_t n) { give_socket(n); }
    std::string left() { return left_in_socket(); }
    std::string arrived() { return taken_from_pipe(); }
    bool saw_end() { return pipe_ended(); }
};
struct socket_to_socket : limited_pump {
    bool by_system = true;
    void start(pump_options how = {}) {
        how.system_copy = by_system;
        async_pump(source.far, sink.near, how, handler());
    }
    void give(std::size_t n) { give_socket(n); }
    std::string left() { return left_in_socket(); }
    std::string arrived() { return taken_from_socket(); }
    bool saw_end() { return socket_ended(); }
};
struct socket_to_socket_by_hand : socket_to_socket {
    socket_to_socket_by_hand() { by_system = false; }
};

} // namespace

#define SLUICE_EVERY_PUMP                                                                          \
    pipe_to_pipe, pipe_to_socket, socket_to_pipe, socket_to_socket, socket_to_socket_by_hand

TEST_CASE_TEMPLATE("async_pump: behind the byte limit it ends, and the rest stays", Pump,
                   SLUICE_EVERY_PUMP) {
    constexpr std::size_t given = 50'000;
    for (const std::size_t limit : {0u, 1u, 4095u, 4096u, 30'000u, 50'000u})
        for (const bool complete_sink : {true, false}) {
            Pump p;
            p.give(given);
            p.start({.complete_sink = complete_sink, .byte_limit = limit});
            CHECK(p.outcome.calls == 0);
            REQUIRE(p.finish());
            CHECK_FALSE(p.outcome.ec);
            CHECK(p.outcome.bytes == limit);
            const std::string arrived = p.arrived();
            CHECK(arrived.size() == limit);
            CHECK(is_numbered(arrived));
            CHECK(p.saw_end() == complete_sink);
            CHECK(p.left() == numbered_bytes(given - limit, limit));
        }
}

TEST_CASE_TEMPLATE("async_pump: a second one goes on where a byte limit ended the first", Pump,
                   SLUICE_EVERY_PUMP) {
    Pump p;
    std::string arrived;
    p.give(10'000);
    for (int i = 0; i != 10; ++i) {
        p.outcome = {};
        p.start({.complete_sink = i == 9, .byte_limit = 1000});
        REQUIRE(p.finish());
        CHECK(p.outcome.bytes == 1000);
        arrived += p.arrived();
    }
    CHECK(arrived == numbered_bytes(10'000));
    CHECK(p.saw_end());
}

TEST_CASE_TEMPLATE("async_pump: a source that gives nothing for too long is given up", Pump,
                   SLUICE_EVERY_PUMP) {
    Pump p;
    p.give(100);
    const auto begin = limits_clock::now();
    p.start({.idle_timeout = 20ms});
    REQUIRE(p.finish());
    CHECK(limits_clock::now() - begin >= 20ms);
    CHECK(p.outcome.ec == asio::error::timed_out);
    CHECK(p.outcome.bytes == 100);
    CHECK(p.arrived() == numbered_bytes(100));
    CHECK_FALSE(p.saw_end());
}

TEST_CASE_TEMPLATE("async_pump: a sink that takes nothing for too long is given up", Pump,
                   SLUICE_EVERY_PUMP) {
    constexpr std::size_t much = 3'000'000; // more than all on the way holds
    const std::string block(10'000, 'x');
    Pump p;
    p.give_pipe(much);
    p.start({.idle_timeout = 20ms});
    error_code full;
    for (; p.outcome.calls == 0; p.poll())
        p.source.near.write_some(asio::buffer(block), full);
    CHECK(p.outcome.ec == asio::error::timed_out);
    std::size_t arrived = 0;
    while (const std::size_t n = p.arrived().size())
        arrived += n;
    CHECK(arrived == p.outcome.bytes);
    CHECK_FALSE(p.saw_end());
    if (std::is_same_v<Pump, pipe_to_pipe> || std::is_same_v<Pump, pipe_to_socket>)
        CHECK(p.left().size() == much - p.outcome.bytes);
    else
        CHECK(full == asio::error::would_block);
}

TEST_CASE_TEMPLATE("async_pump: it does not matter to the idle limit how long it takes in all",
                   Pump, SLUICE_EVERY_PUMP) {
    Pump p;
    pump_progress steps;
    unsigned told = 0;
    steps.callback = [&](std::uint64_t) {
        if (++told != 30)
            p.give(1);
    };
    steps.interval = 1ms;
    p.give(1);
    p.start({.idle_timeout = 300ms, .progress = &steps});
    REQUIRE(p.finish());
    CHECK(told == 30);
    CHECK(p.outcome.ec == asio::error::timed_out);
    CHECK(p.outcome.bytes == 30);
}

TEST_CASE_TEMPLATE("async_pump: too long in all, however busy", Pump, SLUICE_EVERY_PUMP) {
    Pump p;
    pump_progress again;
    again.callback = [&](std::uint64_t) { p.give(10); };
    again.interval = 1ms;
    p.give(10);
    const auto begin = limits_clock::now();
    p.start({.total_timeout = 40ms, .progress = &again});
    REQUIRE(p.finish());
    CHECK(limits_clock::now() - begin >= 40ms);
    CHECK(p.outcome.ec == asio::error::timed_out);
    CHECK(p.outcome.bytes >= 10);
    CHECK(p.arrived().size() == p.outcome.bytes);
}

TEST_CASE_TEMPLATE("async_pump: too slow is too late, fast enough is not", Pump,
                   SLUICE_EVERY_PUMP) {
    for (const bool fast : {true, false}) {
        Pump p;
        pump_progress again;
        again.callback = [&](std::uint64_t) { p.give(1000); };
        again.interval = 1ms;
        p.give(1000);
        pump_options how;
        how.byte_limit = 20'000;
        how.min_rate = fast ? 100 : 1'000'000'000;
        how.rate_period = 16ms;
        how.progress = &again;
        p.start(how);
        REQUIRE(p.finish());
        CHECK(p.outcome.ec == (fast ? error_code() : error_code(asio::error::timed_out)));
        CHECK((p.outcome.bytes == 20'000) == fast);
        CHECK(p.arrived().size() == p.outcome.bytes);
    }
}

TEST_CASE_TEMPLATE("async_pump: progress is told in order, of what has arrived", Pump,
                   SLUICE_EVERY_PUMP) {
    Pump p;
    std::vector<std::uint64_t> told;
    pump_progress steps;
    steps.callback = [&](std::uint64_t moved) {
        CHECK(p.arrived().size() == 100);
        told.push_back(moved);
        if (told.size() == 5)
            p.signal.emit(asio::cancellation_type::terminal);
        else
            p.give(100);
    };
    steps.interval = 1ms;
    p.give(100);
    p.start({.progress = &steps});
    REQUIRE(p.finish());
    CHECK(p.outcome.ec == asio::error::operation_aborted);
    CHECK(p.outcome.bytes == 500);
    CHECK(told == std::vector<std::uint64_t>{100, 200, 300, 400, 500});
}

TEST_CASE_TEMPLATE("async_pump: progress is told no more often than its interval", Pump,
                   SLUICE_EVERY_PUMP) {
    Pump p;
    unsigned told = 0;
    const auto begin = limits_clock::now();
    pump_progress steps;
    steps.interval = 10ms;
    steps.callback = [&](std::uint64_t) {
        ++told;
        CHECK(limits_clock::now() - begin >= told * steps.interval);
    };
    p.start({.progress = &steps});
    while (told != 3) {
        p.give(1);
        p.poll();
        p.arrived();
    }
    p.signal.emit(asio::cancellation_type::terminal);
    CHECK(p.finish());
}

TEST_CASE_TEMPLATE("async_pump: a limit that is not reached changes nothing", Pump,
                   SLUICE_EVERY_PUMP) {
    Pump p;
    p.give(5000);
    pump_options how;
    how.byte_limit = 5000;
    how.idle_timeout = how.total_timeout = 1h;
    how.min_rate = 1;
    p.start(how);
    REQUIRE(p.finish());
    CHECK_FALSE(p.outcome.ec);
    CHECK(p.arrived() == numbered_bytes(5000));
    CHECK(p.saw_end());
    CHECK(p.context.poll() == 0); // no timer is left
}
