// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>

namespace sluice {

/// What a read delivers.
struct read_result {
    /// Everything published and not consumed. Valid until the `advance` that passes it.
    readable_buffer buffer;

    /// Bytes before it were examined by an earlier read: a search may resume here.
    read_cursor examined;

    /// The writer is done; these are the last bytes.
    bool completed = false;

    /// The read was woken by `cancel_pending_read`. It needs no advance.
    bool cancelled = false;
};

} // namespace sluice
