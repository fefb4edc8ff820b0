// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "deadlines.hpp"
#include "document_root.hpp"
#include "options.hpp"
#include "support/network.hpp"
#include "turns.hpp"
#include <sluice/memory/segment_pool.hpp>

#include <cstdint>
#include <list>

namespace file_server {

using support::acceptor;
using support::awaitable;
using support::awaited;
using support::endpoint;
using support::executor;
using support::stream_socket;
using support::timer;

class session;
struct tls_identity;

struct statistics {
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0; // heads and bodies of answers
};

/// What the sessions of one thread share.
struct service {
    const options& settings;
    const document_root& root;
    deadlines& clock;
    turns& pipelining;
    tls_identity* tls; // none: in clear
    sluice::segment_pool pool;
    statistics served;
    std::list<session*> sessions;
    bool draining = false;
};

} // namespace file_server
