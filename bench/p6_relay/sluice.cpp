// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p6_relay/relays.hpp"
#include <sluice/stream/relay.hpp>

namespace bench {

void relay_sluice(sockets both) {
    pair_of_sockets& pair = *both;
    sluice::async_relay(pair.client, pair.target, {},
                        [both = std::move(both)](error_code, const sluice::relay_result&) {});
}

} // namespace bench
