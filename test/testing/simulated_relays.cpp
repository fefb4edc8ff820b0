// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 7 of the reliability programme: a relay over a bad network, with half-close, resets,
// cancellation and limits of time.
#include "support/simulation.hpp"
#include <sluice/stream/relay.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace sluice;
using namespace sluice::test;

namespace {

enum class trouble { none, reset, stall, cancel };

// Who sits at the far end of a relayed stream.
struct far_side {
    network_stream stream;
    simulated_sender sender;
    simulated_receiver receiver;

    far_side(simulated_world& world, network_stream s, std::string sends, std::string_view expects)
        : stream(std::move(s))
        , sender(world, stream, std::move(sends))
        , receiver(world, stream, expects) {}

    void start() {
        sender.go_on();
        receiver.go_on();
    }
};

template <class Stream>
class relay_under_test {
public:
    explicit relay_under_test(simulated_world& world)
        : world_(world)
        , left_(world.network.connect<Stream>())
        , right_(world.network.connect<Stream>())
        , client_(world, std::move(left_.first), world.any_bytes(), answer_)
        , server_(world, std::move(right_.second), answer_, client_.sender.bytes)
        , later_(world.executor()) {
        options_.between = world.any_pipe();
        options_.max_read_size = world.random.between(1, 2 * world.options.max_piece);
        // Longer than the slowest network needs for the longest answer, byte by byte.
        options_.half_close_timeout = std::chrono::seconds(world.random.one_in(2) ? 0 : 600);
        if (kind_ == trouble::stall || world.random.one_in(3))
            options_.idle_timeout = std::chrono::seconds(20);
    }

    void play() {
        if (kind_ == trouble::stall)
            side_in_trouble_.sender.ends = false;
        async_relay(left_.second, right_.first, options_,
                    asio::bind_cancellation_slot(signal_.slot(),
                                                 [this](error_code ec, const relay_result& result) {
                                                     ++calls_;
                                                     ec_ = ec;
                                                     result_ = result;
                                                 }));
        world_.expect(calls_ == 0, "the relay completes inside its initiating function");
        client_.start();
        server_.start();
        if (kind_ == trouble::reset || kind_ == trouble::cancel) {
            later_.expires_after(world_.any_time(std::chrono::milliseconds(300)));
            later_.async_wait([this](error_code) { strike(); });
        }
        if (!world_.run())
            return;
        world_.expect(calls_ == 1, "the relay hangs, or completes twice");
        if (ec_) { // a failure is no end: the streams are their owner's to close
            left_.second.reset();
            right_.first.reset();
            world_.run();
        }
        check(result_.a_to_b, client_, server_);
        check(result_.b_to_a, server_, client_);
        check_reason();
        world_.expect(options_.between.pool.stats().bytes_in_use == 0, "memory is not given back");
        world_.expect(world_.context.outstanding_work() == 0, "work is left");
    }

private:
    void strike() {
        static constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                            asio::cancellation_type::partial,
                                                            asio::cancellation_type::total};
        if (kind_ == trouble::reset)
            return side_in_trouble_.stream.reset();
        signal_.emit(world_.random.pick(types));
    }

    void check(const relay_direction& one, const far_side& from, const far_side& to) {
        world_.expect(from.sender.done && to.receiver.done, "a far side hangs");
        world_.expect(one.bytes <= from.sender.sent, "the relay counts too much");
        world_.expect(to.receiver.received <= one.bytes, "bytes come from nowhere");
        if (kind_ != trouble::reset)
            world_.expect(to.receiver.received == one.bytes, "the relay's count is wrong");
        if (one.reason) {
            world_.expect(!to.receiver.saw_end, "a failure looks like an end", one.reason);
        } else if (kind_ != trouble::reset) {
            world_.expect(one.bytes == from.sender.sent, "bytes are lost");
            world_.expect(to.receiver.saw_end, "no end arrives");
        }
        if (kind_ == trouble::stall)
            world_.expect(one.bytes == from.sender.sent, "bytes are lost before a time limit");
    }

    void check_reason() {
        const bool both_ended = !result_.a_to_b.reason && !result_.b_to_a.reason;
        world_.expect(ec_ ? ec_ == result_.a_to_b.reason || ec_ == result_.b_to_a.reason
                          : both_ended,
                      "the error is not that of a direction");
        switch (kind_) {
        case trouble::none:
            return world_.expect(!ec_, "the relay fails for no reason", ec_);
        case trouble::stall:
            return world_.expect(ec_ == asio::error::timed_out, "no time limit");
        case trouble::cancel:
            return world_.expect(ec_ == asio::error::operation_aborted || !ec_, "another error",
                                 ec_);
        case trouble::reset:
            return world_.expect(!ec_ || ec_ == asio::error::connection_reset ||
                                     ec_ == asio::error::broken_pipe,
                                 "another error", ec_);
        }
    }

    static trouble draw(testing::random_source& random) {
        static constexpr trouble kinds[] = {trouble::none, trouble::none, trouble::reset,
                                            trouble::stall, trouble::cancel};
        return random.pick(kinds);
    }

    simulated_world& world_;
    const trouble kind_ = draw(world_.random);
    std::pair<Stream, Stream> left_, right_;
    const std::string answer_ = world_.any_bytes();
    far_side client_, server_;
    far_side& side_in_trouble_ = world_.random.one_in(2) ? client_ : server_;
    manual_timer later_;
    relay_options options_;
    asio::cancellation_signal signal_;
    unsigned calls_ = 0;
    error_code ec_;
    relay_result result_;
};

template <class Stream>
void play_relay(simulated_world& world) {
    relay_under_test<Stream>(world).play();
}

} // namespace

TEST_CASE("simulation: a relay between streams") {
    simulate("relays between streams", play_relay<network_stream>);
}

TEST_CASE("simulation: a relay between sockets") {
    simulate("relays between sockets", play_relay<network_socket>);
}

TEST_CASE(
    "simulation: a relay that is cancelled when a direction has just ended tells that it has") {
    simulated_world world(215);
    play_relay<network_socket>(world);
    CHECK(world.fault.empty());
}
