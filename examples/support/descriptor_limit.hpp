// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace support {

/// Asks the system for so many descriptors, and some to spare; takes what it gives.
void raise_descriptor_limit(std::size_t wanted) noexcept;

} // namespace support
