// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace sluice::test {

// The bytes that this test program has got from operator new so far.
std::size_t bytes_allocated() noexcept;

} // namespace sluice::test
