// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "options.hpp"
#include "support/callee.hpp"
#include "tls.hpp"
#include <sluice/stream/relay_options.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <string>

namespace tcp_relay {

class session;

/// What the sessions share.
struct service {
    const options& settings;
    tls_sides& tls;
    bool tells_progress; ///< the totals grow while connections last
    sluice::segment_pool pool;
    support::callee target;
    std::uint64_t connections = 0;
    std::uint64_t to_target = 0, to_client = 0; ///< bytes
    std::list<session*> open{};
};

/// One client, and the connection to the target that is made for it.
class session {
public:
    session(service& owner, stream_socket client);
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();

    /// Completes when both directions are over. Cancelled, it ends at once.
    awaitable<> run();

    /// To be bound to what completes `run`.
    boost::asio::cancellation_signal stop;

private:
    using error_code = sluice::error_code;

    awaitable<bool> in_time(const char* what, awaitable<error_code> step);
    awaitable<error_code> connect();
    template <class Client>
    awaitable<> reach_target(Client& client);
    template <class Client, class Target>
    awaitable<> relay(Client& client, Target& target);
    void count(const sluice::relay_result& so_far);
    void log() const;

    service& service_;
    std::string peer_;
    std::uint64_t number_;
    stream_socket client_, target_;
    std::list<session*>::iterator position_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    sluice::relay_result moved_;
    std::string failure_; // before anything could be relayed
};

} // namespace tcp_relay
