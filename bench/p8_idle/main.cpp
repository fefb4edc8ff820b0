// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Servers of one thread that send back what they get.
// Usage: p8_idle asio|sluice_callbacks|sluice_coroutine|sluice_connection
// Prints its port.

#include "p8_idle/echoes.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace {

using namespace bench;

using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
using server = void (*)(tcp_socket);

void accept_clients(acceptor& source, server echo) {
    source.async_accept([&source, echo](error_code ec, tcp_socket socket) {
        if (ec)
            throw boost::system::system_error(ec, "accept");
        echo(std::move(socket));
        accept_clients(source, echo);
    });
}

void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char** argv) try {
    const std::map<std::string, server> servers{{"asio", echo_asio},
                                                {"sluice_callbacks", echo_sluice_callbacks},
                                                {"sluice_coroutine", echo_sluice_coroutine},
                                                {"sluice_connection", echo_sluice_connection}};
    const auto chosen = argc == 2 ? servers.find(argv[1]) : servers.end();
    if (chosen == servers.end()) {
        std::cerr << "usage: p8_idle asio|sluice_callbacks|sluice_coroutine|sluice_connection\n";
        return 2;
    }
    raise_descriptor_limit();
    asio::io_context context{1};
    acceptor source(context, {asio::ip::address_v4::loopback(), 0});
    source.listen();
    std::cout << source.local_endpoint().port() << std::endl;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](error_code, int) { context.stop(); });
    accept_clients(source, chosen->second);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "p8_idle: " << e.what() << '\n';
    return EXIT_FAILURE;
}
