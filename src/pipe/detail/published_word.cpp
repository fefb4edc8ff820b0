// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/pipe/detail/published_word.hpp>

#include <thread>

namespace sluice::detail {

void let_others_run() noexcept {
    std::this_thread::yield();
}

} // namespace sluice::detail
