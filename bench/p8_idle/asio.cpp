// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p8_idle/echoes.hpp"

#include <boost/asio/write.hpp>

#include <array>
#include <memory>

namespace bench {

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : client_(std::move(socket)) {}

    void read() {
        client_.async_read_some(asio::buffer(memory_),
                                [self = shared_from_this()](error_code ec, std::size_t n) {
                                    if (!ec)
                                        self->write(n);
                                });
    }

private:
    void write(std::size_t n) {
        asio::async_write(client_, asio::buffer(memory_, n),
                          [self = shared_from_this()](error_code ec, std::size_t) {
                              if (!ec)
                                  self->read();
                          });
    }

    tcp_socket client_;
    std::array<char, 8192> memory_;
};

} // namespace

void echo_asio(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->read();
}

} // namespace bench
