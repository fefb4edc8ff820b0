// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/numbered_bytes.hpp"
#include "support/proof.hpp"
#include <sluice/pipe/pipe_options.hpp>
#include <sluice/testing/network.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::test {

namespace asio = boost::asio;
using testing::manual_clock;
using testing::network_socket;
using testing::network_stream;
using manual_timer = asio::basic_waitable_timer<manual_clock>;

// What one seed makes: a network that is bad in its own way, and random choices for the scenario.
struct simulated_world {
    testing::manual_context context;
    testing::random_source random;
    testing::network_options options;
    testing::network network;
    std::string fault; // the first thing that is wrong

    explicit simulated_world(std::uint64_t seed)
        : random(seed)
        , options(draw_options(random))
        , network(context, random.next(), options) {}

    asio::any_io_executor executor() { return context.get_executor(); }
    std::chrono::nanoseconds any_time(std::chrono::nanoseconds most) {
        return std::chrono::nanoseconds(random.below(static_cast<std::uint64_t>(most.count())));
    }

    // Of bytes, so that there are many pieces and not too many.
    std::string any_bytes() {
        const std::uint64_t most = random.between(1, 12 * options.max_piece);
        return numbered_bytes(static_cast<std::size_t>(random.below(most)));
    }

    void expect(bool holds, const char* what, error_code ec = {}) {
        if (!holds && fault.empty())
            fault = ec ? what + (", " + ec.message()) : what;
    }
    bool run() {
        const bool over = network.run(1'000'000);
        expect(over, "it goes on for ever");
        return over;
    }

    pipe_options any_pipe() {
        static constexpr std::size_t segments[] = {1, 2, 7, 64, 1000, 16384};
        static constexpr std::size_t pauses[] = {1, 10, 100, 1000, 65536};
        pipe_options made;
        made.pool = segment_pool({.segment_size = random.pick(segments)});
        made.minimum_segment_size = 1;
        made.pause_threshold = random.pick(pauses);
        if (random.one_in(2))
            made.resume_threshold = random.between(0, made.pause_threshold);
        made.reader_resumption = any_resumption();
        made.writer_resumption = any_resumption();
        return made;
    }

private:
    static testing::network_options draw_options(testing::random_source& random) {
        static constexpr std::size_t pieces[] = {1, 5, 50, 500};
        static constexpr std::size_t windows[] = {1, 100, 3000, 50'000};
        static constexpr std::chrono::milliseconds delays[] = {std::chrono::milliseconds(0),
                                                               std::chrono::milliseconds(1),
                                                               std::chrono::milliseconds(20)};
        testing::network_options made;
        made.max_piece = random.pick(pieces);
        made.window = random.pick(windows);
        made.max_delay = random.pick(delays);
        made.would_block_one_in = random.one_in(2) ? 0 : 4;
        return made;
    }
    resumption any_resumption() {
        return random.one_in(2) ? resumption::dispatch : resumption::post;
    }
};

// Plays a scenario for many seeds, or for the one that SLUICE_SEED names. The scenario is given a
// world and leaves in it what is wrong.
template <class Scenario>
void simulate(const char* name, Scenario play) {
    const bool one = std::getenv("SLUICE_SEED") != nullptr;
    const std::uint64_t first = proof_seed();
    const std::uint64_t count = one ? 1 : proof_amount(150, 170'000, 10'000);
    for (std::uint64_t seed = first; seed != first + count; ++seed) {
        simulated_world world(seed);
        play(world);
        if (!world.fault.empty()) {
            FAIL_CHECK(std::string(name)
                       << ": " << world.fault << "; again with SLUICE_SEED=" << seed);
            return;
        }
    }
    tell_proof(7, std::string(name) + " seeds", count);
}

// Sends bytes in pieces of any size and at any time, and then ends the direction.
class simulated_sender {
public:
    simulated_sender(simulated_world& world, network_stream& stream, std::string text)
        : bytes(std::move(text))
        , world_(world)
        , stream_(stream)
        , pause_(world.executor()) {}

    const std::string bytes;
    bool ends = true; // else it stalls
    std::uint64_t sent = 0;
    bool done = false;
    error_code ec;

    void go_on() {
        if (world_.random.one_in(4)) {
            pause_.expires_after(world_.any_time(std::chrono::milliseconds(30)));
            return pause_.async_wait([this](error_code) { write(); });
        }
        write();
    }

private:
    void write() {
        const std::uint64_t left = bytes.size() - sent;
        if (left == 0)
            return end({});
        const auto n = static_cast<std::size_t>(world_.random.between(1, left));
        stream_.async_write_some(asio::buffer(bytes.data() + sent, n),
                                 [this](error_code e, std::size_t size) {
                                     sent += size;
                                     if (e)
                                         end(e);
                                     else
                                         go_on();
                                 });
    }
    void end(error_code e) {
        ec = e;
        done = true;
        if (!e && ends)
            stream_.shutdown(asio::socket_base::shutdown_send, ec);
    }

    simulated_world& world_;
    network_stream& stream_;
    manual_timer pause_;
};

// Receives what it is to get, however slowly, until the end or an error.
class simulated_receiver {
public:
    simulated_receiver(simulated_world& world, network_stream& stream, std::string_view expected)
        : world_(world)
        , stream_(stream)
        , expected_(expected)
        , pause_(world.executor()) {}

    std::uint64_t received = 0;
    bool done = false, saw_end = false;
    error_code ec;

    void go_on() {
        if (world_.random.one_in(6)) {
            pause_.expires_after(world_.any_time(std::chrono::milliseconds(30)));
            return pause_.async_wait([this](error_code) { read(); });
        }
        read();
    }

private:
    void read() {
        const std::size_t most = world_.random.between(1, memory_.size());
        stream_.async_read_some(asio::buffer(memory_, most), [this](error_code e, std::size_t n) {
            world_.expect(expected_.substr(received, n) == std::string_view(memory_.data(), n),
                          "bytes are out of order");
            received += n;
            if (!e)
                return go_on();
            done = true;
            ec = e;
            saw_end = e == asio::error::eof;
        });
    }

    simulated_world& world_;
    network_stream& stream_;
    const std::string_view expected_;
    manual_timer pause_;
    std::array<char, 3000> memory_;
};

} // namespace sluice::test
