// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>

#if SLUICE_ASIO_HAS_CANCEL_AFTER

#    include <boost/asio/cancel_after.hpp>
#    include <boost/asio/cancel_at.hpp>

namespace sluice {

using boost::asio::cancel_after; ///< Asio's own
using boost::asio::cancel_at;    ///< Asio's own

} // namespace sluice

#else

#    include <sluice/stream/detail/timed_token.hpp>

#    include <chrono>
#    include <type_traits>
#    include <utility>

namespace sluice {

/// A completion token that cancels the operation it is given to, of whatever kind, when it has
/// taken too long. From Boost 1.86 on this is Asio's own.
///
/// The time runs from the start of the operation. When it is over, the operation gets a
/// cancellation of the given type, terminal unless another is named; what becomes of it is its own
/// affair: an operation that knows that type completes with `operation_aborted`, one that had
/// succeeded meanwhile has succeeded. The result is always the operation's own.
///
/// *Cancellation.* The slot of the inner token, and one that is bound around this one, go on
/// working: what is emitted there reaches the operation as it is.
///
/// *Executor and allocator.* Those of the inner token. The timer uses the executor that the
/// operation names when it is initiated, as all of Asio and Sluice do, and completes before the
/// operation does. The memory for both comes from the associated
/// allocator, and by default from memory that Asio recycles.
///
/// *Thread safety.* As with any per-operation cancellation: the executor of the completion handler
/// must not run two handlers at once (one thread, or a strand).
///
/// \snippet test/doc/adapters_test.cpp stream_ends
/// @{
template <class Rep, class Period, class CompletionToken>
auto cancel_after(const std::chrono::duration<Rep, Period>& time,
                  boost::asio::cancellation_type type, CompletionToken&& token) {
    using inner = std::decay_t<CompletionToken>;
    return detail::timed_token<inner, detail::after>{std::forward<CompletionToken>(token),
                                                     detail::after::rounded_up(time), type};
}
template <class Rep, class Period, class CompletionToken>
auto cancel_after(const std::chrono::duration<Rep, Period>& time, CompletionToken&& token) {
    return cancel_after(time, boost::asio::cancellation_type::terminal,
                        std::forward<CompletionToken>(token));
}
/// @}

/// Like `cancel_after`, when a clock has come to a time: also one that is past, after the operation
/// was started.
/// @{
template <class Clock, class Duration, class CompletionToken>
auto cancel_at(const std::chrono::time_point<Clock, Duration>& time,
               boost::asio::cancellation_type type, CompletionToken&& token) {
    using inner = std::decay_t<CompletionToken>;
    return detail::timed_token<inner, detail::at<Clock>>{
        std::forward<CompletionToken>(token),
        {std::chrono::ceil<typename Clock::duration>(time)},
        type};
}
template <class Clock, class Duration, class CompletionToken>
auto cancel_at(const std::chrono::time_point<Clock, Duration>& time, CompletionToken&& token) {
    return cancel_at(time, boost::asio::cancellation_type::terminal,
                     std::forward<CompletionToken>(token));
}
/// @}

} // namespace sluice

#endif
