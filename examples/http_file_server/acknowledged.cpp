// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "acknowledged.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace file_server {

namespace {

// Of tcpi_bytes_acked in the kernel's tcp_info. The C library's tcp_info ends before it, and
// <linux/tcp.h> cannot be included beside <netinet/tcp.h>, as Asio does.
constexpr std::size_t place = 120;

} // namespace

std::optional<std::uint64_t> acknowledged_bytes(int socket) noexcept {
    std::uint64_t result = 0;
    std::array<char, place + sizeof(result)> info{};
    ::socklen_t size = info.size();
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, info.data(), &size) != 0 || size < info.size())
        return std::nullopt;
    std::memcpy(&result, info.data() + place, sizeof(result));
    return result;
}

} // namespace file_server
