// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "acknowledged.hpp"

// Not <netinet/tcp.h>: the C library's tcp_info ends before the member that is needed.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace file_server {

std::optional<std::uint64_t> acknowledged_bytes(int socket) noexcept {
    ::tcp_info info{};
    ::socklen_t size = sizeof(info);
    constexpr std::size_t needed = offsetof(::tcp_info, tcpi_bytes_acked) + sizeof(std::uint64_t);
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size < needed)
        return std::nullopt;
    return info.tcpi_bytes_acked;
}

} // namespace file_server
