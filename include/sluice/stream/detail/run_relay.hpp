// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay_options.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace sluice::detail {

// One async_relay: a pipe and two pumps for each direction, and a timer.
template <class StreamA, class StreamB, class Handler>
class run_relay : public joint_operation<run_relay<StreamA, StreamB, Handler>, Handler,
                                         typename StreamA::executor_type> {
    using io_executor = typename StreamA::executor_type;
    using joint = joint_operation<run_relay, Handler, io_executor>;
    friend joint;
    template <void (run_relay::*Next)(error_code, std::uint64_t)>
    using branch = typename joint::template branch<Next>;
    using clock = std::chrono::steady_clock;

    struct direction {
        direction(const io_executor& executor, const pipe_options& options)
            : pipe(executor, options) {}

        bool over() const noexcept { return !filling && !emptying; }
        void stop() {
            source.emit(boost::asio::cancellation_type::terminal);
            sink.emit(boost::asio::cancellation_type::terminal);
        }

        basic_pipe<io_executor> pipe;
        boost::asio::cancellation_signal source, sink;
        relay_direction result;
        bool filling = true, emptying = true;
    };

    run_relay(Handler&& handler, StreamA& a, StreamB& b, const relay_options& options)
        : joint(std::move(handler), a.get_executor())
        , a_(a)
        , b_(b)
        , options_(options)
        , there_(a.get_executor(), options.between)
        , back_(a.get_executor(), options.between)
        , timer_(a.get_executor()) {}
    ~run_relay() = default;

    void begin() {
        if (auto slot = this->slot(); slot.is_connected())
            slot.assign([this](boost::asio::cancellation_type) {
                stop(boost::asio::error::operation_aborted);
            });
        pump_options pump;
        pump.max_read_size = options_.max_read_size;
        branch<&run_relay::emptied_there> to_b(this, there_.sink.slot());
        branch<&run_relay::filled_back> from_b(this, back_.source.slot());
        branch<&run_relay::emptied_back> to_a(this, back_.sink.slot());
        async_pump(a_, there_.pipe.writer, pump,
                   branch<&run_relay::filled_there>(this, there_.source.slot()));
        async_pump(there_.pipe.reader, b_, pump, std::move(to_b));
        async_pump(b_, back_.pipe.writer, pump, std::move(from_b));
        async_pump(back_.pipe.reader, a_, pump, std::move(to_a));
        if (options_.idle_timeout.count() > 0)
            wait();
    }

    void filled_there(error_code ec, std::uint64_t) { filled(there_, back_, ec); }
    void filled_back(error_code ec, std::uint64_t) { filled(back_, there_, ec); }
    void emptied_there(error_code ec, std::uint64_t n) { emptied(there_, back_, ec, n); }
    void emptied_back(error_code ec, std::uint64_t n) { emptied(back_, there_, ec, n); }

    // The source of a direction is over. If it failed, nobody is there to be written to either.
    void filled(direction& own, direction& other, error_code ec) {
        own.filling = false;
        const bool sink_failed = own.pipe.writer.reader_completed();
        if (ec && !sink_failed) {
            note(own, ec);
            if (!other.over()) {
                note(other, ec);
                other.stop();
            }
        }
        ended(own, other);
    }

    void emptied(direction& own, direction& other, error_code ec, std::uint64_t n) {
        own.emptying = false;
        own.result.bytes = n;
        if (ec)
            note(own, ec);
        if (own.filling)
            own.source.emit(boost::asio::cancellation_type::terminal);
        ended(own, other);
    }

    void ended(const direction& own, const direction& other) {
        if (own.over() && other.over()) {
            timer_.cancel();
        } else if (own.over() && !half_closed_) {
            half_closed_ = true;
            give_up_at_ = clock::now() + options_.half_close_timeout;
            if (options_.half_close_timeout.count() > 0)
                wait();
        }
    }

    void stop(error_code reason) {
        for (direction* one : {&there_, &back_})
            if (!one->over()) {
                note(*one, reason);
                one->stop();
            }
    }

    void note(direction& of, error_code ec) {
        if (!of.result.reason)
            of.result.reason = ec;
        if (!error_)
            error_ = ec;
    }

    // ---- time

    // One wait for both limits; a new one replaces the old.
    void wait() {
        auto until = clock::time_point::max();
        if (half_closed_ && options_.half_close_timeout.count() > 0)
            until = give_up_at_;
        if (options_.idle_timeout.count() > 0)
            until = std::min(until, clock::now() + std::max(options_.idle_timeout / 8,
                                                            std::chrono::milliseconds(1)));
        timer_.expires_at(until);
        timer_.async_wait(branch<&run_relay::waited>(this, timing_.slot()));
    }

    void waited(error_code ec, std::uint64_t) {
        if (ec || (there_.over() && back_.over()))
            return;
        const auto now = clock::now();
        const std::uint64_t moved = progress();
        if (moved != moved_) {
            moved_ = moved;
            moved_at_ = now;
        }
        const bool idle =
            options_.idle_timeout.count() > 0 && now - moved_at_ >= options_.idle_timeout;
        const bool half_closed_too_long =
            half_closed_ && options_.half_close_timeout.count() > 0 && now >= give_up_at_;
        if (idle || half_closed_too_long)
            return stop(boost::asio::error::timed_out);
        wait();
    }

    std::uint64_t progress() const noexcept {
        std::uint64_t bytes = 0;
        for (const direction* one : {&there_, &back_}) {
            const pipe_statistics stats = one->pipe.stats();
            bytes += stats.bytes_in + stats.bytes_out;
        }
        return bytes;
    }

    std::tuple<error_code, relay_result> outcome() const {
        return {error_, {there_.result, back_.result}};
    }

    StreamA& a_;
    StreamB& b_;
    const relay_options options_;
    direction there_, back_;
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, io_executor> timer_;
    boost::asio::cancellation_signal timing_;
    error_code error_;
    clock::time_point give_up_at_, moved_at_ = clock::now();
    std::uint64_t moved_ = 0;
    bool half_closed_ = false;
};

template <class StreamA, class StreamB>
struct start_relay {
    using executor_type = typename StreamA::executor_type;
    executor_type get_executor() const noexcept { return a->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, const relay_options& options) const {
        run_relay<StreamA, StreamB, std::decay_t<Handler>>::start(
            std::decay_t<Handler>(std::forward<Handler>(handler)), *a, *b, options);
    }

    StreamA* a;
    StreamB* b;
};

} // namespace sluice::detail
