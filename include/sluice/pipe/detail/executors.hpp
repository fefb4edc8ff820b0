// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>

#include <exception>
#include <type_traits>
#include <utility>

// Of <boost/asio/use_future.hpp>: with <future> it is slow to compile, and few need it.
namespace boost::asio::detail {
template <typename T, typename Blocking>
class promise_executor;
}

namespace sluice::detail {

// Whether handlers run on whatever thread they come up: so those of `use_future` do.
template <class Executor>
inline constexpr bool runs_handlers_anywhere = false;
template <class T, class Blocking>
inline constexpr bool runs_handlers_anywhere<boost::asio::detail::promise_executor<T, Blocking>> =
    true;

using io_context_executor = boost::asio::io_context::executor_type;
using tracked_io_context_executor = std::decay_t<decltype(boost::asio::prefer(
    std::declval<const io_context_executor&>(), boost::asio::execution::outstanding_work.tracked))>;

// Calls f with the executor, and in the common case of a type-erased io_context with the executor
// inside: posting through that costs less than half.
template <class Executor, class Function>
void with_concrete_executor(const Executor& executor, Function&& f) {
    if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
        if (const auto* inner = executor.template target<io_context_executor>())
            return f(*inner);
    }
    f(executor);
}

// Runs f on the executor, at once where that is possible. What f throws then goes to whoever runs
// the executor, as if f had been posted: io_context sees to that itself, strands do not.
template <class Executor, class Function>
void dispatch_contained(const Executor& executor, Function&& f) {
    if constexpr (std::is_same_v<Executor, io_context_executor>) {
        boost::asio::dispatch(executor, std::forward<Function>(f));
    } else {
        const Executor kept = executor; // f may destroy the original
        try {
            boost::asio::dispatch(kept, std::forward<Function>(f));
        } catch (...) {
            boost::asio::post(
                kept, [thrown = std::current_exception()] { std::rethrow_exception(thrown); });
        }
    }
}

// The io_context behind an executor, or null if it is of another kind. Work tracking, as composed
// operations add it, makes executors of other types for the same context.
template <class Executor>
const boost::asio::execution_context* io_context_behind(const Executor& executor) noexcept {
    if constexpr (std::is_same_v<Executor, io_context_executor> ||
                  std::is_same_v<Executor, tracked_io_context_executor>) {
        return &boost::asio::query(executor, boost::asio::execution::context);
    } else if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
        if (const auto* inner = executor.template target<io_context_executor>())
            return io_context_behind(*inner);
        if (const auto* inner = executor.template target<tracked_io_context_executor>())
            return io_context_behind(*inner);
    }
    return nullptr;
}

// Whether what is dispatched to it never runs at once, so that it is not the same as one that is
// equal otherwise.
template <class Executor>
bool never_blocks(const Executor& executor) noexcept {
    namespace execution = boost::asio::execution;
    if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
        const auto* inner = executor.template target<io_context_executor>();
        return inner != nullptr && never_blocks(*inner);
    } else if constexpr (boost::asio::can_query_v<Executor, execution::blocking_t>) {
        return boost::asio::query(executor, execution::blocking) == execution::blocking.never;
    }
    return false;
}

// Whether this is called from within what the executor runs. May say no when it does not know.
template <class Executor>
bool runs_here(const Executor& executor) noexcept {
    if constexpr (requires { executor.running_in_this_thread(); })
        return executor.running_in_this_thread();
    else if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
        if (const auto* inner = executor.template target<io_context_executor>())
            return inner->running_in_this_thread();
        if (const auto* inner = executor.template target<tracked_io_context_executor>())
            return inner->running_in_this_thread();
    }
    return false;
}

// Whether running on one is running on the other. May say no when it does not know.
template <class A, class B>
bool same_executor(const A& a, const B& b) noexcept {
    if (never_blocks(a))
        return false;
    if (const boost::asio::execution_context* context = io_context_behind(a))
        return context == io_context_behind(b);
    if constexpr (std::is_same_v<A, B>)
        return a == b;
    return false;
}

template <class Executor>
boost::asio::execution_context& context_of(const Executor& executor) {
    return boost::asio::query(executor, boost::asio::execution::context);
}

} // namespace sluice::detail
