// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace support {

void raise_descriptor_limit(std::size_t wanted) noexcept {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted + 64)
        return;
    limit.rlim_cur = std::min<rlim_t>(wanted + 64, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace support
