// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <functional>
#include <thread>

namespace sluice::detail {

// Starts a thread of the library's own: signals are for the program's threads.
std::thread start_quiet_thread(std::function<void()> body);

} // namespace sluice::detail
