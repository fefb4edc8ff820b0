// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

/// The version as one number: major * 10000 + minor * 100 + patch.
#define SLUICE_VERSION 100

/// Defined in builds with AddressSanitizer: memory that was given back is poisoned there.
#if defined(__SANITIZE_ADDRESS__)
#    define SLUICE_HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define SLUICE_HAS_ADDRESS_SANITIZER 1
#    endif
#endif
