// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Echoes lines over TCP, with futures: a thread per client that waits for them, while one thread
// runs the io_context. Usage: echo_future [HOST] PORT

#include <sluice/stream/connection.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <iostream>
#include <memory>
#include <thread>

namespace asio = boost::asio;
using asio::use_future;
using asio::ip::tcp;
using client_connection = sluice::connection<tcp::socket>;

void echo_lines(sluice::pipe_reader& in, sluice::pipe_writer& out) {
    for (bool more = true; more;) {
        const sluice::read_result arrived = in.async_read(use_future).get();
        sluice::readable_buffer rest = arrived.buffer;
        while (const auto newline = rest.find('\n')) {
            const auto line = rest.slice(0, *newline - rest.start() + 1);
            out.write(line);
            rest = rest.slice(line.size());
        }
        if (arrived.completed)
            out.write(rest); // a last line without its newline
        in.advance(rest.start(), rest.finish());
        more = !arrived.completed;
        out.flush(use_future).get();
    }
}

void serve(std::shared_ptr<client_connection> client) {
    // The connection belongs to the pool's thread; the ends of its pipes may be used here.
    asio::post(client->get_executor(),
               [client] { client->async_run([client](sluice::error_code) {}); });
    try {
        echo_lines(client->input(), client->output());
    } catch (const boost::system::system_error&) {
        // The client has gone.
    }
    client->output().complete();
    client->input().complete();
}

int main(int argc, char** argv) try {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: echo_future [HOST] PORT\n";
        return 2;
    }
    asio::thread_pool pool(1);
    tcp::resolver resolver(pool);
    const auto found = resolver.resolve(argc == 3 ? argv[1] : "127.0.0.1", argv[argc - 1]);
    tcp::acceptor acceptor(pool, *found.begin());
    std::cout << "listening on " << acceptor.local_endpoint() << std::endl;
    while (true) {
        tcp::socket socket = acceptor.async_accept(use_future).get();
        std::thread(serve, std::make_shared<client_connection>(std::move(socket))).detach();
    }
} catch (const std::exception& e) {
    std::cerr << "echo_future: " << e.what() << '\n';
    return 1;
}
