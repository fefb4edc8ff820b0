// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p8_idle/echoes.hpp"
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace bench {

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : client_(std::move(socket)), in_(client_), out_(client_) {}

    void read() {
        in_.async_read([self = shared_from_this()](error_code ec, sluice::read_result arrived) {
            if (!ec)
                self->echo(arrived);
        });
    }

private:
    void echo(const sluice::read_result& arrived) {
        out_.write(arrived.buffer);
        in_.advance(arrived.buffer.finish());
        out_.flush([self = shared_from_this(), last = arrived.completed](error_code ec) {
            if (!ec && !last)
                self->read();
        });
    }

    tcp_socket client_;
    sluice::stream_reader<tcp_socket&> in_;
    sluice::stream_writer<tcp_socket&> out_;
};

asio::awaitable<void, executor> echo(tcp_socket client) {
    constexpr asio::use_awaitable_t<executor> awaited;
    sluice::stream_reader in(client);
    sluice::stream_writer out(client);
    for (bool more = true; more;) {
        const sluice::read_result arrived = co_await in.async_read(awaited);
        out.write(arrived.buffer);
        in.advance(arrived.buffer.finish());
        more = !arrived.completed;
        co_await out.flush(awaited);
    }
}

} // namespace

void echo_sluice_callbacks(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->read();
}

void echo_sluice_coroutine(tcp_socket socket) {
    const executor where = socket.get_executor();
    asio::co_spawn(where, echo(std::move(socket)), asio::detached);
}

} // namespace bench
