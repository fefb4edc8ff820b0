// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"

#ifdef SLUICE_EXAMPLE_HAS_TLS
#    include <sluice/stream/tls_stream.hpp>

#    include <boost/asio/ssl/context.hpp>

#    include <optional>
#endif

namespace tcp_relay {

struct options;

#ifdef SLUICE_EXAMPLE_HAS_TLS

inline constexpr bool has_tls = true;

using tls_socket = sluice::tls_stream<stream_socket&>;

/// What TLS needs on either side; absent where it is not spoken.
struct tls_sides {
    /// Throws `std::runtime_error`, as when a file cannot be read.
    explicit tls_sides(const options& settings);

    std::optional<boost::asio::ssl::context> listen, target;
};

/// Sets whom to expect at the other end: it must have a certificate for that name.
void expect_host(tls_socket& target, const std::string& host);

#else

inline constexpr bool has_tls = false;

struct tls_sides {
    explicit tls_sides(const options&) noexcept {}
};

#endif

} // namespace tcp_relay
