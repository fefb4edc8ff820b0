// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "worker.hpp"

#include "session.hpp"
#include "support/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <unistd.h>
#include <utility>

namespace file_server {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto room_check = 50ms;
constexpr int taken_at_once = 4;

// Coarse enough to cost nothing, fine enough for the shortest of the limits.
deadlines::clock::duration tick_for(const options& settings) {
    const auto shortest =
        std::min({settings.header_timeout, settings.idle_timeout, settings.request_timeout});
    return std::clamp<deadlines::clock::duration>(shortest / 8, 10ms, 500ms);
}

sluice::segment_pool small_cache() {
    sluice::segment_pool_options result;
    result.max_cached_bytes = std::size_t{8} << 20;
    return sluice::segment_pool(result);
}

void share_port(int socket) {
    const int on = 1;
    if (::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "SO_REUSEPORT");
}

void report(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "http_file_server: a connection failed: %s\n", e.what());
    }
}

} // namespace

worker::worker(const options& settings, const document_root& root, tls_identity* tls,
               connection_limit& limit)
    : clock_(context_, tick_for(settings))
    , pipelining_(context_.get_executor())
    , service_{settings, root, clock_, pipelining_, tls, small_cache(), {}, {}}
    , limit_(limit)
    , room_(context_)
    , grace_(context_) {}

endpoint worker::listen(const endpoint& at, bool shared, bool first) {
    // The first socket is bound before it shares the port: that fails if another program has it.
    acceptor source = support::bind_acceptor(context_, at, [=](acceptor& one) {
        if (shared && !first)
            share_port(one.native_handle());
    });
    const endpoint where = source.local_endpoint();
    if (shared && first && !support::is_local(where))
        share_port(source.native_handle());
    source.listen();
    start_accepting(std::move(source));
    return where;
}

void worker::listen_with(worker& other) {
    for (acceptor& one : other.acceptors_) {
        const endpoint where = one.local_endpoint();
        if (!support::is_local(where))
            continue;
        const int copy = ::dup(one.native_handle());
        if (copy < 0)
            throw boost::system::system_error(errno, boost::system::system_category(), "dup");
        start_accepting(acceptor(context_, where.protocol(), copy));
    }
}

void worker::start_accepting(acceptor source) {
    source.non_blocking(true);
    acceptors_.push_back(std::move(source));
    asio::co_spawn(context_, accept_from(acceptors_.back()), [](std::exception_ptr failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
}

void worker::drain() {
    asio::post(context_, [this] {
        service_.draining = true;
        for (acceptor& source : acceptors_)
            support::close_acceptor(source);
        room_.cancel();
        for (auto next = service_.sessions.begin(); next != service_.sessions.end();)
            (*next++)->drain(); // which may be its end
        if (service_.sessions.empty())
            return;
        grace_.expires_after(service_.settings.drain_timeout);
        grace_.async_wait([this](const sluice::error_code& ec) {
            if (!ec)
                cancel_all();
        });
    });
}

awaitable<> worker::accept_from(acceptor& source) {
    while (!service_.draining) {
        if (const auto [ec] = co_await source.async_wait(acceptor::wait_read, awaited); ec)
            continue;
        sluice::error_code ec;
        for (int taken = 1; !ec && !service_.draining; ++taken) {
            if (taken % taken_at_once == 0) // the connections have their turn
                co_await asio::post(context_, awaited);
            if (!limit_.try_acquire()) {
                co_await wait_for_room();
                continue;
            }
            stream_socket socket = source.accept(ec);
            if (ec)
                limit_.release();
            else
                start_session(std::move(socket));
        }
        // Too few descriptors or too little memory: what ends may leave some.
        if (ec != asio::error::would_block && ec != asio::error::connection_aborted)
            co_await wait_for_room();
    }
}

// Until a connection of this thread ends, or for a moment: one of another thread may have.
awaitable<> worker::wait_for_room() {
    if (service_.draining)
        co_return;
    if (room_.expiry() <= timer::clock_type::now()) // else another acceptor waits: it would wake
        room_.expires_after(room_check);
    co_await room_.async_wait(awaited);
}

void worker::start_session(stream_socket socket) {
    ++service_.served.connections;
    sluice::error_code ignored; // it may be gone already
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    asio::co_spawn(
        context_,
        [](stream_socket client, service& shared) -> awaitable<> {
            session one(std::move(client), shared);
            co_await one.run();
        }(std::move(socket), service_),
        [this](std::exception_ptr failure) {
            if (failure)
                report(failure);
            end_session();
        });
}

void worker::end_session() {
    limit_.release();
    room_.cancel();
    if (service_.draining && service_.sessions.empty())
        grace_.cancel();
}

void worker::cancel_all() {
    for (auto next = service_.sessions.begin(); next != service_.sessions.end();)
        (*next++)->cancel();
}

} // namespace file_server
