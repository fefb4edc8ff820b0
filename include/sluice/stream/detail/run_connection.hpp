// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// How a running connection is told to stop.
struct connection_run {
    void stop() {
        input.emit(boost::asio::cancellation_type::terminal);
        output.emit(boost::asio::cancellation_type::terminal);
    }

    boost::asio::cancellation_signal input, output;
    bool orphaned = false; // the connection went first, as it may at a context's end
};

struct no_handshake {};

// One async_run: perhaps a handshake; a pump in each direction; then, if the input was given up
// here, what the peer still sends is dropped for a while.
template <class Connection, class Side, class Associates>
class run_connection : connection_run,
                       public joint_operation<run_connection<Connection, Side, Associates>,
                                              typename Connection::executor_type, Associates> {
    using joint = joint_operation<run_connection, typename Connection::executor_type, Associates>;
    friend joint;
    using branch = typename joint::branch;
    using clock = stream_clock_t<typename Connection::stream_type>;

    run_connection(const typename joint::foundation& base, Connection& connection, Side side)
        : joint(base)
        , connection_(connection)
        , side_(side) {
        connection_.run_ = this;
    }
    ~run_connection() {
        if (!orphaned)
            connection_.run_ = nullptr;
    }

    void begin() {
        if constexpr (std::is_same_v<Side, no_handshake>)
            pump();
        else if (connection_.cancelled_)
            shaken(boost::asio::error::operation_aborted, 0);
        else
            shake_hands();
    }

    void cancel(boost::asio::cancellation_type) { connection_.cancel(); }

    void fail(error_code ec) override {
        note(ec);
        failed_ = true;
        stop();
    }

    // ---- the handshake

    void shake_hands() {
        shaking_ = true;
        const auto limit = connection_.handshake_timeout_;
        if (limit.count() > 0)
            wait(&run_connection::waited_for_hand, limit);
        connection_.stream_.async_handshake(side_,
                                            branch(&run_connection::shaken, this, input.slot()));
    }

    void waited_for_hand(error_code ec, std::uint64_t) {
        if (ec || !shaking_)
            return;
        time_over_ = true;
        input.emit(boost::asio::cancellation_type::terminal);
    }

    void shaken(error_code ec, std::uint64_t) {
        shaking_ = false;
        end_wait();
        if (std::exchange(time_over_, false))
            ec = boost::asio::error::timed_out;
        if (connection_.cancelled_)
            ec = boost::asio::error::operation_aborted;
        if (!ec)
            return pump();
        note(ec);
        failed_ = true;
    }

    // ---- its life

    void pump() {
        branch sending(&run_connection::sent, this, output.slot());
        async_pump(connection_.stream_, connection_.input_.writer, connection_.pump_,
                   branch(&run_connection::received, this, input.slot()));
        async_pump(connection_.output_.reader, connection_.stream_, connection_.pump_,
                   std::move(sending));
        if (connection_.cancelled_)
            stop();
    }

    void received(error_code ec, std::uint64_t) {
        receiving_ = false;
        given_up_ = connection_.input_.writer.reader_completed();
        if (!given_up_)
            note(ec);
        if (const error_code reason = end_of(ec))
            connection_.input_.writer.complete(reason);
        if (watching_)
            watch_.emit(boost::asio::cancellation_type::terminal);
        part_if_due();
    }

    void sent(error_code ec, std::uint64_t) {
        sending_ = false;
        note(ec);
        if (const error_code reason = end_of(ec))
            connection_.output_.reader.complete(reason);
        if (!receiving_ || failed_)
            return part_if_due();
        watching_ = true;
        connection_.input_.writer.async_wait_reader_completed(
            branch(&run_connection::watched, this, watch_.slot()));
    }

    // What an end is told whose pump is over: one that was aborted, or out of time, has left it
    // open.
    error_code end_of(error_code ec) const noexcept {
        return connection_.cancelled_ ? error_code(boost::asio::error::operation_aborted) : ec;
    }

    // Nobody wants the input any more, and nothing is to be sent.
    void watched(error_code, std::uint64_t) {
        watching_ = false;
        if (receiving_)
            input.emit(boost::asio::cancellation_type::terminal);
    }

    // ---- its end

    void part_if_due() {
        if (receiving_ || sending_ || error_ || connection_.cancelled_)
            return;
        if constexpr (async_closable<typename Connection::stream_type>)
            shut_down();
        else if (given_up_ && connection_.linger_.count() > 0)
            linger();
    }

    void linger() {
        dropped_ = std::make_unique<drain>();
        wait(&run_connection::lingered, connection_.linger_);
        drop();
    }

    void drop() {
        connection_.stream_.async_read_some(boost::asio::buffer(*dropped_),
                                            branch(&run_connection::dropped, this, input.slot()));
    }

    void dropped(error_code ec, std::uint64_t) {
        if (!ec && !time_over_)
            return drop();
        end_wait();
    }

    // Sends the end of the stream, and waits for the peer's.
    void shut_down() {
        wait(&run_connection::lingered, connection_.linger_);
        connection_.stream_.async_shutdown(
            branch(&run_connection::was_shut_down, this, input.slot()));
    }

    void was_shut_down(error_code ec, std::uint64_t) {
        if (!given_up_)
            note(ec);
        end_wait();
    }

    void lingered(error_code, std::uint64_t) {
        time_over_ = true;
        input.emit(boost::asio::cancellation_type::terminal);
    }

    // ---- time, while nothing is being sent

    void wait(typename joint::member next, std::chrono::milliseconds limit) {
        timer_.emplace(connection_.get_executor());
        timer_->expires_after(limit);
        timer_->async_wait(branch(next, this, output.slot()));
    }

    void end_wait() { output.emit(boost::asio::cancellation_type::terminal); }

    void note(error_code ec) {
        if (ec && !error_)
            error_ = ec;
    }

    std::tuple<error_code> outcome() {
        if (failed_) { // perhaps before there was a pump to complete them
            connection_.input_.writer.complete(error_);
            connection_.output_.reader.complete(error_);
        }
        return connection_.cancelled_ ? error_code(boost::asio::error::operation_aborted) : error_;
    }

    using drain = std::array<std::byte, 4096>;

    Connection& connection_;
    const Side side_;
    boost::asio::cancellation_signal watch_;
    std::optional<boost::asio::basic_waitable_timer<clock>> timer_;
    std::unique_ptr<drain> dropped_;
    error_code error_;
    bool shaking_ = false;
    bool receiving_ = true, sending_ = true, watching_ = false;
    bool given_up_ = false; // the input was completed here
    bool time_over_ = false;
    bool failed_ = false;
};

} // namespace sluice::detail
