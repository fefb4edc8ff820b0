// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/pump.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/recycling_allocator.hpp>
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
class run_connection : connection_run {
    using io_executor = typename Connection::executor_type;
    using allocator =
        boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
    using own_allocator =
        typename std::allocator_traits<allocator>::template rebind_alloc<run_connection>;

public:
    static void start(Connection& connection, Handler&& handler) {
        own_allocator memory(allocator_of(handler));
        run_connection* run = memory.allocate(1);
        try {
            new (run) run_connection(connection, std::move(handler));
        } catch (...) {
            memory.deallocate(run, 1);
            throw;
        }
        run->begin();
    }

private:
    // The handler of each operation that runs. All of them share ownership: the last one that is
    // dropped without a call, as at a context's end, takes the run with it.
    template <void (run_connection::*Next)(error_code, std::uint64_t)>
    struct branch {
        branch(run_connection* owner, boost::asio::cancellation_slot where) noexcept
            : run(owner)
            , slot(where) {
            ++run->branches_;
        }
        branch(branch&& other) noexcept
            : run(std::exchange(other.run, nullptr))
            , slot(other.slot) {}
        ~branch() {
            if (run != nullptr && --run->branches_ == 0)
                run->destroy();
        }

        using executor_type = boost::asio::associated_executor_t<Handler, io_executor>;
        executor_type get_executor() const noexcept {
            return boost::asio::get_associated_executor(run->handler_,
                                                        run->connection_.get_executor());
        }
        using allocator_type = allocator;
        allocator_type get_allocator() const noexcept { return allocator_of(run->handler_); }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }

        void operator()(error_code ec, std::uint64_t n = 0) {
            run_connection* self = std::exchange(run, nullptr);
            (self->*Next)(ec, n);
            if (--self->branches_ == 0)
                self->finish();
        }

        run_connection* run;
        boost::asio::cancellation_slot slot;
    };

    struct lingering {
        explicit lingering(const io_executor& executor) : timer(executor) {}
        boost::asio::steady_timer timer;
        std::array<std::byte, 4096> dropped;
    };

    run_connection(Connection& connection, Handler&& handler)
        : connection_(connection)
        , handler_(std::move(handler)) {}

    static allocator allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    void begin() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([c = &connection_](boost::asio::cancellation_type) { c->cancel(); });
        connection_.run_ = this;
        branch<&run_connection::sent> sending(this, output.slot());
        async_pump(connection_.stream_, connection_.input_.writer, connection_.pump_,
                   branch<&run_connection::received>(this, input.slot()));
        async_pump(connection_.output_.reader, connection_.stream_, connection_.pump_,
                   std::move(sending));
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

    void finish() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.clear();
        const error_code ec =
            connection_.cancelled_ ? error_code(boost::asio::error::operation_aborted) : error_;
        Handler handler = destroy();
        std::move(handler)(ec);
    }

    Handler destroy() {
        if (!orphaned)
            connection_.run_ = nullptr;
        own_allocator memory(allocator_of(handler_));
        Handler handler(std::move(handler_));
        this->~run_connection();
        memory.deallocate(this, 1);
        return handler;
    }

    Connection& connection_;
    Handler handler_;
    boost::asio::cancellation_signal watch_;
    std::unique_ptr<lingering> linger_;
    error_code error_;
    unsigned branches_ = 0;
    bool receiving_ = true, sending_ = true, watching_ = false;
    bool given_up_ = false; // the input was completed here
    bool linger_over_ = false;
};

} // namespace sluice::detail
