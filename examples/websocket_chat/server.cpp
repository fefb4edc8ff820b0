// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <cstdio>
#include <exception>

namespace websocket_chat {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

constexpr auto pause_for_room = 100ms;
constexpr auto grace = 2s;
constexpr int kernel_buffer = 64 * 1024; // megabytes there would hide that a client is slow

void report(std::exception_ptr failure) {
    try {
        if (failure)
            std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "websocket_chat: a connection failed: %s\n", e.what());
    }
}

} // namespace

server::server(asio::io_context& context, const options& settings)
    : context_(context)
    , settings_(settings)
    , room_(settings.max_clients, settings.output_limit / 2)
    , grace_(context)
    , port_(settings.port) {
    if (settings.addresses.empty()) {
        listen("127.0.0.1", false);
        listen("::1", true);
    }
    for (const std::string& name : settings.addresses)
        listen(name, false);
}

void server::listen(const std::string& name, bool optional) {
    std::exception_ptr failure;
    bool listening = false;
    for (const auto& found : tcp::resolver(context_).resolve(name, "", tcp::resolver::passive)) {
        try {
            listen(tcp::endpoint(found.endpoint().address(), port_));
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
    source.set_option(asio::socket_base::send_buffer_size(kernel_buffer)); // connections inherit it
    if (where.protocol() == tcp::v6())
        source.set_option(asio::ip::v6_only(true));
    source.bind(where);
    source.listen();
    port_ = source.local_endpoint().port();
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
    while (!stopping_) {
        auto [ec, socket] = co_await source.async_accept(awaited);
        if (!ec) {
            welcome(std::move(socket));
        } else if (!stopping_) {
            // Too few descriptors or too little memory: what ends may leave some.
            timer pause(context_, pause_for_room);
            co_await pause.async_wait(awaited);
        }
    }
}

void server::welcome(tcp_socket socket) {
    sluice::error_code ignored; // it may be gone already
    socket.set_option(tcp::no_delay(true), ignored);
    if (sessions_.size() >= settings_.max_clients + settings_.spare_connections)
        return;
    asio::co_spawn(
        context_,
        [](server& self, tcp_socket client) -> awaitable<> {
            session one(std::move(client), self.room_, self.settings_);
            const auto place = self.sessions_.insert(self.sessions_.end(), &one);
            co_await one.run();
            self.sessions_.erase(place);
            if (self.stopping_ && self.sessions_.empty())
                self.grace_.cancel();
        }(*this, std::move(socket)),
        report);
}

void server::stop() {
    stopping_ = true;
    for (acceptor& source : acceptors_)
        source.close();
    if (sessions_.empty())
        return;
    room_.say("note the room is closed");
    for (session* const one : sessions_)
        one->close();
    grace_.expires_after(grace);
    grace_.async_wait([this](const sluice::error_code& ec) {
        for (auto next = sessions_.begin(); !ec && next != sessions_.end();)
            (*next++)->cancel(); // which may be its end
    });
}

} // namespace websocket_chat
