// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/proof.hpp"
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/file_stream.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/read.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <type_traits>

using namespace sluice::test;

namespace {

template <class Sink>
struct sent_file {
    asio::io_context context;
    sluice::file_stream file{context};
    Sink sink{context};
    transfer_outcome sending, receiving;
    asio::cancellation_signal signal;
    std::string in;

    void receive() { asio::async_read(sink.far, asio::dynamic_buffer(in), receiving.handler()); }
    void start(const sluice::pump_options& how = {}) {
        sluice::async_pump(file, sink.near, how,
                           asio::bind_cancellation_slot(signal.slot(), sending.handler()));
    }
    void finish() {
        context.restart();
        while (sending.calls == 0 && context.run_one_for(std::chrono::seconds(20)) != 0)
            ;
        REQUIRE(sending.done());
    }
    // What has arrived when the sink is closed.
    const std::string& arrived() {
        sink.near.close();
        context.restart();
        context.run_for(std::chrono::seconds(20));
        return in;
    }
};

} // namespace

static_assert(sluice::detail::is_sendable<sluice::file_stream, asio::ip::tcp::socket>);
static_assert(!sluice::detail::is_sendable<asio::ip::tcp::socket, sluice::file_stream>);

TEST_CASE_TEMPLATE("async_pump from a file inside the system: every byte, and the end", Sink,
                   tcp_pair, local_pair, pipe_pair, descriptor_pair) {
    for (const std::size_t size : {0u, 1u, 100'001u, 20'000'000u}) {
        const std::string bytes = numbered_bytes(size);
        const temporary_file source(bytes);
        if (size % 2 == 0) // some are in memory, others come from the device
            source.evict();
        sent_file<Sink> s;
        s.file.open_for_reading(source.path);
        s.receive();
        s.start();
        CHECK(s.sending.calls == 0);
        s.finish();
        CHECK_FALSE(s.sending.ec);
        CHECK(s.sending.bytes == size);
        CHECK(s.file.position() == size);
        CHECK(s.arrived() == bytes);
    }
}

TEST_CASE("async_pump from a file inside the system: a part of it, and the next") {
    const std::string bytes = numbered_bytes(50'000);
    const temporary_file source(bytes);
    sent_file<local_pair> s;
    s.file.open_for_reading(source.path);
    s.receive();
    s.file.seek(10'000, 20'000); // up to 30,000
    s.start({.complete_sink = false, .byte_limit = 15'000});
    s.finish();
    CHECK(s.sending.bytes == 15'000);
    CHECK(s.file.position() == 25'000);
    s.sending = {};
    s.start({.complete_sink = false});
    s.finish();
    CHECK(s.sending.bytes == 5000);
    CHECK(s.file.limit() == 0);
    s.file.seek(49'999);
    s.sending = {};
    s.start();
    s.finish();
    CHECK(s.sending.bytes == 1);
    CHECK(s.arrived() == bytes.substr(10'000, 20'000) + bytes.back());
}

TEST_CASE("async_pump from a file inside the system: cancelled while the sink is full, it stands "
          "behind the last byte sent") {
    const std::string bytes = numbered_bytes(5'000'000);
    const temporary_file source(bytes);
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        sent_file<local_pair> s;
        s.file.open_for_reading(source.path);
        s.start();
        while (s.file.position() == 0)
            s.context.run_one();
        s.signal.emit(type);
        s.finish();
        CHECK(s.sending.ec == asio::error::operation_aborted);
        CHECK(s.sending.bytes == s.file.position());
        CHECK(s.sending.bytes < bytes.size());
        s.receive();
        s.sending = {};
        s.start();
        s.finish();
        CHECK_FALSE(s.sending.ec);
        CHECK(s.arrived() == bytes);
    }
}

TEST_CASE("async_pump from a file inside the system: cancelled after any step, another goes on") {
    const std::string bytes = numbered_bytes(1'000'000);
    const temporary_file source(bytes);
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total})
        for (std::size_t steps = 0; steps != 40; ++steps) {
            if (steps % 2 == 0)
                source.evict();
            sent_file<local_pair> s;
            s.file.open_for_reading(source.path);
            s.receive();
            s.start();
            for (std::size_t i = 0; i != steps; ++i)
                s.context.run_one_for(std::chrono::milliseconds(1));
            const bool over = s.sending.calls != 0;
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.finish();
            CHECK(s.sending.bytes == s.file.position());
            if (!over && s.sending.ec) {
                CHECK(s.sending.ec == asio::error::operation_aborted);
                s.sending = {};
                s.start();
                s.finish();
            }
            CHECK_FALSE(s.sending.ec);
            CHECK((s.arrived() == bytes));
        }
}

TEST_CASE("async_pump from a file inside the system: a sink that goes is an error, and no signal") {
    const temporary_file source(numbered_bytes(5'000'000));
    sent_file<tcp_pair> s;
    s.file.open_for_reading(source.path);
    s.start();
    while (s.file.position() == 0)
        s.context.run_one();
    s.sink.far.close();
    s.finish();
    CHECK((s.sending.ec == asio::error::broken_pipe ||
           s.sending.ec == asio::error::connection_reset));
}

TEST_CASE_TEMPLATE(
    "async_pump from a file inside the system: it ends when the sink that it waits for "
    "is closed",
    Sink, tcp_pair, pipe_pair, descriptor_pair) {
    const temporary_file source(numbered_bytes(8'000'000));
    sent_file<Sink> s;
    s.file.open_for_reading(source.path);
    s.start();
    while (s.context.poll() != 0)
        ;
    REQUIRE(s.sending.calls == 0);
    s.sink.near.close();
    s.finish();
    CHECK(s.sending.ec == asio::error::operation_aborted);
    CHECK(s.sending.bytes == s.file.position());
}

TEST_CASE("async_pump from a file inside the system: a file that the system does not send is "
          "copied") {
    const std::string path = "/proc/self/maps"; // it changes: the beginning does for us
    if (!std::filesystem::exists(path))
        return;
    std::ifstream file(path);
    const std::string first(std::istreambuf_iterator<char>(file), {});
    sent_file<local_pair> s;
    s.file.open_for_reading(path);
    s.receive();
    s.start();
    s.finish();
    CHECK_FALSE(s.sending.ec);
    CHECK(s.arrived().substr(0, 100) == first.substr(0, 100));
}

TEST_CASE("async_pump from a file inside the system: errors before it begins") {
    sent_file<local_pair> closed;
    closed.start();
    closed.finish();
    CHECK(closed.sending.ec == asio::error::bad_descriptor);
    sent_file<local_pair> directory;
    directory.file.open_for_reading(std::filesystem::temp_directory_path());
    directory.start();
    directory.finish();
    CHECK(directory.sending.ec == boost::system::errc::is_a_directory);
}

TEST_CASE("rule 1: a context that goes while a file is sent takes it along") {
    const temporary_file source(numbered_bytes(5'000'000));
    for (std::size_t steps = 0; steps != 8; ++steps) {
        sent_file<local_pair> s;
        s.file.open_for_reading(source.path);
        s.start();
        for (std::size_t i = 0; i != steps; ++i)
            s.context.run_one_for(std::chrono::milliseconds(1));
        CHECK(s.sending.calls == 0);
    }
}
