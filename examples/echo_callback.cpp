// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Echoes lines, with callbacks. Usage: echo_callback [ADDRESS]

#include "support/listener.hpp"
#include <sluice/stream/connection.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>

namespace asio = boost::asio;
using stream_socket = asio::generic::stream_protocol::socket; // of TCP, or local
using sluice::error_code;
using namespace std::chrono_literals;

class echo : public std::enable_shared_from_this<echo> {
public:
    explicit echo(stream_socket socket) : client_(std::move(socket)) {}

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
                self->echo_lines(arrived);
                self->flush(arrived.completed);
            });
    }

    void echo_lines(const sluice::read_result& arrived) {
        sluice::readable_buffer rest = arrived.buffer;
        while (const auto newline = rest.find('\n')) {
            const auto line = rest.slice(0, *newline - rest.start() + 1);
            client_.output().write(line);
            rest = rest.slice(line.size());
        }
        if (arrived.completed)
            client_.output().write(rest); // a last line without its newline
        client_.input().advance(rest.start(), rest.finish());
    }

    void flush(bool last) {
        client_.output().flush([self = shared_from_this(), last](error_code ec) {
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

    sluice::connection<stream_socket> client_;
};

void accept_clients(support::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](error_code ec, stream_socket socket) {
        if (!ec) {
            std::make_shared<echo>(std::move(socket))->start();
            return accept_clients(acceptor);
        }
        // Too few descriptors or too little memory: what ends may leave some.
        auto pause = std::make_shared<support::timer>(acceptor.get_executor(), 50ms);
        pause->async_wait([&acceptor, pause](error_code) { accept_clients(acceptor); });
    });
}

int main(int argc, char** argv) try {
    if (argc > 2) {
        std::cerr << "usage: echo_callback [ADDRESS]\n";
        return 2;
    }
    asio::io_context context{1};
    support::listener listener(context);
    listener.listen(support::parse_address(argc == 2 ? argv[1] : "localhost:7000"));
    for (const std::string& where : listener.where())
        std::cout << "listening on " << where << std::endl;
    for (support::acceptor& one : listener)
        accept_clients(one);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "echo_callback: " << e.what() << '\n';
    return 1;
}
