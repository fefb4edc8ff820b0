// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/file_workers.hpp>

#include <memory>

namespace sluice::detail {

// Two threads, which start when they are needed.
std::unique_ptr<file_workers> make_file_threads();

} // namespace sluice::detail
