// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/network.hpp"
#include <sluice/error.hpp>

#include <boost/asio/experimental/channel.hpp>

namespace file_server {

/// Turns of the connections of a thread that sent more before they were answered: one at a time,
/// and between two of them all sockets are looked at. So whoever waits for one answer does not wait
/// for one to each client of a flood.
///
/// *Thread safety.* Unsafe.
class turns {
public:
    explicit turns(const support::executor& where) : gate_(where) {}

    /// Completes when it is the caller's turn. Only the context's end cancels it.
    support::awaitable<> next();

private:
    void give();

    boost::asio::experimental::channel<support::executor, void(sluice::error_code)> gate_;
    bool giving_ = false;
};

} // namespace file_server
