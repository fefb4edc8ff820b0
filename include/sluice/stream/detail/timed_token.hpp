// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/timed_operation.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// When to cancel, as it is asked for, and as a timer takes it.
struct after {
    using clock = std::chrono::steady_clock;

    template <class Duration>
    static after rounded_up(const Duration& time) {
        using approximate = std::chrono::duration<long double>;
        if (approximate(time) >= approximate(clock::duration::max()))
            return {clock::duration::max()};
        return {std::chrono::ceil<clock::duration>(time)};
    }

    clock::time_point when() const {
        const auto now = clock::now();
        const auto longest = clock::time_point::max() - now;
        return time < longest ? now + time : clock::time_point::max();
    }

    clock::duration time;
};

template <class Clock>
struct at {
    using clock = Clock;
    typename Clock::time_point when() const { return time; }

    typename Clock::time_point time;
};

template <class Token, class Time>
struct timed_token {
    Token token;
    Time time;
    boost::asio::cancellation_type type;
};

// The executor an operation is initiated for. In the Boost versions that need this, tokens that
// adapt others wrap the initiation, and hide its executor.
template <class Initiation>
auto executor_of(const Initiation& initiation) {
    if constexpr (requires { initiation.get_executor(); })
        return initiation.get_executor();
    else if constexpr (requires { initiation.ex_; }) // of bind_executor
        return initiation.ex_;
    else if constexpr (requires { initiation.initiation_; })
        return executor_of(initiation.initiation_);
    else
        return boost::asio::system_executor();
}

template <class Result>
struct return_type_of {
    using type = void;
};
template <class Result>
requires requires {
    typename Result::return_type;
}
struct return_type_of<Result> {
    using type = typename Result::return_type;
};

template <class Initiation, class Time, class... Signatures>
struct timed_initiation {
    using executor_type = decltype(executor_of(std::declval<const Initiation&>()));
    executor_type get_executor() const noexcept { return executor_of(initiation); }

    template <class Handler, class... Args>
    void operator()(Handler&& handler, Args&&... args) && {
        start(std::move(initiation), std::forward<Handler>(handler), std::forward<Args>(args)...);
    }
    template <class Handler, class... Args>
    void operator()(Handler&& handler, Args&&... args) const& {
        start(Initiation(initiation), std::forward<Handler>(handler), std::forward<Args>(args)...);
    }

    template <class Handler, class... Args>
    void start(Initiation begin, Handler&& handler, Args&&... args) const {
        using decayed = std::decay_t<Handler>;
        const executor_type executor = executor_of(begin);
        timed_operation<decayed, executor_type, typename Time::clock, Signatures...>::start(
            decayed(std::forward<Handler>(handler)), executor, time.when(), type, std::move(begin),
            std::forward<Args>(args)...);
    }

    Initiation initiation;
    Time time;
    boost::asio::cancellation_type type;
};

} // namespace sluice::detail

template <class Token, class Time, class... Signatures>
struct boost::asio::async_result<sluice::detail::timed_token<Token, Time>, Signatures...> {
    using return_type = typename sluice::detail::return_type_of<
        boost::asio::async_result<Token, Signatures...>>::type; // adapting tokens ask for it

    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&& token, Args&&... args) {
        return boost::asio::async_initiate<Token, Signatures...>(
            sluice::detail::timed_initiation<std::decay_t<Initiation>, Time, Signatures...>{
                std::forward<Initiation>(initiation), token.time, token.type},
            token.token, std::forward<Args>(args)...);
    }
};
