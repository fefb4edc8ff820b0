// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/file_workers.hpp>

#include <memory>

namespace sluice::detail {

// An io_uring, and a thread that collects from it. Null where the library was built without, the
// system has none or forbids it, or SLUICE_FILES=threads is in the environment.
std::unique_ptr<file_workers> make_file_ring();

} // namespace sluice::detail
