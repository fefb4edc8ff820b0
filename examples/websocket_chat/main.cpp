// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace websocket_chat;

void raise_descriptor_limit(std::size_t connections) {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = connections + 64;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void serve(const options& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit(settings.max_clients + settings.spare_connections);
    boost::asio::io_context context{1};
    server one(context, settings);
    boost::asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const sluice::error_code&, int) {
        signals.clear(); // the next one ends the program at once
        one.stop();
    });
    for (const auto& where : one.endpoints()) {
        const std::string address = where.address().to_string();
        std::printf(where.address().is_v6() ? "listening on [%s]:%u\n" : "listening on %s:%u\n",
                    address.c_str(), where.port());
    }
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
