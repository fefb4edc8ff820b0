// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <cstdint>

namespace sluice {

/// What a descriptor of the system stands for. A `fifo` is a pipe, named or not; a `terminal` is
/// any character device that can be waited for; a `device` one that is always ready, such as
/// `/dev/null`, or a block device.
enum class descriptor_kind { fifo, socket, terminal, file, device };

namespace detail {

descriptor_kind kind_of(int descriptor, error_code& ec) noexcept;

// Another descriptor for the same. If the flags of the first are shared with other programs, as
// those of a terminal are, then not with this one, as far as the system allows: `shares_flags` says
// whether they still are.
int open_again(int descriptor, descriptor_kind kind, bool& shares_flags, error_code& ec) noexcept;

bool is_readable(int descriptor) noexcept;
// Whether it is in non-blocking mode.
bool is_non_blocking(int descriptor) noexcept;
void make_blocking(int descriptor) noexcept;

// The place in a file that all who share it read from next.
std::uint64_t shared_position(int descriptor) noexcept;
void set_shared_position(int descriptor, std::uint64_t position) noexcept;

} // namespace detail

} // namespace sluice
