// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Relays of one thread, and what drives them.
// Usage: p6_relay sluice|sluice_copy|asio_64k|asio_16k|splice TARGET_PORT
//        p6_relay drive CLIENTS MILLISECONDS
// A relay prints its port; on SIGUSR1 the allocations made so far.

#include "harness/allocations.hpp"
#include "p6_relay/relays.hpp"

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
using relay = void (*)(sockets);

void accept_clients(acceptor& source, const asio::ip::tcp::endpoint& target, relay start) {
    source.async_accept([&source, &target, start](error_code ec, tcp_socket client) {
        if (ec)
            throw boost::system::system_error(ec, "accept");
        tcp_socket other(client.get_executor());
        auto both = std::make_shared<pair_of_sockets>(std::move(client), std::move(other));
        both->target.async_connect(target, [both, start](error_code refused) {
            if (!refused)
                start(both);
        });
        accept_clients(source, target, start);
    });
}

void report(asio::signal_set& signals, asio::io_context& context) {
    signals.async_wait([&](error_code, int signal) {
        if (signal != SIGUSR1)
            return context.stop();
        std::cout << allocations() << std::endl;
        report(signals, context);
    });
}

} // namespace

int main(int argc, char** argv) try {
    if (argc == 4 && std::string(argv[1]) == "drive")
        return drive(argc, argv);
    const std::map<std::string, relay> relays{{"sluice", relay_sluice},
                                              {"sluice_copy", relay_sluice_copy},
                                              {"asio_64k", relay_asio_64k},
                                              {"asio_16k", relay_asio_16k},
                                              {"splice", relay_splice}};
    const auto chosen = argc == 3 ? relays.find(argv[1]) : relays.end();
    if (chosen == relays.end()) {
        std::cerr << "usage: p6_relay sluice|sluice_copy|asio_64k|asio_16k|splice TARGET_PORT\n"
                     "       p6_relay drive CLIENTS MILLISECONDS\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context context{1};
    const asio::ip::tcp::endpoint target(asio::ip::address_v4::loopback(),
                                         static_cast<unsigned short>(std::stoul(argv[2])));
    acceptor source(context, {asio::ip::address_v4::loopback(), 0});
    source.listen();
    std::cout << source.local_endpoint().port() << std::endl;
    asio::signal_set signals(context, SIGUSR1, SIGINT, SIGTERM);
    report(signals, context);
    accept_clients(source, target, chosen->second);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "p6_relay: " << e.what() << '\n';
    return EXIT_FAILURE;
}
