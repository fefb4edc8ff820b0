// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/file_transfer.hpp>

#if defined(__linux__)

#    include <sluice/stream/detail/broken_pipe_signal.hpp>
#    include <sluice/stream/detail/system_call.hpp>

#    include <sys/sendfile.h>

namespace sluice::detail {

namespace {

file_transfer::reason reason_of(int error) noexcept {
    switch (error) {
    case EAGAIN:
        return file_transfer::would_block;
    case EINVAL:
    case ENOSYS:
    case EPERM:
    case EOPNOTSUPP:
        return file_transfer::is_unsupported;
    default:
        return file_transfer::failed;
    }
}

} // namespace

file_transfer send_part_of_file(int file, std::uint64_t position, int sink,
                                std::uint64_t most) noexcept {
    const no_broken_pipe_signal guard;
    file_transfer sent;
    while (sent.state == file_transfer::had_enough && sent.size != most) {
        auto where = static_cast<off_t>(position + sent.size);
        const ssize_t n =
            ::sendfile(sink, file, &where, static_cast<std::size_t>(most - sent.size));
        if (n > 0)
            sent.size += static_cast<std::uint64_t>(n);
        else if (n == 0)
            sent.state = file_transfer::at_end;
        else if (errno != EINTR)
            sent.state = reason_of(errno);
    }
    if (sent.state == file_transfer::failed || sent.state == file_transfer::is_unsupported)
        sent.ec = last_error();
    return sent;
}

} // namespace sluice::detail

#endif
