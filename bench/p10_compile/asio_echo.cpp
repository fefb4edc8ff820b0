// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// A server that echoes lines, as one writes it with Asio.
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <memory>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class echo : public std::enable_shared_from_this<echo> {
public:
    explicit echo(tcp::socket socket) : client_(std::move(socket)) {}

    void read() {
        asio::async_read_until(client_, arrived_, '\n',
                               [self = shared_from_this()](error_code ec, std::size_t size) {
                                   if (!ec)
                                       self->write(size);
                               });
    }

private:
    void write(std::size_t size) {
        asio::async_write(client_, asio::buffer(arrived_.data(), size),
                          [self = shared_from_this()](error_code ec, std::size_t n) {
                              self->arrived_.consume(n);
                              if (!ec)
                                  self->read();
                          });
    }

    tcp::socket client_;
    asio::streambuf arrived_;
};

void accept_clients(tcp::acceptor& source) {
    source.async_accept([&source](error_code ec, tcp::socket socket) {
        if (!ec)
            std::make_shared<echo>(std::move(socket))->read();
        accept_clients(source);
    });
}

int main() {
    asio::io_context context;
    tcp::acceptor source(context, {tcp::v4(), 7000});
    accept_clients(source);
    context.run();
}
