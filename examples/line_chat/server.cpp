// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdio>
#include <exception>

namespace line_chat {

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
        std::fprintf(stderr, "line_chat: a connection failed: %s\n", e.what());
    }
}

} // namespace

server::server(asio::io_context& context, const options& settings)
    : context_(context)
    , room_(context.get_executor(), settings)
    , listener_(context,
                [](acceptor& one) {
                    one.set_option(asio::socket_base::send_buffer_size(
                        kernel_buffer)); // connections inherit it
                })
    , grace_(context) {
    listener_.listen(settings.addresses, settings.port);
    for (acceptor& one : listener_)
        asio::co_spawn(context_, accept_from(one), asio::detached);
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

void server::welcome(stream_socket socket) {
    sluice::error_code ignored; // it may be gone already
    socket.set_option(tcp::no_delay(true), ignored);
    if (sessions_.size() >= room_.settings.max_clients) {
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer("* the room is full\n", 19), ignored);
        return;
    }
    asio::co_spawn(
        context_,
        [](server& self, stream_socket client) -> awaitable<> {
            session one(std::move(client), self.room_);
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
    listener_.close();
    if (sessions_.empty())
        return;
    room_.say({text("* the room is closed")});
    for (session* const one : sessions_)
        one->close();
    grace_.expires_after(grace);
    grace_.async_wait([this](const sluice::error_code& ec) {
        for (auto next = sessions_.begin(); !ec && next != sessions_.end();)
            (*next++)->cancel(); // which may be its end
    });
}

} // namespace line_chat
