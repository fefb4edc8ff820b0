// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Echoes lines over TCP, with coroutines. Usage: echo_coroutine [HOST] PORT

#include <sluice/stream/connection.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> echo_lines(sluice::pipe_reader& in, sluice::pipe_writer& out) {
    for (bool more = true; more;) {
        const sluice::read_result arrived = co_await in.async_read(use_awaitable);
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
        co_await out.flush(use_awaitable);
    }
    out.complete();
}

asio::awaitable<void> serve(tcp::socket socket) {
    sluice::connection<tcp::socket> client(std::move(socket));
    co_await (client.async_run(use_awaitable) && echo_lines(client.input(), client.output()));
}

asio::awaitable<void> accept_clients(tcp::acceptor acceptor) {
    while (true)
        asio::co_spawn(acceptor.get_executor(),
                       serve(co_await acceptor.async_accept(use_awaitable)), asio::detached);
}

int main(int argc, char** argv) try {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: echo_coroutine [HOST] PORT\n";
        return 2;
    }
    asio::io_context context{1};
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(argc == 3 ? argv[1] : "127.0.0.1", argv[argc - 1]);
    tcp::acceptor acceptor(context, *found.begin());
    std::cout << "listening on " << acceptor.local_endpoint() << std::endl;
    asio::co_spawn(context, accept_clients(std::move(acceptor)), [](std::exception_ptr failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
    context.run();
} catch (const std::exception& e) {
    std::cerr << "echo_coroutine: " << e.what() << '\n';
    return 1;
}
