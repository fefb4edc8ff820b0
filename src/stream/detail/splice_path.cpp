// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/splice_path.hpp>

#if defined(__linux__)

#    include <sluice/stream/detail/broken_pipe_signal.hpp>
#    include <sluice/stream/detail/system_call.hpp>

#    include <sys/socket.h>
#    include <sys/stat.h>

#    include <algorithm>
#    include <fcntl.h>
#    include <new>
#    include <poll.h>
#    include <unistd.h>

namespace sluice::detail {

namespace {

constexpr std::size_t most_of_a_step = 1 << 20;
constexpr unsigned steps_in_a_row = 16;
constexpr std::size_t landing_size = 64 * 1024;

bool is_pipe(int descriptor) noexcept {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
}

bool is_stream_socket(int descriptor) noexcept {
    int type = 0;
    socklen_t size = sizeof(type);
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

bool is_ready(int descriptor, short events) noexcept {
    pollfd one{descriptor, events, 0};
    return ::poll(&one, 1, 0) == 1;
}

// The system does not have it, not for these descriptors, or does not let us.
bool is_unsupported(int error) noexcept {
    return error == EINVAL || error == ENOSYS || error == EPERM || error == EOPNOTSUPP;
}

ssize_t splice(int from, int to, std::size_t most) noexcept {
    return uninterrupted([&] {
        return ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    });
}

} // namespace

splice_path::splice_path(int from, int to, system_pipe_service& pipes) noexcept
    : from_(from)
    , to_(to)
    , pipes_(pipes)
    , from_pipe_(is_pipe(from))
    , way_(from_pipe_ || is_pipe(to) ? way::direct : way::through_pipe) {}

splice_path::~splice_path() {
    if (is_empty())
        release();
}

bool splice_path::may_end_at(int descriptor) noexcept {
    return is_stream_socket(descriptor) || is_pipe(descriptor);
}

void splice_path::go(int from, int to, std::uint64_t most) noexcept {
    from_ = from;
    to_ = to;
    const std::uint64_t last = most < ~taken_ ? taken_ + most : ~std::uint64_t(0);
    waits_for_source_ = waits_for_sink_ = source_would_block_ = false;
    for (unsigned i = 0; i != steps_in_a_row; ++i)
        if (!step(last - taken_))
            break;
    if (sink_error_)
        return;
    if (is_empty())
        release();
    else if (!waits_for_sink_)
        return;
    // Else it was the pipe that had no room.
    if (source_would_block_ && (is_empty() || !is_ready(from_, POLLIN)))
        waits_for_source_ = true;
}

// Whether it may go on at once.
bool splice_path::step(std::uint64_t most) noexcept {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(most, most_of_a_step));
    const bool may_take = !source_is_over_ && n != 0;
    if (way_ == way::direct)
        return may_take && move_directly(n);
    const bool took = may_take && take(n);
    const bool gave = !is_empty() && give();
    return !sink_error_ && (took || gave);
}

bool splice_path::move_directly(std::size_t most) noexcept {
    const no_broken_pipe_signal guard;
    const ssize_t n = splice(from_, to_, most);
    if (n > 0) {
        taken_ += static_cast<std::size_t>(n);
        given_ = taken_;
    } else if (n == 0) {
        source_is_over_ = true;
    } else if (errno == EAGAIN) {
        (is_ready(from_, POLLIN) ? waits_for_sink_ : waits_for_source_) = true;
    } else if (is_unsupported(errno)) {
        return use_memory();
    } else if (from_ >= 0 && (from_pipe_ || errno == EPIPE || to_ < 0)) {
        sink_error_ = last_error();
    } else {
        source_error_ = last_error();
        source_is_over_ = true;
    }
    return n > 0;
}

bool splice_path::take(std::size_t most) noexcept {
    if (way_ == way::through_pipe && !pipe_.is_open()) {
        pipe_ = pipes_.take();
        if (!pipe_.is_open() && !use_memory())
            return false;
    }
    source_would_block_ = false;
    const ssize_t n =
        way_ == way::through_memory ? take_into_memory(most) : splice(from_, pipe_.sink(), most);
    if (n > 0) {
        taken_ += static_cast<std::size_t>(n);
    } else if (n == 0) {
        source_is_over_ = true;
    } else if (errno == EAGAIN) {
        source_would_block_ = true;
    } else if (way_ == way::through_pipe && is_unsupported(errno)) {
        return is_empty() && use_memory();
    } else {
        source_error_ = last_error();
        source_is_over_ = true;
    }
    return n > 0;
}

bool splice_path::give() noexcept {
    const no_broken_pipe_signal guard;
    const ssize_t n = way_ == way::through_memory
                          ? give_from_memory()
                          : splice(pipe_.source(), to_, static_cast<std::size_t>(taken_ - given_));
    if (n > 0)
        given_ += static_cast<std::size_t>(n);
    else if (n < 0 && errno == EAGAIN)
        waits_for_sink_ = true;
    else if (n < 0 && way_ == way::through_pipe && is_unsupported(errno))
        return use_memory();
    else
        sink_error_ = last_error();
    return n > 0;
}

// For what the system does not have, or not for these descriptors, or not now. What is in the pipe
// comes along.
bool splice_path::use_memory() noexcept {
    const auto held = static_cast<std::size_t>(taken_ - given_);
    if (!memory_.allocate(std::max(landing_size, held))) {
        sink_error_ = last_error();
        return false;
    }
    while (memory_.end != held) {
        const ssize_t n = uninterrupted([&] {
            return ::read(pipe_.source(), memory_.bytes.get() + memory_.end, held - memory_.end);
        });
        if (n <= 0) {
            sink_error_ = last_error();
            return false;
        }
        memory_.end += static_cast<std::size_t>(n);
    }
    way_ = way::through_memory;
    return true;
}

std::ptrdiff_t splice_path::take_into_memory(std::size_t most) noexcept {
    if (memory_.begin == memory_.end)
        memory_.begin = memory_.end = 0;
    if (!memory_.bytes && !memory_.allocate(landing_size))
        return -1;
    if (memory_.end == memory_.capacity) {
        errno = EAGAIN;
        return -1;
    }
    const ssize_t n = uninterrupted([&] {
        return ::read(from_, memory_.bytes.get() + memory_.end,
                      std::min(most, memory_.capacity - memory_.end));
    });
    if (n > 0)
        memory_.end += static_cast<std::size_t>(n);
    return n;
}

std::ptrdiff_t splice_path::give_from_memory() noexcept {
    const ssize_t n = uninterrupted([&] {
        return ::write(to_, memory_.bytes.get() + memory_.begin, memory_.end - memory_.begin);
    });
    if (n > 0)
        memory_.begin += static_cast<std::size_t>(n);
    return n;
}

void splice_path::release() noexcept {
    if (pipe_.is_open())
        pipes_.give_back(std::move(pipe_));
    memory_ = {};
}

bool splice_path::landing::allocate(std::size_t size) noexcept {
    bytes.reset(new (std::nothrow) std::byte[size]);
    capacity = size;
    if (!bytes)
        errno = ENOMEM;
    return bytes != nullptr;
}

} // namespace sluice::detail

#endif
