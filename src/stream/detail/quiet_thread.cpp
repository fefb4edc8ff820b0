// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/quiet_thread.hpp>

#include <csignal>
#include <utility>

namespace sluice::detail {

#if !defined(_WIN32)

namespace {

// All signals, while it lives; threads inherit that.
struct blocked_signals {
    blocked_signals() noexcept {
        sigset_t all;
        sigfillset(&all);
        (void)::pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;
    ~blocked_signals() { (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr); }

    sigset_t before;
};

} // namespace

#else

namespace {

struct blocked_signals {
    blocked_signals() noexcept {} // there are none
};

} // namespace

#endif

std::thread start_quiet_thread(std::function<void()> body) {
    const blocked_signals blocked;
    return std::thread(std::move(body));
}

} // namespace sluice::detail
