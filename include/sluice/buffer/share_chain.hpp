// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>

namespace sluice::detail {

// Links of our own over the memory of a view: the first shows its first byte at position 0.
struct shared_chain {
    segment* first = nullptr;
    segment* last = nullptr;
};

// Throws `std::bad_alloc` with nothing shared. Marks the blocks as preserved.
shared_chain share_chain(const readable_buffer& source);

} // namespace sluice::detail
