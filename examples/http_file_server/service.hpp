// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "deadlines.hpp"
#include "document_root.hpp"
#include "options.hpp"
#include <sluice/memory/segment_pool.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <list>

namespace file_server {

// The io_context's own executor type everywhere: it is cheaper than the type-erased one.
using executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Awaits an operation; errors are part of the result and not thrown.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<executor>> awaited{};

class session;
struct tls_identity;

struct statistics {
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0; // heads and bodies of answers
};

/// What the sessions of one thread share.
struct service {
    const options& settings;
    const document_root& root;
    deadlines& clock;
    tls_identity* tls; // none: in clear
    sluice::segment_pool pool;
    statistics served;
    std::list<session*> sessions;
    bool draining = false;
};

} // namespace file_server
