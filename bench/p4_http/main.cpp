// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// HTTP servers of one thread that say hello.
// Usage: p4_http sluice_coroutine|sluice_callbacks|beast_coroutine|beast_callbacks|hand_written
// Prints its port; on SIGUSR1 the allocations made and the requests answered so far.

#include "harness/allocations.hpp"
#include "p4_http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace {

using namespace bench;

using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using server = void (*)(tcp_socket);

void accept_clients(acceptor& source, server serve) {
    source.async_accept([&source, serve](error_code ec, tcp_socket socket) {
        if (ec)
            throw boost::system::system_error(ec, "accept");
        error_code ignored; // it may be gone already
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        serve(std::move(socket));
        accept_clients(source, serve);
    });
}

void report(asio::signal_set& signals, asio::io_context& context) {
    signals.async_wait([&](error_code, int signal) {
        if (signal != SIGUSR1)
            return context.stop();
        std::cout << allocations() << ' ' << answered << std::endl;
        report(signals, context);
    });
}

} // namespace

int main(int argc, char** argv) try {
    const std::map<std::string, server> servers{{"sluice_coroutine", serve_sluice_coroutine},
                                                {"sluice_callbacks", serve_sluice_callbacks},
                                                {"beast_coroutine", serve_beast_coroutine},
                                                {"beast_callbacks", serve_beast_callbacks},
                                                {"hand_written", serve_hand_written}};
    const auto chosen = argc == 2 ? servers.find(argv[1]) : servers.end();
    if (chosen == servers.end()) {
        std::cerr << "usage: p4_http";
        for (const auto& one : servers)
            std::cerr << ' ' << one.first;
        std::cerr << '\n';
        return 2;
    }
    asio::io_context context{1};
    acceptor source(context, {asio::ip::address_v4::loopback(), 0});
    source.listen();
    std::cout << source.local_endpoint().port() << std::endl;
    asio::signal_set signals(context, SIGUSR1, SIGINT, SIGTERM);
    report(signals, context);
    accept_clients(source, chosen->second);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "p4_http: " << e.what() << '\n';
    return EXIT_FAILURE;
}
