// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>

#include <array>
#include <unistd.h>

namespace sluice::test {

namespace asio = boost::asio;

// Two connected streams: bytes go from `near` to `far`, with sockets also back.
struct tcp_pair {
    asio::ip::tcp::socket near, far;

    explicit tcp_pair(asio::io_context& context) : near(context), far(context) {
        asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
        near.connect(acceptor.local_endpoint());
        acceptor.accept(far);
    }
};

struct local_pair {
    asio::local::stream_protocol::socket near, far;

    explicit local_pair(asio::io_context& context) : near(context), far(context) {
        asio::local::connect_pair(near, far);
    }
};

struct pipe_pair {
    asio::writable_pipe near;
    asio::readable_pipe far;

    explicit pipe_pair(asio::io_context& context) : near(context), far(context) {
        asio::connect_pipe(far, near);
    }
};

struct descriptor_pair {
    asio::posix::stream_descriptor near, far;

    explicit descriptor_pair(asio::io_context& context) : near(context), far(context) {
        std::array<int, 2> ends;
        if (::pipe(ends.data()) != 0)
            throw boost::system::system_error(errno, boost::system::system_category());
        far.assign(ends[0]);
        near.assign(ends[1]);
    }
};

} // namespace sluice::test
