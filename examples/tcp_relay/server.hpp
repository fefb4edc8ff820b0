// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "session.hpp"
#include "support/listener.hpp"

#include <boost/asio/basic_signal_set.hpp>

#include <string>

namespace tcp_relay {

/// Listens, and starts a session for each client; one thread.
class server {
public:
    /// Listens at all the address stands for. Throws `boost::system::system_error`, and
    /// `std::runtime_error` for a TLS file that cannot be used.
    explicit server(const options& settings);

    /// Where it listens.
    std::string where() const;

    /// Relays until SIGINT or SIGTERM, and until the connections that are open then have ended, or
    /// the drain timeout.
    void run();

    /// Once it has run.
    const service& served() const noexcept { return service_; }

private:
    awaitable<> accept_from(acceptor& source);
    bool is_full() const noexcept;
    awaitable<> wait_for_room();
    void start_session(stream_socket client);
    void drain();
    void show_line();

    boost::asio::io_context context_{1};
    tls_sides tls_;
    service service_;
    support::listener listener_{context_};
    timer room_{context_}, grace_{context_}, line_{context_};
    boost::asio::basic_signal_set<executor> signals_{context_};
    bool draining_ = false;
    std::uint64_t shown_to_target_ = 0, shown_to_client_ = 0; // by the live line
};

} // namespace tcp_relay
