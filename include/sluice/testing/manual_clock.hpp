// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/testing/detail/parked_wait.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace sluice::testing {

/// A clock that moves when the test says so, for `asio::basic_waitable_timer`.
///
/// Code under test takes its clock as a template parameter, and is given this one:
/// `asio::basic_waitable_timer<manual_clock>` is a timer with the usual calls, but for a `wait`
/// that blocks. Its handlers go through its executor, of whatever kind: after `advance` they are in
/// the queue, and run when that runs. `sluice::cancel_at` takes times of this clock, and operations
/// on streams with this clock as their `clock_type` have their limits of time by it.
///
/// There is one time for the process, and it never goes back: tests rely on durations alone.
///
/// *Thread safety.* Everything may be called from any thread.
///
/// \snippet test/doc/reference_test.cpp manual_clock
struct manual_clock {
    /// A clock of the standard library.
    /// @{
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<manual_clock>;
    static constexpr bool is_steady = true;
    /// @}

    /// The time that the test has come to.
    static time_point now() noexcept { return time_point(detail::timer_queue::instance().now()); }

    /// Moves the time. What is due by then completes, in the order of its time. Returns how many
    /// waits that were. A timer that a handler sets again needs another step.
    /// @{
    static std::size_t advance(duration by) { return advance_to(now() + by); }
    static std::size_t advance_to(time_point time) {
        return detail::timer_queue::instance().advance_to(time.time_since_epoch());
    }
    /// @}

    /// When the next wait ends; `time_point::max()` if there is none with an end.
    static time_point next_expiry() { return time_point(detail::timer_queue::instance().next()); }

    /// Moves the time to where the next wait ends; false if there is none with an end.
    static bool advance_to_next() {
        const time_point next = next_expiry();
        if (next != time_point::max())
            advance_to(next);
        return next != time_point::max();
    }

    /// How many waits are outstanding.
    static std::size_t waits() { return detail::timer_queue::instance().size(); }
};

} // namespace sluice::testing

namespace boost::asio {

/// A timer of the manual clock: Asio's own looks at a clock only when the system's clock says so.
template <class WaitTraits, class Executor>
class basic_waitable_timer<sluice::testing::manual_clock, WaitTraits, Executor> {
    using queue = sluice::testing::detail::timer_queue;

public:
    using executor_type = Executor;
    template <class Other>
    struct rebind_executor {
        using other = basic_waitable_timer<sluice::testing::manual_clock, WaitTraits, Other>;
    };
    using clock_type = sluice::testing::manual_clock;
    using duration = clock_type::duration;
    using time_point = clock_type::time_point;
    using traits_type = WaitTraits;

    explicit basic_waitable_timer(const executor_type& executor) : executor_(executor) {
        use_service<sluice::testing::detail::timer_service>(query(executor_, execution::context));
    }
    basic_waitable_timer(const executor_type& executor, const time_point& when)
        : basic_waitable_timer(executor) {
        expiry_ = when;
    }
    basic_waitable_timer(const executor_type& executor, const duration& after)
        : basic_waitable_timer(executor, clock_type::now() + after) {}
    template <class Context, class... When>
    requires std::convertible_to<Context&, execution_context&>
    explicit basic_waitable_timer(Context& context, const When&... when)
        : basic_waitable_timer(executor_type(context.get_executor()), when...) {}
    basic_waitable_timer(basic_waitable_timer&& other) noexcept
        : executor_(other.executor_)
        , expiry_(other.expiry_) {
        queue::instance().move(&other, this);
    }
    basic_waitable_timer& operator=(basic_waitable_timer&& other) noexcept {
        cancel();
        executor_ = other.executor_;
        expiry_ = other.expiry_;
        queue::instance().move(&other, this);
        return *this;
    }
    ~basic_waitable_timer() { cancel(); }

    const executor_type& get_executor() noexcept { return executor_; }

    std::size_t cancel() { return queue::instance().cancel_all(this); }
    std::size_t cancel_one() { return queue::instance().cancel_one(this); }

    time_point expiry() const { return expiry_; }
    std::size_t expires_at(const time_point& when) {
        const std::size_t cancelled = cancel();
        expiry_ = when;
        return cancelled;
    }
    std::size_t expires_after(const duration& after) {
        return expires_at(clock_type::now() + after);
    }

    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(boost::system::error_code))
                  Token = sluice::detail::default_token_t<executor_type>>
    auto async_wait(Token&& token = Token()) {
        return async_initiate<Token, void(boost::system::error_code)>(initiation{this}, token);
    }

private:
    struct initiation {
        using executor_type = Executor;
        executor_type get_executor() const noexcept { return timer->executor_; }

        template <class Handler>
        void operator()(Handler&& handler) const {
            using decayed = std::decay_t<Handler>;
            sluice::testing::detail::parked_wait<decayed, Executor>::start(
                decayed(std::forward<Handler>(handler)), timer->executor_, timer,
                timer->expiry_.time_since_epoch());
        }

        basic_waitable_timer* timer;
    };

    Executor executor_;
    time_point expiry_;
};

} // namespace boost::asio
