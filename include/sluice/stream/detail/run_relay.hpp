// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/pipe_state.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/relay_path.hpp>
#include <sluice/stream/detail/splice_streams.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/detail/time_limits.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay_options.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <chrono>
#include <limits>

namespace sluice::detail {

// One async_relay: a pipe and two pumps for each direction, and a timer while there are limits.
template <class StreamA, class StreamB, class Associates>
class run_relay : public joint_operation<run_relay<StreamA, StreamB, Associates>,
                                         typename StreamA::executor_type, Associates> {
    using io_executor = typename StreamA::executor_type;
    using joint = joint_operation<run_relay, io_executor, Associates>;
    friend joint;
    using branch = typename joint::branch;
    using clock = stream_clock_t<StreamA>;
    using path = relay_path<io_executor, clock>;
    using milliseconds = std::chrono::milliseconds;

    run_relay(const typename joint::foundation& base, StreamA& a, StreamB& b,
              const relay_options& options)
        : joint(base)
        , a_(a)
        , b_(b)
        , options_(options)
        , timer_(a.get_executor()) {
        (void)pipe_state::resume_threshold_of(options.between); // throws where the user can see it
    }
    ~run_relay() = default;

    void begin() {
        if (there_.stopped)
            return;
        const bool by_system = options_.system_copy && can_splice(a_, b_);
        prepare(there_, by_system);
        prepare(back_, by_system);
        // The sinks first: what a source has at once runs through to them, in here.
        empty(&run_relay::emptied_there, there_, back_, a_, b_);
        empty(&run_relay::emptied_back, back_, there_, b_, a_);
        fill(&run_relay::filled_there, there_, a_);
        fill(&run_relay::filled_back, back_, b_);
        for (path* one :
             {&there_, &back_}) // one that had not begun may have been stopped by the other
            if (one->stopped && !one->over())
                one->stop();
        watch();
    }

    void prepare(path& one, bool by_system) {
        if (!by_system)
            one.pipe.emplace(this->executor(), options_.between);
    }

    template <class From, class To>
    void empty(typename joint::member done, path& one, path& other, From& from, To& to) {
        branch emptied(done, this, one.sink.slot());
        if (one.pipe)
            start_pump<pump_to_stream, basic_pipe_reader<io_executor>, To, To>{&one.pipe->reader,
                                                                               &to, &to}
                .run(pump(), &one.given, std::move(emptied));
        else if constexpr (is_spliceable<From, To>)
            start_splice(std::move(emptied), from, to, spliced_path{this, &one, &other}, no_limit);
    }

    template <class From>
    void fill(typename joint::member done, path& one, From& from) {
        if (!one.pipe)
            return;
        pump_options filling = pump();
        filling.complete_sink = false; // `filled` does it
        start_pump<pump_from_stream, From, basic_pipe_writer<io_executor>, From>{
            &from, &one.pipe->writer, &from}
            .run(filling, nullptr, branch(done, this, one.source.slot()));
    }

    pump_options pump() const {
        pump_options made;
        made.max_read_size = options_.max_read_size;
        return made;
    }

    // A path on which the system moves the bytes.
    struct spliced_path {
        run_relay* relay;
        path* own;
        path* other;

        error_code source_ended(error_code ec) const { return relay->filled(*own, *other, ec); }
        bool completes_sink() const noexcept { return true; }
        void moved(std::uint64_t taken, std::uint64_t given) const noexcept {
            own->taken = taken;
            own->given = given;
        }
    };

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
    void fail(error_code ec) override {
        failed_ = true;
        stop(ec);
        timer_.cancel();
    }

    void filled_there(error_code ec, std::uint64_t) {
        there_.pipe->writer.complete(filled(there_, back_, ec));
    }
    void filled_back(error_code ec, std::uint64_t) {
        back_.pipe->writer.complete(filled(back_, there_, ec));
    }
    void emptied_there(error_code ec, std::uint64_t) { emptied(there_, ec); }
    void emptied_back(error_code ec, std::uint64_t) { emptied(back_, ec); }

    // What a source has sent before it failed is delivered; nothing more is brought to it. Says
    // what the sink ends with.
    error_code filled(path& own, path& other, error_code ec) {
        own.filling = false;
        if (!ec && other.sink_error == boost::asio::error::connection_reset)
            ec = other.sink_error; // sockets report it once, and to reading it looks like an end
        const bool sink_is_gone = own.pipe && own.pipe->writer.reader_completed();
        if (ec && !own.stopped && !sink_is_gone) {
            note(own, ec);
            stop(other, ec);
        }
        ended(own);
        return ec;
    }

    void emptied(path& own, error_code ec) {
        own.emptying = false;
        if (!own.pipe)
            own.filling = false;
        if (ec) {
            if (!own.result.reason)
                own.sink_error = ec;
            note(own, ec);
            own.stop();
        } else {
            own.result.reason = {}; // it ended by itself, even if it was to be stopped
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
        if (failed_)
            return;
        auto nap = time_to_look({idle_limit(), half_close_limit()});
        if (options_.progress)
            nap = std::min(nap, std::max(options_.progress_interval, milliseconds(1)));
        if (nap == milliseconds::max())
            return;
        timer_.expires_after(nap);
        timer_.async_wait(branch(&run_relay::look, this));
    }

    void look(error_code ec, std::uint64_t) {
        if (ec || (there_.over() && back_.over()))
            return;
        const auto now = clock::now();
        there_.look(now);
        back_.look(now);
        const auto last_moved = std::max(there_.moved_at, back_.moved_at);
        if (is_exceeded(idle_limit(), now - last_moved) || stuck(there_, now) || stuck(back_, now))
            return stop(boost::asio::error::timed_out);
        watch();
        if (options_.progress && last_moved > told_at_ &&
            std::chrono::duration_cast<milliseconds>(now - told_at_) >=
                options_.progress_interval) {
            told_at_ = now;
            options_.progress({there_.result, back_.result});
        }
    }

    bool stuck(const path& one, typename clock::time_point now) const noexcept {
        if (one.draining())
            return is_exceeded(half_close_limit(), now - std::max(one.moved_at, one.ended_at));
        return one.over() && is_exceeded(half_close_limit(), now - one.ended_at);
    }

    milliseconds idle_limit() const noexcept { return options_.idle_timeout; }
    // None before a source has ended.
    milliseconds half_close_limit() const noexcept {
        return there_.filling && back_.filling ? milliseconds(0) : options_.half_close_timeout;
    }

    std::tuple<error_code, relay_result> outcome() {
        there_.result.bytes = there_.given;
        back_.result.bytes = back_.given;
        return {first_reason(), {there_.result, back_.result}};
    }
    // The first one, unless all that it was noted for ended by itself after all.
    error_code first_reason() const {
        const error_code &there = there_.result.reason, &back = back_.result.reason;
        return error_ == there || error_ == back ? error_ : there ? there : back;
    }

    static constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

    StreamA& a_;
    StreamB& b_;
    const relay_options options_;
    path there_, back_;
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, io_executor> timer_;
    typename clock::time_point told_at_ = clock::now();
    error_code error_;
    bool failed_ = false;
};

template <class StreamA, class StreamB>
struct start_relay {
    using executor_type = typename StreamA::executor_type;
    executor_type get_executor() const noexcept { return a->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, const relay_options& options) const {
        using decayed = std::decay_t<Handler>;
        run_relay<StreamA, StreamB, associates_of<decayed, executor_type>>::start(
            decayed(std::forward<Handler>(handler)), get_executor(), *a, *b, options);
    }

    StreamA* a;
    StreamB* b;
};

} // namespace sluice::detail
