// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/relay_peer.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/relay.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <memory_resource>
#include <utility>

namespace sluice::test {

using tcp_stream = asio::ip::tcp::socket;
using local_stream = asio::local::stream_protocol::socket;
using duplex_stream = pipe_stream<>;

// Streams connected to each other, between which little can be on its way.
template <class Stream>
struct connector {
    using pair = std::conditional_t<std::is_same_v<Stream, tcp_stream>, tcp_pair, local_pair>;
    static std::pair<Stream, Stream> connect(asio::io_context& context) {
        pair made(context);
        for (Stream* one : {&made.near, &made.far}) {
            one->set_option(asio::socket_base::send_buffer_size(32 * 1024));
            one->set_option(asio::socket_base::receive_buffer_size(32 * 1024));
            if constexpr (std::is_same_v<Stream, tcp_stream>)
                one->set_option(asio::ip::tcp::no_delay(true)); // what is sent arrives at once
        }
        return {std::move(made.near), std::move(made.far)};
    }
};
template <>
struct connector<duplex_stream> {
    static std::pair<duplex_stream, duplex_stream> connect(asio::io_context& context) {
        pipe_options options;
        options.pause_threshold = 20'000;
        return make_pipe_streams(asio::any_io_executor(context.get_executor()), options);
    }
};
template <class Stream>
std::pair<Stream, Stream> connected(asio::io_context& context) {
    return connector<Stream>::connect(context);
}

// What became of a relay.
struct relay_outcome {
    unsigned calls = 0;
    error_code ec;
    relay_result result;

    bool done() const noexcept { return calls == 1; }

    // What the handler owns dies with its call.
    struct handler_type {
        relay_outcome* outcome;
        std::shared_ptr<void> owned;

        void operator()(error_code e, const relay_result& r) {
            ++outcome->calls;
            outcome->ec = e;
            outcome->result = r;
            owned.reset();
        }
    };
    handler_type handler(std::shared_ptr<void> owned = {}) { return {this, std::move(owned)}; }
};

// The same streams, relayed without the system's own way.
template <class Stream>
struct by_hand {};
template <class Kind>
struct relay_kind {
    using stream = Kind;
    static constexpr bool system_copy = true;
};
template <class Stream>
struct relay_kind<by_hand<Stream>> {
    using stream = Stream;
    static constexpr bool system_copy = false;
};

// client <> a, which is relayed to b <> server
template <class Kind>
struct relayed {
    using Stream = typename relay_kind<Kind>::stream;
    static constexpr bool by_system =
        relay_kind<Kind>::system_copy && !std::is_same_v<Stream, duplex_stream>;
    asio::io_context context;
    segment_pool pool{{.segment_size = 1000}};
    relay_options options;
    relay_outcome outcome;
    asio::cancellation_signal signal;
    std::pmr::memory_resource* memory = std::pmr::new_delete_resource();
    std::pair<Stream, Stream> left = connected<Stream>(context), right = connected<Stream>(context);
    Stream &a = left.second, &b = right.first;
    relay_peer<Stream> client{std::move(left.first)}, server{std::move(right.second)};

    relayed() {
        options.between.pool = pool;
        options.between.minimum_segment_size = 1;
        options.between.pause_threshold = 10'000;
        options.max_read_size = 4000;
        options.system_copy = relay_kind<Kind>::system_copy;
    }

    // One type of handler for all tests: each type of it costs the compiler seconds.
    void start(std::shared_ptr<void> owned = {}) { start(a, b, std::move(owned)); }
    void start(Stream& first, Stream& second, std::shared_ptr<void> owned = {}) {
        async_relay(
            first, second, options,
            asio::bind_cancellation_slot(
                signal.slot(), asio::bind_allocator(std::pmr::polymorphic_allocator<>(memory),
                                                    outcome.handler(std::move(owned)))));
    }
    // Runs all there is to run.
    void settle() {
        for (int idle = 0; idle != 2; ++idle) {
            context.restart();
            if (context.poll() != 0)
                idle = -1;
        }
    }
    // Runs until the relay is over; false if nothing happens for long.
    bool finish() {
        run_until([this] { return outcome.calls != 0; });
        return outcome.done();
    }
    // Runs until all has arrived that the relay has brought on its way. The kernel may take its
    // time if there was no room for it.
    void deliver() {
        const auto arrived = [](const relay_direction& one, const relay_peer<Stream>& sink) {
            return !sink.is_open() ||
                   (sink.received() >= one.bytes && (one.reason || sink.saw_end()));
        };
        run_until([&] {
            return arrived(outcome.result.a_to_b, server) && arrived(outcome.result.b_to_a, client);
        });
        settle();
    }
    template <class Condition>
    void run_until(Condition met) {
        context.restart();
        while (!met() && context.run_one_for(std::chrono::seconds(5)) != 0)
            ; // as long as anything happens
    }
};

} // namespace sluice::test
