// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"
#include "support/descriptor_limit.hpp"

#include <cstdio>
#include <exception>

namespace {

using namespace tcp_relay;

void relay(const options& settings) {
    support::raise_descriptor_limit(2 * settings.max_connections);
    server one(settings);
    std::printf("relaying %s to %s\n", one.where().c_str(), settings.target.text().c_str());
    std::fflush(stdout);
    one.run();
    const service& served = one.served();
    std::printf("relayed %llu connections, %llu bytes to the target, %llu bytes back\n",
                static_cast<unsigned long long>(served.connections),
                static_cast<unsigned long long>(served.to_target),
                static_cast<unsigned long long>(served.to_client));
}

} // namespace

int main(int argc, char** argv) {
    try {
        const options settings = parse_options(argc, argv);
        if (settings.help)
            std::fputs(usage().data(), stdout);
        else
            relay(settings);
        return 0;
    } catch (const usage_error& e) {
        std::fprintf(stderr, "tcp_relay: %s\n\n%s", e.what(), usage().data());
        return 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tcp_relay: %s\n", e.what());
        return 1;
    }
}
