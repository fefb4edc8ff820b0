// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "session.hpp"

#include "units.hpp"
#include <sluice/stream/relay.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <cstdio>

namespace tcp_relay {

namespace asio = boost::asio;

namespace {

constexpr asio::use_awaitable_t<executor> use_awaitable{};

void send_at_once(stream_socket& one) {
    sluice::error_code ignored; // it is local, or gone already
    one.set_option(asio::ip::tcp::no_delay(true), ignored);
}

std::string text_of_peer(const stream_socket& one) {
    sluice::error_code ec;
    const endpoint peer = one.remote_endpoint(ec);
    return ec ? "a client that is gone" : support::text_of(peer);
}

// The peer shall not take what it got for all there is. What is on its way to it goes first.
void reset(stream_socket& one) {
    int unsent = 0;
    sluice::error_code ignored;
    if (one.is_open() && ::ioctl(one.native_handle(), SIOCOUTQ, &unsent) == 0 && unsent == 0)
        one.set_option(asio::socket_base::linger(true, 0), ignored);
    one.close(ignored); // the destructor would not reset
}

#ifdef SLUICE_EXAMPLE_HAS_TLS
awaitable<sluice::error_code> handshake(tls_socket& stream,
                                        asio::ssl::stream_base::handshake_type as) {
    const auto [ec] = co_await stream.async_handshake(as, awaited);
    co_return ec;
}
#endif

} // namespace

session::session(service& owner, stream_socket client)
    : service_(owner)
    , peer_(text_of_peer(client))
    , number_(++owner.connections)
    , client_(std::move(client))
    , target_(client_.get_executor())
    , position_(owner.open.insert(owner.open.end(), this)) {
    send_at_once(client_);
}

session::~session() {
    service_.open.erase(position_);
    if (moved_.a_to_b.reason)
        reset(target_);
    if (moved_.b_to_a.reason || !failure_.empty())
        reset(client_);
    if (service_.settings.verbose)
        log();
}

awaitable<> session::run() {
#ifdef SLUICE_EXAMPLE_HAS_TLS
    if (service_.tls.listen) {
        tls_socket client(client_, *service_.tls.listen);
        if (co_await in_time("TLS", handshake(client, asio::ssl::stream_base::server)))
            co_await reach_target(client);
        co_return;
    }
#endif
    co_await reach_target(client_);
}

template <class Client>
awaitable<> session::reach_target(Client& client) {
    if (!co_await in_time("target", connect()))
        co_return;
#ifdef SLUICE_EXAMPLE_HAS_TLS
    if (service_.tls.target) {
        tls_socket target(target_, *service_.tls.target);
        expect_host(target, service_.settings.target.host);
        if (co_await in_time("TLS of the target",
                             handshake(target, asio::ssl::stream_base::client)))
            co_await relay(client, target);
        co_return;
    }
#endif
    co_await relay(client, target_);
}

// False: it failed, or took too long.
awaitable<bool> session::in_time(const char* what, awaitable<error_code> step) {
    using namespace asio::experimental::awaitable_operators;
    const auto limit = service_.settings.connect_timeout;
    timer patience(client_.get_executor());
    patience.expires_at(limit.count() == 0 ? clock::time_point::max() : clock::now() + limit);
    const auto done = co_await (std::move(step) || patience.async_wait(use_awaitable));
    const error_code ec =
        done.index() == 0 ? std::get<0>(done) : error_code(asio::error::timed_out);
    if (ec)
        failure_ = std::string(what) + ": " + ec.message();
    co_return !ec;
}

awaitable<session::error_code> session::connect() {
    std::vector<endpoint> candidates;
    try {
        candidates = co_await service_.target.endpoints();
    } catch (const boost::system::system_error& e) {
        co_return e.code();
    }
    error_code result = asio::error::host_not_found;
    for (const endpoint& one : candidates) {
        error_code ignored; // nothing was open before
        target_.close(ignored);
        const auto [ec] = co_await target_.async_connect(one, awaited);
        result = ec;
        if (!ec) {
            send_at_once(target_);
            break;
        }
    }
    co_return result;
}

template <class Client, class Target>
awaitable<> session::relay(Client& client, Target& target) {
    sluice::relay_options how;
    how.between.pool = service_.pool;
    how.idle_timeout = service_.settings.idle_timeout;
    how.half_close_timeout = service_.settings.half_close_timeout;
    if (service_.tells_progress)
        how.progress = [this](const sluice::relay_result& so_far) { count(so_far); };
    const auto [ec, result] = co_await sluice::async_relay(client, target, how, awaited);
    count(result);
}

void session::count(const sluice::relay_result& so_far) {
    service_.to_target += so_far.a_to_b.bytes - moved_.a_to_b.bytes;
    service_.to_client += so_far.b_to_a.bytes - moved_.b_to_a.bytes;
    moved_ = so_far;
}

void session::log() const {
    const auto direction = [](const sluice::relay_direction& one) {
        return bytes_text(one.bytes) + " (" + (one.reason ? one.reason.message() : "end") + ")";
    };
    const std::chrono::duration<double> time = clock::now() - begin_;
    const std::string what = failure_.empty() ? direction(moved_.a_to_b) + " to the target, " +
                                                    direction(moved_.b_to_a) + " back"
                                              : failure_;
    std::fprintf(stderr, "#%llu %s: %s, %.3f s\n", static_cast<unsigned long long>(number_),
                 peer_.c_str(), what.c_str(), time.count());
}

} // namespace tcp_relay
