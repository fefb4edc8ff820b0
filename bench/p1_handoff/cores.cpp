// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p1_handoff/handoff.hpp"

#include <cerrno>
#include <sched.h>
#include <system_error>
#include <vector>

namespace bench {

namespace {

std::vector<int> usable_cores() {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) != 0)
        throw std::system_error(errno, std::generic_category(), "sched_getaffinity");
    std::vector<int> result;
    for (int core = 0; core != CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &usable))
            result.push_back(core);
    return result;
}

} // namespace

void stay_on_core_of(side which) {
    static const std::vector<int> cores = usable_cores(); // of the process, before it was bound
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(which == side::consumer ? cores.front() : cores.back(), &own);
    if (sched_setaffinity(0, sizeof own, &own) != 0)
        throw std::system_error(errno, std::generic_category(), "sched_setaffinity");
}

} // namespace bench
