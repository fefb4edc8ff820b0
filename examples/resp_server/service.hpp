// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "broker.hpp"
#include "options.hpp"
#include "storage.hpp"
#include <sluice/memory/segment_pool.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <vector>

namespace resp_server {

class session;

struct statistics {
    std::uint64_t connections = 0;
    std::uint64_t refused = 0; // connections, beyond the limit
    std::uint64_t commands = 0;
};

/// What all sessions share. One thread uses it.
struct service {
    explicit service(const options& given) : settings(given) {}

    const options& settings;
    sluice::segment_pool pool;
    storage data;
    broker channels;
    statistics served;
    std::list<session*> sessions;
    std::vector<session*> with_messages; // to be flushed, each at most once
    std::uint16_t port = 0;
    std::uint64_t next_id = 1;
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
    unsigned seconds = 0; // since then, coarsely
    bool stopping = false;

    /// Sends the messages that the last commands published.
    void flush_messages();
};

} // namespace resp_server
