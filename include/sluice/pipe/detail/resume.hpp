// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/parked_operation.hpp>

namespace sluice::detail {

class pipe_core;

// Resumes an operation as asked, unless that would nest: inside a resumption of the same pipe on
// this thread it is posted, or two ends that wake each other would use up the stack; so it is when
// too many pipes resume each other. It does not look into the pipe, which may be gone.
void resume(const pipe_core* pipe, parked_operation* operation, resumption how, error_code ec);

} // namespace sluice::detail
