// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/network.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace resp_server {

/// A socket that knows how much its peer, or the system for it, has taken.
class counting_socket : public support::stream_socket {
public:
    explicit counting_socket(support::stream_socket socket)
        : support::stream_socket(std::move(socket)) {}

    /// The connection sends with this alone.
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers, boost::system::error_code& ec) {
        const std::size_t n = support::stream_socket::write_some(buffers, ec);
        taken_ += n;
        return n;
    }

    std::uint64_t taken() const noexcept { return taken_; }

private:
    std::uint64_t taken_ = 0;
};

} // namespace resp_server
