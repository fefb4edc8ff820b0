// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "server.hpp"

#include "units.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <unistd.h>

namespace tcp_relay {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto room_check = 50ms;
constexpr auto line_interval = 1s;

sluice::segment_pool small_cache() {
    sluice::segment_pool_options result;
    result.max_cached_bytes = std::size_t{8} << 20;
    return sluice::segment_pool(result);
}

} // namespace

server::server(const options& settings)
    : tls_(settings)
    , service_{settings,
               tls_,
               ::isatty(STDERR_FILENO) == 1,
               small_cache(),
               {context_.get_executor(), settings.target}} {
    std::signal(SIGPIPE, SIG_IGN);
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    listener_.listen(settings.listen);
}

std::string server::where() const {
    std::string result;
    for (const std::string& one : listener_.where())
        result += (result.empty() ? "" : " and ") + one;
    return result;
}

void server::run() {
    for (acceptor& one : listener_) {
        one.non_blocking(true);
        asio::co_spawn(context_, accept_from(one), [](std::exception_ptr failure) {
            if (failure)
                std::rethrow_exception(failure);
        });
    }
    signals_.async_wait([this](const sluice::error_code&, int) { drain(); });
    if (service_.tells_progress)
        show_line();
    context_.run();
}

void server::drain() {
    signals_.clear(); // the next one ends the program at once
    draining_ = true;
    listener_.close();
    room_.cancel();
    if (service_.open.empty()) {
        line_.cancel();
        return;
    }
    grace_.expires_after(service_.settings.drain_timeout);
    grace_.async_wait([this](const sluice::error_code& ec) {
        if (ec)
            return;
        const auto all = service_.open;
        for (session* one : all)
            one->stop.emit(asio::cancellation_type::terminal);
    });
}

awaitable<> server::accept_from(acceptor& source) {
    while (!draining_) {
        if (is_full()) {
            co_await wait_for_room();
            continue;
        }
        if (const auto [ec] = co_await source.async_wait(acceptor::wait_read, awaited);
            ec || is_full()) // another acceptor was first
            continue;
        sluice::error_code ec;
        stream_socket client = source.accept(ec);
        if (!ec)
            start_session(std::move(client));
        else if (ec != asio::error::would_block && ec != asio::error::connection_aborted)
            co_await wait_for_room(); // too few descriptors: what ends may leave some
    }
}

bool server::is_full() const noexcept {
    return service_.open.size() >= service_.settings.max_connections;
}

// Until a connection ends, or for a moment.
awaitable<> server::wait_for_room() {
    if (draining_)
        co_return;
    if (room_.expiry() <= clock::now()) // else another acceptor waits, which this would wake
        room_.expires_after(room_check);
    co_await room_.async_wait(awaited);
}

void server::start_session(stream_socket client) {
    auto made = std::make_unique<session>(service_, std::move(client));
    session& one = *made;
    asio::co_spawn(
        context_, one.run(),
        asio::bind_cancellation_slot(
            one.stop.slot(), [this, made = std::move(made)](std::exception_ptr failure) mutable {
                try {
                    if (failure)
                        std::rethrow_exception(failure);
                } catch (const std::exception& e) {
                    if (!draining_)
                        std::fprintf(stderr, "tcp_relay: a connection failed: %s\n", e.what());
                }
                made.reset();
                room_.cancel();
                if (draining_ && service_.open.empty()) {
                    grace_.cancel();
                    line_.cancel();
                }
            }));
}

void server::show_line() {
    const auto rate = [](std::uint64_t now, std::uint64_t& shown) {
        const auto moved = static_cast<double>(now - std::exchange(shown, now));
        return bytes_text(moved / std::chrono::duration<double>(line_interval).count());
    };
    const std::string there = rate(service_.to_target, shown_to_target_);
    const std::string back = rate(service_.to_client, shown_to_client_);
    std::fprintf(stderr, "\r%zu open, %llu so far | to the target %s/s, %s | back %s/s, %s\033[K",
                 service_.open.size(), static_cast<unsigned long long>(service_.connections),
                 there.c_str(), bytes_text(service_.to_target).c_str(), back.c_str(),
                 bytes_text(service_.to_client).c_str());
    line_.expires_after(line_interval);
    line_.async_wait([this](const sluice::error_code& ec) {
        if (!ec)
            return show_line();
        std::fputs("\r\033[K", stderr);
    });
}

} // namespace tcp_relay
