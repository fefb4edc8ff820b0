// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <memory>

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

// One async_run: a pump in each direction; then, if the input was given up here, what the peer
// still sends is dropped for a while.
template <class Connection, class Handler>
class run_connection : connection_run,
                       public joint_operation<run_connection<Connection, Handler>, Handler,
                                              typename Connection::executor_type> {
    using io_executor = typename Connection::executor_type;
    using joint = joint_operation<run_connection, Handler, io_executor>;
    friend joint;
    template <auto Next>
    using branch = typename joint::template branch<Next>;

    run_connection(Handler&& handler, Connection& connection)
        : joint(std::move(handler), connection.get_executor())
        , connection_(connection) {
        connection_.run_ = this;
    }
    ~run_connection() {
        if (!orphaned)
            connection_.run_ = nullptr;
    }

    struct lingering {
        explicit lingering(const io_executor& executor) : timer(executor) {}
        boost::asio::steady_timer timer;
        std::array<std::byte, 4096> dropped;
    };

    void begin() {
        branch<&run_connection::sent> sending(this, output.slot());
        async_pump(connection_.stream_, connection_.input_.writer, connection_.pump_,
                   branch<&run_connection::received>(this, input.slot()));
        async_pump(connection_.output_.reader, connection_.stream_, connection_.pump_,
                   std::move(sending));
        if (connection_.cancelled_)
            stop();
    }

    void cancel(boost::asio::cancellation_type) { connection_.cancel(); }

    void fail(error_code ec) {
        note(ec);
        stop();
        failed_ = true;
    }

    void received(error_code ec, std::uint64_t) {
        receiving_ = false;
        given_up_ = connection_.input_.writer.reader_completed();
        if (!given_up_)
            note(ec);
        if (connection_.cancelled_)
            connection_.input_.writer.complete(boost::asio::error::operation_aborted);
        if (watching_)
            watch_.emit(boost::asio::cancellation_type::terminal);
        linger_if_due();
    }

    void sent(error_code ec, std::uint64_t) {
        sending_ = false;
        note(ec);
        if (connection_.cancelled_)
            connection_.output_.reader.complete(boost::asio::error::operation_aborted);
        if (!receiving_)
            return linger_if_due();
        watching_ = true;
        connection_.input_.writer.async_wait_reader_completed(
            branch<&run_connection::watched>(this, watch_.slot()));
    }

    // Nobody wants the input any more, and nothing is to be sent.
    void watched(error_code, std::uint64_t) {
        watching_ = false;
        if (receiving_)
            input.emit(boost::asio::cancellation_type::terminal);
    }

    void linger_if_due() {
        const auto limit = connection_.linger_;
        if (receiving_ || sending_ || !given_up_ || error_ || connection_.cancelled_ ||
            limit.count() <= 0)
            return;
        linger_ = std::make_unique<lingering>(connection_.get_executor());
        linger_->timer.expires_after(limit);
        linger_->timer.async_wait(branch<&run_connection::lingered>(this, output.slot()));
        drop();
    }

    void drop() {
        connection_.stream_.async_read_some(boost::asio::buffer(linger_->dropped),
                                            branch<&run_connection::dropped>(this, input.slot()));
    }

    void dropped(error_code ec, std::uint64_t) {
        if (!ec && !linger_over_)
            return drop();
        output.emit(boost::asio::cancellation_type::terminal);
    }

    void lingered(error_code, std::uint64_t) {
        linger_over_ = true;
        input.emit(boost::asio::cancellation_type::terminal);
    }

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

    Connection& connection_;
    boost::asio::cancellation_signal watch_;
    std::unique_ptr<lingering> linger_;
    error_code error_;
    bool receiving_ = true, sending_ = true, watching_ = false;
    bool given_up_ = false; // the input was completed here
    bool linger_over_ = false;
    bool failed_ = false;
};

} // namespace sluice::detail
