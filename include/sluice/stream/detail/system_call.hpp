// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <cerrno>

namespace sluice::detail {

inline error_code last_error() noexcept {
    return {errno, boost::system::system_category()};
}

// Makes the call until no signal interrupts it.
template <class Call>
auto uninterrupted(Call call) noexcept {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

} // namespace sluice::detail
