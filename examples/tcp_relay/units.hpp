// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string>

namespace tcp_relay {

/// `512 B`, `1.50 kB`, `20.0 MB`, `300 GB`: three digits, and thousands of thousands.
std::string bytes_text(double bytes);

} // namespace tcp_relay
