// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <cstdint>

namespace sluice::detail {

// What the system has sent of a file, and why not more.
struct file_transfer {
    enum reason { had_enough, at_end, would_block, is_unsupported, failed };

    reason state = had_enough;
    error_code ec;
    std::uint64_t size = 0;
};

// Sends at most so many bytes to a socket or pipe in non-blocking mode.
file_transfer send_part_of_file(int file, std::uint64_t position, int sink,
                                std::uint64_t most) noexcept;

} // namespace sluice::detail
