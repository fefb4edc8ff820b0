// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Echoes lines, with coroutines. Usage: echo_coroutine [ADDRESS]

#include "support/listener.hpp"
#include <sluice/stream/connection.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <iostream>

namespace asio = boost::asio;
using asio::use_awaitable;
using stream_socket = asio::generic::stream_protocol::socket; // of TCP, or local
using namespace std::chrono_literals;
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

asio::awaitable<void> serve(stream_socket socket) {
    sluice::connection<stream_socket> client(std::move(socket));
    co_await (client.async_run(use_awaitable) && echo_lines(client.input(), client.output()));
}

asio::awaitable<void> accept_clients(support::acceptor& acceptor) {
    while (true) {
        auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(use_awaitable));
        if (!ec) {
            asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
        } else {
            // Too few descriptors or too little memory: what ends may leave some.
            support::timer pause(acceptor.get_executor(), 50ms);
            co_await pause.async_wait(use_awaitable);
        }
    }
}

int main(int argc, char** argv) try {
    if (argc > 2) {
        std::cerr << "usage: echo_coroutine [ADDRESS]\n";
        return 2;
    }
    asio::io_context context{1};
    support::listener listener(context);
    listener.listen(support::parse_address(argc == 2 ? argv[1] : "localhost:7000"));
    for (const std::string& where : listener.where())
        std::cout << "listening on " << where << std::endl;
    for (support::acceptor& one : listener)
        asio::co_spawn(context, accept_clients(one), [](std::exception_ptr failure) {
            if (failure)
                std::rethrow_exception(failure);
        });
    context.run();
} catch (const std::exception& e) {
    std::cerr << "echo_coroutine: " << e.what() << '\n';
    return 1;
}
