// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/parked_operation.hpp>

namespace sluice::detail {

class pipe_core;

// Resumes an operation as asked, unless that would nest: inside a resumption of the same pipe on
// this thread it is posted, or two ends that wake each other would use up the stack; so it is when
// too many pipes resume each other. It does not look into the pipe, which may be gone.
void resume(const pipe_core* pipe, parked_operation* operation, resumption how, error_code ec);

// What an event of a pipe resumes: its reader, and who waits for that, with their results.
struct wake_list {
    parked_operation* reader = nullptr;
    operation_list operations[3];
    error_code results[3];
};

// Those of a list. An executor that cannot take one of them, for want of memory, has the others all
// the same; then what it threw is thrown.
void resume_all(const pipe_core* pipe, wake_list& ready, resumption reader, resumption writer);

} // namespace sluice::detail
