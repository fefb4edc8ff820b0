// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay_options.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>

namespace sluice::detail {

// One direction of a relay.
template <class Executor>
struct relay_path {
    using clock = std::chrono::steady_clock;

    relay_path(const Executor& executor, const pipe_options& options) : pipe(executor, options) {}

    bool over() const noexcept { return !filling && !emptying; }
    // The last bytes of the source are on their way.
    bool draining() const noexcept { return !filling && emptying; }

    void stop_reading() {
        stopped = true;
        source.emit(boost::asio::cancellation_type::terminal);
    }
    void stop() {
        stop_reading();
        sink.emit(boost::asio::cancellation_type::terminal);
    }

    void look(clock::time_point now) noexcept {
        const pipe_statistics stats = pipe.stats();
        if (const std::uint64_t moved = stats.bytes_in + stats.bytes_out; moved != seen) {
            seen = moved;
            moved_at = now;
        }
        if (emptying)
            result.bytes = stats.bytes_out;
    }

    basic_pipe<Executor> pipe;
    boost::asio::cancellation_signal source, sink;
    relay_direction result;
    bool filling = true, emptying = true;
    bool stopped = false; // by the relay, not by a stream
    error_code sink_error;

    std::uint64_t seen = 0; // how much had moved when it was last looked at
    clock::time_point moved_at = clock::now();
    clock::time_point ended_at{}; // the source, or all of it
};

// One async_relay: a pipe and two pumps for each direction, and a timer while there are limits.
template <class StreamA, class StreamB, class Handler>
class run_relay : public joint_operation<run_relay<StreamA, StreamB, Handler>, Handler,
                                         typename StreamA::executor_type> {
    using io_executor = typename StreamA::executor_type;
    using joint = joint_operation<run_relay, Handler, io_executor>;
    friend joint;
    template <auto Next>
    using branch = typename joint::template branch<Next>;
    using path = relay_path<io_executor>;
    using clock = typename path::clock;
    using milliseconds = std::chrono::milliseconds;

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
        if (there_.stopped)
            return;
        pump_options pump;
        pump.max_read_size = options_.max_read_size;
        pump_options filling = pump;
        filling.complete_sink = false; // `filled` does it
        // The sinks first: what a source has at once runs through to them, in here.
        async_pump(there_.pipe.reader, b_, pump,
                   branch<&run_relay::emptied_there>(this, there_.sink.slot()));
        begun_ = 1;
        async_pump(back_.pipe.reader, a_, pump,
                   branch<&run_relay::emptied_back>(this, back_.sink.slot()));
        begun_ = 2;
        async_pump(a_, there_.pipe.writer, filling,
                   branch<&run_relay::filled_there>(this, there_.source.slot()));
        begun_ = 3;
        async_pump(b_, back_.pipe.writer, filling,
                   branch<&run_relay::filled_back>(this, back_.source.slot()));
        begun_ = 4;
        watch();
    }

    void cancel(boost::asio::cancellation_type type) {
        const error_code aborted = boost::asio::error::operation_aborted;
        if ((type & boost::asio::cancellation_type::terminal) !=
            boost::asio::cancellation_type::none)
            return stop(aborted);
        for (path* one : {&there_, &back_})
            if (one->filling) { // what was read is still written
                note(*one, aborted);
                one->stop_reading();
            }
    }
    void fail(error_code ec) {
        stop(ec);
        bool* const pumps[] = {&there_.emptying, &back_.emptying, &there_.filling, &back_.filling};
        for (; begun_ != 4; ++begun_)
            *pumps[begun_] = false; // it never began, and so does not end
        if (there_.over() && back_.over())
            timer_.cancel();
    }

    void filled_there(error_code ec, std::uint64_t) { filled(there_, back_, ec); }
    void filled_back(error_code ec, std::uint64_t) { filled(back_, there_, ec); }
    void emptied_there(error_code ec, std::uint64_t n) { emptied(there_, ec, n); }
    void emptied_back(error_code ec, std::uint64_t n) { emptied(back_, ec, n); }

    // What a source has sent before it failed is delivered; nothing more is brought to it.
    void filled(path& own, path& other, error_code ec) {
        own.filling = false;
        if (!ec && other.sink_error == boost::asio::error::connection_reset)
            ec = other.sink_error; // sockets report it once, and to reading it looks like an end
        if (ec && !own.stopped && !own.pipe.writer.reader_completed()) {
            note(own, ec);
            stop(other, ec);
        }
        own.pipe.writer.complete(ec);
        ended(own);
    }

    void emptied(path& own, error_code ec, std::uint64_t n) {
        own.emptying = false;
        own.result.bytes = n;
        if (ec) {
            if (!own.result.reason)
                own.sink_error = ec;
            note(own, ec);
            own.stop();
        }
        ended(own);
    }

    void ended(path& own) {
        own.ended_at = clock::now();
        if (there_.over() && back_.over())
            timer_.cancel();
        else
            watch();
    }

    void stop(error_code reason) {
        stop(there_, reason);
        stop(back_, reason);
    }
    void stop(path& one, error_code reason) {
        if (one.over())
            return;
        note(one, reason);
        one.stop();
    }

    void note(path& of, error_code reason) {
        if (!of.result.reason)
            of.result.reason = reason;
        if (!error_)
            error_ = reason;
    }

    // ---- time

    // Looks at the limits after an eighth of the shortest one.
    void watch() {
        auto nap = milliseconds::max();
        for (const milliseconds limit : {idle_limit(), half_close_limit()})
            if (limit.count() > 0)
                nap = std::min(nap, limit / 8);
        if (options_.progress)
            nap = std::min(nap, options_.progress_interval);
        if (nap == milliseconds::max())
            return;
        timer_.expires_after(std::clamp<milliseconds>(nap, milliseconds(1), longest_nap));
        timer_.async_wait(branch<&run_relay::look>(this, {}));
    }

    void look(error_code ec, std::uint64_t) {
        if (ec || (there_.over() && back_.over()))
            return;
        const auto now = clock::now();
        there_.look(now);
        back_.look(now);
        const auto last_moved = std::max(there_.moved_at, back_.moved_at);
        if (exceeded(idle_limit(), now - last_moved) || stuck(there_, now) || stuck(back_, now))
            return stop(boost::asio::error::timed_out);
        watch();
        if (options_.progress && last_moved > told_at_ &&
            std::chrono::duration_cast<milliseconds>(now - told_at_) >=
                options_.progress_interval) {
            told_at_ = now;
            options_.progress({there_.result, back_.result});
        }
    }

    bool stuck(const path& one, clock::time_point now) const noexcept {
        if (one.draining())
            return exceeded(half_close_limit(), now - std::max(one.moved_at, one.ended_at));
        return one.over() && exceeded(half_close_limit(), now - one.ended_at);
    }

    static bool exceeded(milliseconds limit, clock::duration time) noexcept {
        return limit.count() > 0 && std::chrono::duration_cast<milliseconds>(time) >= limit;
    }

    milliseconds idle_limit() const noexcept { return options_.idle_timeout; }
    // None before a source has ended.
    milliseconds half_close_limit() const noexcept {
        return there_.filling && back_.filling ? milliseconds(0) : options_.half_close_timeout;
    }

    std::tuple<error_code, relay_result> outcome() const {
        return {error_, {there_.result, back_.result}};
    }

    static constexpr milliseconds longest_nap = std::chrono::hours(1);

    StreamA& a_;
    StreamB& b_;
    const relay_options options_;
    path there_, back_;
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, io_executor> timer_;
    clock::time_point told_at_ = clock::now();
    error_code error_;
    unsigned begun_ = 0; // pumps
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
