// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>

namespace bench {

/// How often this thread has asked malloc and its relatives for memory. Counted below operator
/// new, because Asio uses aligned_alloc for its operations.
std::uint64_t allocations() noexcept;

} // namespace bench
