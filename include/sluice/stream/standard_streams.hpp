// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/system_stream.hpp>

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR

namespace sluice {

namespace detail {

template <class Executor>
basic_system_stream<Executor> attached(const Executor& executor, int shared) {
    // Before anything is opened here that would get a number which is free.
    error_code ec;
    kind_of(shared, ec);
    if (ec)
        throw_error(ec, "sluice: a standard stream");
    basic_system_stream<Executor> made(executor);
    made.attach(shared);
    return made;
}

} // namespace detail

/// The standard streams of the process as Asio streams: see `basic_system_stream`. Of an executor,
/// or of an execution context.
///
/// Descriptors 0, 1 and 2 stay open, and what a terminal or pipe shares with other programs is left
/// as it is. Who is to see the end of the output before the program ends closes descriptor 1, too.
///
/// They throw `boost::system::system_error`, as when the descriptor is closed.
///
/// \snippet test/doc/reference_test.cpp standard_streams
/// @{
template <class Executor>
requires(!std::is_convertible_v<Executor&, boost::asio::execution_context&>)
    basic_system_stream<Executor> standard_input(const Executor& executor) {
    return detail::attached(executor, 0);
}
template <class Executor>
requires(!std::is_convertible_v<Executor&, boost::asio::execution_context&>)
    basic_system_stream<Executor> standard_output(const Executor& executor) {
    return detail::attached(executor, 1);
}
template <class Executor>
requires(!std::is_convertible_v<Executor&, boost::asio::execution_context&>)
    basic_system_stream<Executor> standard_error(const Executor& executor) {
    return detail::attached(executor, 2);
}
template <class ExecutionContext>
requires std::is_convertible_v<ExecutionContext&, boost::asio::execution_context&>
    system_stream standard_input(ExecutionContext& context) {
    return detail::attached(boost::asio::any_io_executor(context.get_executor()), 0);
}
template <class ExecutionContext>
requires std::is_convertible_v<ExecutionContext&, boost::asio::execution_context&>
    system_stream standard_output(ExecutionContext& context) {
    return detail::attached(boost::asio::any_io_executor(context.get_executor()), 1);
}
template <class ExecutionContext>
requires std::is_convertible_v<ExecutionContext&, boost::asio::execution_context&>
    system_stream standard_error(ExecutionContext& context) {
    return detail::attached(boost::asio::any_io_executor(context.get_executor()), 2);
}
/// @}

} // namespace sluice

#endif
