// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "link.hpp"

#include "tls.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <type_traits>
#include <utility>

namespace file_server {

namespace {

namespace asio = boost::asio;

// Requests are short: what a client sends is taken in small steps, so that little memory is held
// for one that sends without end, and the others have their turn soon.
constexpr std::size_t input_step = 32 * 1024;

// Most bytes that wait in the kernel to be sent: without a limit, megabytes would hide whether a
// client takes any. While a large file is sent, there is to be enough for as long as it takes to
// wake this thread.
constexpr int most_unsent = 128 * 1024, most_unsent_of_file = 512 * 1024;

void set_tcp_option(int socket, int option, int value) {
    ::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof(value));
}

sluice::connection_options connection_options(const service& owner) {
    sluice::connection_options result;
    result.pump.max_read_size = input_step;
    result.input.pause_threshold = input_step;
    result.input.pool = owner.pool;
    result.output.pool = owner.pool;
    result.handshake_timeout = owner.settings.header_timeout;
    return result;
}

template <class Stream>
class link_over final : public link {
    static constexpr bool in_clear = std::is_same_v<Stream, stream_socket>;

public:
    link_over(Stream stream, service& owner)
        : connection_(std::move(stream), connection_options(owner))
        , takes_files_(in_clear && owner.settings.sendfile) {
        set_tcp_option(native_socket(), TCP_NOTSENT_LOWAT, most_unsent);
    }

    reader& input() override { return connection_.input(); }
    writer& output() override { return connection_.output(); }

    // [async_run
    awaitable<> run() override {
        if constexpr (in_clear)
            co_await connection_.async_run(awaited);
        else
            co_await connection_.async_run(Stream::server, awaited);
    }
    // async_run]

    void cancel() override {
        connection_.cancel();
        sending_.emit(asio::cancellation_type::terminal);
    }

    bool takes_files() const noexcept override { return takes_files_; }

    void cork() override { set_tcp_option(native_socket(), TCP_CORK, 1); }

    awaitable<sluice::error_code> send(file& what,
                                       const std::function<void(std::uint64_t)>& moved) override {
        sluice::pump_progress report;
        report.callback = moved;
        report.interval = std::chrono::milliseconds(50);
        const sluice::pump_options how{.complete_sink = false, .progress = &report};
        set_tcp_option(native_socket(), TCP_NOTSENT_LOWAT, most_unsent_of_file);
        const auto [ec, n] =
            co_await sluice::async_pump(what, connection_.stream(), how,
                                        asio::bind_cancellation_slot(sending_.slot(), awaited));
        set_tcp_option(native_socket(), TCP_NOTSENT_LOWAT, most_unsent);
        set_tcp_option(native_socket(), TCP_CORK, 0);
        moved(n);
        co_return ec;
    }

private:
    int native_socket() { return connection_.stream().lowest_layer().native_handle(); }

    sluice::connection<Stream> connection_;
    asio::cancellation_signal sending_;
    const bool takes_files_;
};

} // namespace

std::unique_ptr<link> make_link(stream_socket socket, service& owner) {
#ifdef SLUICE_EXAMPLE_HAS_TLS
    if (owner.tls != nullptr)
        return std::make_unique<link_over<tls_socket>>(
            tls_socket(std::move(socket), owner.tls->context), owner);
#endif
    return std::make_unique<link_over<stream_socket>>(std::move(socket), owner);
}

} // namespace file_server
