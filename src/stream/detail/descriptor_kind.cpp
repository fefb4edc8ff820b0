// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/descriptor_kind.hpp>
#include <sluice/stream/detail/system_call.hpp>

#include <boost/asio/detail/config.hpp>

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR

#    include <sys/stat.h>

#    include <cstdio>
#    include <fcntl.h>
#    include <unistd.h>
#    if defined(__linux__)
#        include <sys/epoll.h>
#        include <sys/ioctl.h>
#    endif

namespace sluice::detail {

namespace {

// Whether the reactor can wait for it.
bool can_be_waited_for([[maybe_unused]] int descriptor) noexcept {
#    if defined(__linux__)
    const int probe = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event none{};
    const bool taken = ::epoll_ctl(probe, EPOLL_CTL_ADD, descriptor, &none) == 0;
    ::close(probe);
    return taken;
#    else
    return true;
#    endif
}

} // namespace

descriptor_kind kind_of(int descriptor, error_code& ec) noexcept {
    struct stat status {};
    ec = ::fstat(descriptor, &status) == 0 ? error_code() : last_error();
    // No kind at all: a descriptor of the reactor's own, which got a number that was free.
    if (!ec && (status.st_mode & S_IFMT) == 0)
        ec = make_error_code(boost::system::errc::bad_file_descriptor);
    if (S_ISFIFO(status.st_mode))
        return descriptor_kind::fifo;
    if (S_ISSOCK(status.st_mode))
        return descriptor_kind::socket;
    if (S_ISREG(status.st_mode))
        return descriptor_kind::file;
    if (S_ISCHR(status.st_mode) && can_be_waited_for(descriptor))
        return descriptor_kind::terminal;
    return descriptor_kind::device;
}

int open_again(int descriptor, descriptor_kind kind, bool& shares_flags, error_code& ec) noexcept {
    ec = {};
    shares_flags = false;
#    if defined(__linux__)
    // The controlling side of a terminal would be a new one, of a new terminal.
    unsigned number = 0;
    const bool controls = ::ioctl(descriptor, TIOCGPTN, &number) == 0;
    if (!controls && (kind == descriptor_kind::fifo || kind == descriptor_kind::terminal)) {
        char path[40];
        std::snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
        const int mode = ::fcntl(descriptor, F_GETFL) & O_ACCMODE;
        // Non-blocking: to open a pipe that nobody else has open would wait for the other end.
        const int again = ::open(path, mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (again >= 0)
            return again;
    }
#    endif
    shares_flags = kind != descriptor_kind::file && kind != descriptor_kind::device;
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        ec = last_error();
    return copy;
}

bool is_readable(int descriptor) noexcept {
    return (::fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_WRONLY;
}

bool is_non_blocking(int descriptor) noexcept {
    return (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
}

void make_blocking(int descriptor) noexcept {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
}

std::uint64_t shared_position(int descriptor) noexcept {
    const off_t position = ::lseek(descriptor, 0, SEEK_CUR);
    return position < 0 ? 0 : static_cast<std::uint64_t>(position);
}

void set_shared_position(int descriptor, std::uint64_t position) noexcept {
    (void)::lseek(descriptor, static_cast<off_t>(position), SEEK_SET);
}

} // namespace sluice::detail

#endif
