// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "harness/rounds.hpp"

namespace bench {

/// HTTP requests over TCP to the server of row P4 that has callbacks; the client is another thread,
/// and sends `depth` of them at a time.
std::unique_ptr<form> http_requests(std::size_t depth);

} // namespace bench
