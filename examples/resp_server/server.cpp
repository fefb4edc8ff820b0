// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <cstdio>
#include <exception>
#include <memory>

namespace resp_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 100ms;
constexpr auto grace = 2s;

void report(std::exception_ptr failure) {
    try {
        if (failure)
            std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "resp_server: a connection failed: %s\n", e.what());
    }
}

} // namespace

void service::flush_messages() {
    while (!with_messages.empty()) {
        session* const next = with_messages.back();
        with_messages.pop_back();
        next->flush_messages(); // which may end any session
    }
}

server::server(asio::io_context& context, const options& settings)
    : context_(context)
    , shared_(settings)
    , tick_(context) {
    shared_.port = settings.port;
    if (settings.addresses.empty()) {
        listen("127.0.0.1", false);
        listen("::1", true);
    }
    for (const std::string& name : settings.addresses)
        listen(name, false);
    asio::co_spawn(context_, keep_time(), asio::detached);
}

void server::listen(const std::string& name, bool optional) {
    std::exception_ptr failure;
    bool listening = false;
    for (const auto& found : tcp::resolver(context_).resolve(name, "", tcp::resolver::passive)) {
        try {
            listen(tcp::endpoint(found.endpoint().address(), shared_.port));
            listening = true;
        } catch (const boost::system::system_error& e) {
            // Such as the IPv6 half of "localhost" on a machine without IPv6.
            if (e.code() != asio::error::address_family_not_supported &&
                e.code() != boost::system::errc::address_not_available)
                throw;
            failure = std::current_exception();
        }
    }
    if (!listening && failure && !optional)
        std::rethrow_exception(failure);
}

void server::listen(const tcp::endpoint& where) {
    acceptor source(context_, where.protocol());
    source.set_option(asio::socket_base::reuse_address(true));
    if (where.protocol() == tcp::v6())
        source.set_option(asio::ip::v6_only(true));
    source.bind(where);
    source.listen();
    shared_.port = source.local_endpoint().port();
    acceptors_.push_back(std::move(source));
    asio::co_spawn(context_, accept_from(acceptors_.back()), asio::detached);
}

std::vector<tcp::endpoint> server::endpoints() const {
    std::vector<tcp::endpoint> result;
    for (const acceptor& one : acceptors_)
        result.push_back(one.local_endpoint());
    return result;
}

awaitable<> server::accept_from(acceptor& source) {
    while (!shared_.stopping) {
        auto [ec, socket] = co_await source.async_accept(awaited);
        if (!ec) {
            welcome(std::move(socket));
        } else if (!shared_.stopping) {
            // Too few descriptors or too little memory: what ends may leave some.
            timer pause(context_, tick);
            co_await pause.async_wait(awaited);
        }
    }
}

void server::welcome(tcp_socket socket) {
    sluice::error_code ignored; // it may be gone already
    socket.set_option(tcp::no_delay(true), ignored);
    ++shared_.served.connections;
    if (shared_.sessions.size() >= shared_.settings.max_clients) {
        ++shared_.served.refused;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer("-ERR max number of clients reached\r\n", 36), ignored);
        return;
    }
    asio::co_spawn(
        context_,
        [](std::shared_ptr<session> one) -> awaitable<> {
            co_await one->run();
        }(std::make_shared<session>(std::move(socket), shared_)),
        report);
}

awaitable<> server::keep_time() {
    while (!shared_.stopping || !shared_.sessions.empty()) {
        tick_.expires_after(tick);
        co_await tick_.async_wait(awaited);
        shared_.data.expire_some();
        const auto running = clock::now() - shared_.started;
        shared_.seconds = static_cast<unsigned>(running / 1s);
        const auto limit = static_cast<unsigned>(shared_.settings.timeout.count());
        const bool let_go = shared_.stopping && clock::now() - stopped_ >= grace;
        for (auto next = shared_.sessions.begin(); next != shared_.sessions.end();) {
            session& one = **next++;
            if (let_go)
                one.cancel();
            else if (limit != 0)
                one.end_if_idle(limit);
        }
    }
}

void server::stop() {
    shared_.stopping = true;
    stopped_ = clock::now();
    for (acceptor& source : acceptors_)
        source.close();
    for (auto next = shared_.sessions.begin(); next != shared_.sessions.end();)
        (*next++)->drain();
    tick_.cancel();
}

} // namespace resp_server
