// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"
#include "support/descriptor_limit.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace websocket_chat;

void serve(const options& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    support::raise_descriptor_limit(settings.max_clients + settings.spare_connections);
    boost::asio::io_context context{1};
    server one(context, settings);
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const sluice::error_code&, int) {
        signals.clear(); // the next one ends the program at once
        one.stop();
    });
    for (const std::string& where : one.where())
        std::printf("listening on %s\n", where.c_str());
    std::printf("ready\n");
    std::fflush(stdout);

    context.run();
    std::printf("closed\n");
}

} // namespace

int main(int argc, char** argv) {
    try {
        const options settings = parse_options(argc, argv);
        if (settings.help)
            std::fputs(usage().data(), stdout);
        else
            serve(settings);
        return 0;
    } catch (const usage_error& e) {
        std::fprintf(stderr, "websocket_chat: %s\n\n%s", e.what(), usage().data());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "websocket_chat: %s\n", e.what());
        return 1;
    }
}
