// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/system_pipe.hpp>

#if defined(__linux__)
#    include <fcntl.h>
#    include <unistd.h>
#endif

namespace sluice::detail {

#if defined(__linux__)

namespace {

constexpr int wanted_capacity = 1 << 20;
constexpr int least_capacity = 1 << 16; // users with very many pipes get smaller ones

} // namespace

system_pipe::~system_pipe() {
    for (const int end : ends_)
        if (end >= 0)
            ::close(end);
}

system_pipe system_pipe::make() noexcept {
    system_pipe made;
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0)
        return made;
    made.ends_ = ends;
    if (::fcntl(ends[1], F_SETPIPE_SZ, wanted_capacity) < 0 &&
        ::fcntl(ends[1], F_GETPIPE_SZ) < least_capacity)
        return {};
    return made;
}

#else

system_pipe::~system_pipe() = default;

system_pipe system_pipe::make() noexcept {
    return {};
}

#endif

system_pipe system_pipe_service::take() noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (count_ != 0)
            return std::move(spare_[--count_]);
    }
    return system_pipe::make();
}

void system_pipe_service::give_back(system_pipe pipe) noexcept {
    const std::lock_guard lock(mutex_);
    if (count_ != spare_.size())
        spare_[count_++] = std::move(pipe);
}

} // namespace sluice::detail
