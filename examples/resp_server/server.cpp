// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>

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
    } catch (...) {
        std::fprintf(stderr, "resp_server: a connection failed\n");
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
    , listener_(context)
    , tick_(context) {
    listener_.listen(settings.addresses, settings.port);
    shared_.port = listener_.port();
    for (acceptor& one : listener_)
        asio::co_spawn(context_, accept_from(one), asio::detached);
    asio::co_spawn(context_, keep_time(), asio::detached);
}

awaitable<> server::accept_from(acceptor& source) {
    while (!shared_.stopping) {
        bool welcomed = false;
        try {
            auto [ec, socket] = co_await source.async_accept(awaited);
            if (!ec)
                welcome(std::move(socket));
            welcomed = !ec;
        } catch (...) {
            report(std::current_exception());
        }
        if (!welcomed && !shared_.stopping) {
            // Too few descriptors or too little memory: what ends may leave some.
            timer pause(context_, tick);
            co_await pause.async_wait(awaited);
        }
    }
}

void server::welcome(stream_socket socket) {
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
    listener_.close();
    for (auto next = shared_.sessions.begin(); next != shared_.sessions.end();)
        (*next++)->drain();
    tick_.cancel();
}

} // namespace resp_server
