// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

namespace sluice::detail {

// Like try_read, with what somebody has examined and left: for who takes all bytes as they are.
template <class Reader>
result<read_result> try_read_any(Reader& reader) {
    result<read_result> read = reader.try_read();
    if (!read && reader.buffered() != 0)
        return reader.try_read_at_least(1);
    return read;
}

} // namespace sluice::detail
