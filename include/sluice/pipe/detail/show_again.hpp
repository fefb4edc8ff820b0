// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

namespace sluice::detail {

// Whatever is buffered counts as unseen: for who reads next, and may look for something else.
template <class Reader>
void show_again(Reader& reader) {
    const result<read_result> read = reader.try_read_at_least(0);
    if (!read)
        return;
    reader.consume(0);
    if (read->cancelled) // it was meant for the next read
        reader.cancel_pending_read();
}

} // namespace sluice::detail
