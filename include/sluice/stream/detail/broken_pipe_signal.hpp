// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cerrno>
#include <csignal>
#include <ctime>

namespace sluice::detail {

// While it lives, a sink without a reader is an error, and not the end of the process: `splice` and
// `sendfile` know no flag for that.
class no_broken_pipe_signal {
public:
    no_broken_pipe_signal() noexcept {
        sigemptyset(&set_);
        sigaddset(&set_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
    }
    ~no_broken_pipe_signal() {
        if (sigismember(&before_, SIGPIPE) != 0)
            return;
        const int found = errno;
        const timespec now{};
        if (found == EPIPE)
            ::sigtimedwait(&set_, nullptr, &now);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = found;
    }
    no_broken_pipe_signal(const no_broken_pipe_signal&) = delete;
    no_broken_pipe_signal& operator=(const no_broken_pipe_signal&) = delete;

private:
    sigset_t set_, before_;
};

} // namespace sluice::detail
