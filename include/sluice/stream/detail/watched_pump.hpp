// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/time_limits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::detail {

inline bool is_watched(const pump_options& options) noexcept {
    return options.progress != nullptr || options.min_rate != 0 ||
           options.idle_timeout.count() > 0 || options.total_timeout.count() > 0;
}

// A pump, and a timer beside it that looks at what it has moved. `Start` begins the pump:
// `run(options, count to show, handler)`.
template <class Start, class Associates>
class watched_pump : public joint_operation<watched_pump<Start, Associates>,
                                            typename Start::executor_type, Associates> {
    using io_executor = typename Start::executor_type;
    using joint = joint_operation<watched_pump, io_executor, Associates>;
    friend joint;
    using branch = typename joint::branch;
    using clock = typename Start::clock_type;
    using milliseconds = std::chrono::milliseconds;

    watched_pump(const typename joint::foundation& base, const Start& start,
                 const pump_options& options)
        : joint(base)
        , start_(start)
        , options_(options)
        , timer_(start.get_executor()) {}
    ~watched_pump() = default;

    void begin() {
        if (reason_)
            return;
        running_ = true;
        start_.run(options_, &moved_, branch(&watched_pump::ended, this, pump_.slot()));
        watch();
    }

    void cancel(boost::asio::cancellation_type type) {
        stop(boost::asio::error::operation_aborted, type);
    }
    void fail(error_code ec) override {
        running_ = false;
        stop(ec, boost::asio::cancellation_type::terminal);
        timer_.cancel();
    }

    void stop(error_code reason, boost::asio::cancellation_type type) {
        if (!reason_)
            reason_ = reason;
        pump_.emit(type);
    }

    void ended(error_code ec, std::uint64_t n) {
        running_ = false;
        moved_ = n;
        // That which ended by itself did so, even if it was to be stopped.
        if (ec != boost::asio::error::operation_aborted || !reason_)
            reason_ = ec;
        timer_.cancel();
    }

    // ---- time

    void watch() {
        auto nap = time_to_look({options_.idle_timeout, options_.total_timeout, rate_period()});
        if (options_.progress != nullptr)
            nap = std::min(nap, std::max(options_.progress->interval, milliseconds(1)));
        timer_.expires_after(std::min<milliseconds>(nap, std::chrono::hours(1)));
        timer_.async_wait(branch(&watched_pump::look, this));
    }

    void look(error_code ec, std::uint64_t) {
        if (ec || !running_)
            return;
        const auto now = clock::now();
        if (moved_ != seen_) {
            seen_ = moved_;
            moved_at_ = now;
        }
        if (is_exceeded(options_.idle_timeout, now - moved_at_) ||
            is_exceeded(options_.total_timeout, now - begun_at_) || is_too_slow(now)) {
            return stop(boost::asio::error::timed_out, boost::asio::cancellation_type::terminal);
        }
        watch();
        if (options_.progress != nullptr && moved_ != told_ &&
            std::chrono::duration_cast<milliseconds>(now - told_at_) >=
                options_.progress->interval) {
            told_ = moved_;
            told_at_ = now;
            options_.progress->callback(moved_);
        }
    }

    bool is_too_slow(typename clock::time_point now) noexcept {
        const std::chrono::duration<double> stretch = now - stretch_began_at_;
        if (!is_exceeded(rate_period(), now - stretch_began_at_))
            return false;
        const auto moved = static_cast<double>(moved_ - stretch_began_);
        stretch_began_ = moved_;
        stretch_began_at_ = now;
        return moved < static_cast<double>(options_.min_rate) * stretch.count();
    }
    milliseconds rate_period() const noexcept {
        return options_.min_rate == 0 ? milliseconds(0) : options_.rate_period;
    }

    std::tuple<error_code, std::uint64_t> outcome() const { return {reason_, moved_}; }

    const Start start_;
    const pump_options options_;
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, io_executor> timer_;
    boost::asio::cancellation_signal pump_;
    const typename clock::time_point begun_at_ = clock::now();
    typename clock::time_point moved_at_ = begun_at_, told_at_ = begun_at_,
                               stretch_began_at_ = begun_at_;
    std::uint64_t moved_ = 0, seen_ = 0, told_ = 0, stretch_began_ = 0;
    error_code reason_; // why it ended, or is to
    bool running_ = false;
};

} // namespace sluice::detail
