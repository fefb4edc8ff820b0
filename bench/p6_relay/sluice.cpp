// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p6_relay/relays.hpp"
#include <sluice/stream/relay.hpp>

namespace bench {

namespace {

void relay(sockets both, bool system_copy) {
    sluice::relay_options options;
    options.system_copy = system_copy;
    pair_of_sockets& pair = *both;
    sluice::async_relay(pair.client, pair.target, options,
                        [both = std::move(both)](error_code, const sluice::relay_result&) {});
}

} // namespace

void relay_sluice(sockets both) {
    relay(std::move(both), true);
}

void relay_sluice_copy(sockets both) {
    relay(std::move(both), false);
}

} // namespace bench
