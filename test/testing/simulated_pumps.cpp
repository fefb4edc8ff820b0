// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 7 of the reliability programme: stream to pipe to stream, over a bad network.
#include "support/simulation.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>

using namespace sluice;
using namespace sluice::test;

namespace {

// A pump that is cancelled now and then, and started again.
template <class From, class To>
class pump_under_test {
public:
    pump_under_test(simulated_world& world, From& from, To& to)
        : world_(world)
        , from_(from)
        , to_(to)
        , pause_(world.executor()) {
        options_.max_read_size = world.random.between(1, 2 * world.options.max_piece);
    }

    std::uint64_t moved = 0;
    bool done = false;
    error_code ec;
    unsigned cancellations = 0; // to come

    void start() {
        async_pump(
            from_, to_, options_,
            asio::bind_cancellation_slot(signal_.slot(), [this](error_code e, std::uint64_t n) {
                world_.expect(running_, "a pump completes twice");
                running_ = false;
                moved += n;
                if (e == asio::error::operation_aborted && aborted_)
                    return start();
                done = true;
                ec = e;
                pause_.cancel();
            }));
        world_.expect(!running_, "a pump completes inside its initiating function");
        running_ = true;
        aborted_ = false;
        cancel_later();
    }

private:
    void cancel_later() {
        if (cancellations == 0)
            return;
        pause_.expires_after(world_.any_time(std::chrono::milliseconds(40)));
        pause_.async_wait([this](error_code e) {
            static constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                                asio::cancellation_type::partial,
                                                                asio::cancellation_type::total};
            if (e || cancellations == 0 || done)
                return;
            --cancellations;
            aborted_ = true;
            signal_.emit(world_.random.pick(types));
        });
    }

    simulated_world& world_;
    From& from_;
    To& to_;
    pump_options options_;
    asio::cancellation_signal signal_;
    manual_timer pause_;
    bool running_ = false, aborted_ = false;
};

template <class Stream>
void play_pumps(simulated_world& world) {
    auto left = world.network.connect<Stream>(), right = world.network.connect<Stream>();
    network_stream client = std::move(left.first), server = std::move(right.second);
    Stream &source = left.second, &sink = right.first;
    const pipe_options options = world.any_pipe();
    sluice::pipe between(world.executor(), options);
    simulated_sender sender(world, client, world.any_bytes());
    simulated_receiver receiver(world, server, sender.bytes);
    pump_under_test in(world, source, between.writer);
    pump_under_test out(world, between.reader, sink);
    if (world.random.one_in(2))
        in.cancellations = out.cancellations = 4;
    enum { all_well, client_resets, server_resets } kind = all_well;
    manual_timer trouble(world.executor());
    if (world.random.one_in(3)) {
        kind = world.random.one_in(2) ? client_resets : server_resets;
        trouble.expires_after(world.any_time(std::chrono::milliseconds(500)));
        trouble.async_wait([&](error_code) { (kind == client_resets ? client : server).reset(); });
    }
    sender.go_on();
    receiver.go_on();
    in.start();
    out.start();
    if (!world.run())
        return;
    if (in.ec || out.ec) { // a failure is no end: the streams are their owner's to close
        source.reset();
        sink.reset();
        world.run();
    }

    world.expect(sender.done, "the sender hangs");
    world.expect(in.done, "the pump from the stream hangs");
    world.expect(out.done, "the pump to the stream hangs");
    world.expect(receiver.done, "the receiver hangs");
    world.expect(receiver.received <= out.moved && out.moved <= in.moved && in.moved <= sender.sent,
                 "a count is wrong");
    if (kind == all_well || (!in.ec && !out.ec && receiver.saw_end)) {
        world.expect(!in.ec && !out.ec, "a pump fails for no reason");
        world.expect(receiver.saw_end, "no end arrives");
        world.expect(receiver.received == sender.sent, "bytes are lost");
        world.expect(in.moved == sender.sent && out.moved == sender.sent, "a count is wrong");
    }
    if (receiver.saw_end)
        world.expect(!in.ec && !out.ec, "a failure looks like an end");
    world.expect(options.pool.stats().bytes_in_use == 0, "memory is not given back");
    world.expect(world.context.outstanding_work() == 0, "work is left");
}

} // namespace

TEST_CASE("simulation: stream to pipe to stream, cancelled and reset at any time") {
    simulate("pumps between streams", play_pumps<network_stream>);
}

TEST_CASE("simulation: socket to pipe to socket, cancelled and reset at any time") {
    simulate("pumps between sockets", play_pumps<network_socket>);
}
