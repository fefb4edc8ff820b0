// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "output.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <unistd.h>

void output::flush() {
    std::string_view left = gathered_;
    while (!left.empty()) {
        const ssize_t n = ::write(STDOUT_FILENO, left.data(), left.size());
        if (n > 0)
            left.remove_prefix(static_cast<std::size_t>(n));
        else if (errno == EPIPE)
            std::_Exit(2);
        else if (pollfd writable = {STDOUT_FILENO, POLLOUT, 0}; errno == EAGAIN)
            ::poll(&writable, 1, -1); // somebody has made it non-blocking
        else if (errno != EINTR)
            throw boost::system::system_error(errno, boost::system::system_category(),
                                              "write error");
    }
    gathered_.clear();
}
