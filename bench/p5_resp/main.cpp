// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The key-value server of the examples, which counts what it allocates.
// Usage: p5_resp sluice
// Prints its port; on SIGUSR1 the allocations made and the commands answered so far.

#include "harness/allocations.hpp"
#include "server.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

namespace asio = boost::asio;

void report(asio::signal_set& signals, const resp_server::server& one, asio::io_context& context) {
    signals.async_wait([&](const sluice::error_code&, int signal) {
        if (signal != SIGUSR1)
            return context.stop();
        std::cout << bench::allocations() << ' ' << one.served().commands << std::endl;
        report(signals, one, context);
    });
}

} // namespace

int main() try {
    std::signal(SIGPIPE, SIG_IGN);
    resp_server::options settings;
    settings.addresses = {"127.0.0.1"};
    settings.port = 0;
    asio::io_context context{1};
    resp_server::server one(context, settings);
    const std::string& where = one.where().front();
    std::cout << where.substr(where.rfind(':') + 1) << std::endl;
    asio::signal_set signals(context, SIGUSR1, SIGINT, SIGTERM);
    report(signals, one, context);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "p5_resp: " << e.what() << '\n';
    return EXIT_FAILURE;
}
