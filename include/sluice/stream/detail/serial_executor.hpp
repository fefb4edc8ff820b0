// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/executors.hpp>

#include <boost/asio/associated_executor.hpp>

namespace sluice::detail {

// Where the parts of an operation run that overlap, and so must be kept apart: on the handler's
// executor; for that of `use_future`, which runs them on whatever thread they come up, on the one
// of the I/O.
template <class Handler, class IoExecutor,
          class Associated = boost::asio::associated_executor_t<Handler, IoExecutor>>
struct serial_executor {
    using type = Associated;
    static type get(const Handler& handler, const IoExecutor& io) noexcept {
        return boost::asio::get_associated_executor(handler, io);
    }
};
template <class Handler, class IoExecutor, class Associated>
requires runs_handlers_anywhere<Associated>
struct serial_executor<Handler, IoExecutor, Associated> {
    using type = IoExecutor;
    static type get(const Handler&, const IoExecutor& io) noexcept { return io; }
};

} // namespace sluice::detail
