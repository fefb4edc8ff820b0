// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p8_idle/echoes.hpp"
#include <sluice/stream/connection.hpp>

#include <memory>

namespace bench {

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : client_(std::move(socket)) {}

    void start() {
        client_.async_run([self = shared_from_this()](error_code) {});
        read();
    }

private:
    void read() {
        client_.input().async_read(
            [self = shared_from_this()](error_code ec, sluice::read_result arrived) {
                if (ec)
                    return self->end();
                self->echo(arrived);
            });
    }

    void echo(const sluice::read_result& arrived) {
        client_.output().append(arrived.buffer.preserve());
        client_.input().advance(arrived.buffer.finish());
        client_.output().flush(
            [self = shared_from_this(), last = arrived.completed](error_code ec) {
                if (ec || last)
                    self->end();
                else
                    self->read();
            });
    }

    void end() {
        client_.output().complete();
        client_.input().complete();
    }

    sluice::connection<tcp_socket> client_;
};

} // namespace

void echo_sluice_connection(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->start();
}

} // namespace bench
