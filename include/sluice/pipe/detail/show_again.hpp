// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

namespace sluice::detail {

// What was delivered is as if it had not been.
template <class Reader>
void give_back(Reader& reader, const read_result& delivered) {
    reader.consume(0);
    if (delivered.cancelled) // it was meant for the next read
        reader.cancel_pending_read();
}

// Whatever is buffered counts as unseen: for who reads next, and may look for something else.
template <class Reader>
void show_again(Reader& reader) {
    if (const result<read_result> read = reader.try_read_at_least(0))
        give_back(reader, *read);
}

} // namespace sluice::detail
