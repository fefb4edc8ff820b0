// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/relay_scenario.hpp"

using namespace sluice::test;

TEST_CASE_TEMPLATE("async_relay: any two or three events at either side, one after the other", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    play_relay_scenarios<Kind>();
}
