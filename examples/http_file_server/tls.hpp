// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "options.hpp"

#ifdef SLUICE_EXAMPLE_HAS_TLS
#    include "service.hpp"
#    include <sluice/stream/tls_stream.hpp>

#    include <boost/asio/ssl/context.hpp>
#endif

namespace file_server {

#ifdef SLUICE_EXAMPLE_HAS_TLS

inline constexpr bool has_tls = true;

using tls_socket = sluice::tls_stream<stream_socket>;

/// What the server shows of itself.
struct tls_identity {
    /// Throws `std::runtime_error`, as when a file cannot be read.
    explicit tls_identity(const options& settings);

    boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
};

#else

inline constexpr bool has_tls = false;

struct tls_identity {
    explicit tls_identity(const options&) noexcept {}
};

#endif

} // namespace file_server
