// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/config.hpp>

namespace sluice::test {

// Whether this is a build with a sanitizer, which is many times slower.
#if defined(SLUICE_HAS_ADDRESS_SANITIZER) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#    if __has_feature(thread_sanitizer)
inline constexpr bool is_sanitized = true;
#    else
inline constexpr bool is_sanitized = false;
#    endif
#else
inline constexpr bool is_sanitized = false;
#endif

} // namespace sluice::test
