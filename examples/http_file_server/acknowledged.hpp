// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <optional>

namespace file_server {

/// The bytes that the peer of a TCP socket has acknowledged since it was connected; without a value
/// if the system does not tell. What has been written to a socket says little of its peer:
/// megabytes of it may wait in the kernel.
std::optional<std::uint64_t> acknowledged_bytes(int socket) noexcept;

} // namespace file_server
