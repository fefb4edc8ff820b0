// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>

namespace sluice::http {

/// What a `message_decoder` accepts.
struct message_options {
    /// The most bytes a header may have: start line, fields, and the empty line behind them.
    std::uint32_t max_header_size = 8 * 1024;

    /// The most bytes a body may have.
    std::uint64_t max_body_size = 1024 * 1024;
};

} // namespace sluice::http
