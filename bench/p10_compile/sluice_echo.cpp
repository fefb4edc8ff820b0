// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// A server that echoes lines, as one writes it with Sluice.
#include <sluice/sluice.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class echo : public std::enable_shared_from_this<echo> {
public:
    explicit echo(tcp::socket socket) : client_(std::move(socket)) {}

    void read() {
        in_.async_read([self = shared_from_this()](error_code ec, sluice::read_result arrived) {
            if (!ec)
                self->write(arrived);
        });
    }

private:
    void write(const sluice::read_result& arrived) {
        sluice::readable_buffer rest = arrived.buffer;
        while (const auto newline = rest.find('\n')) {
            const auto line = rest.slice(0, *newline - rest.start() + 1);
            out_.write(line);
            rest = rest.slice(line.size());
        }
        in_.advance(rest.start(), rest.finish());
        out_.flush([self = shared_from_this(), last = arrived.completed](error_code ec) {
            if (!ec && !last)
                self->read();
        });
    }

    tcp::socket client_;
    sluice::stream_reader<tcp::socket&> in_{client_};
    sluice::stream_writer<tcp::socket&> out_{client_};
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
