// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Echoes lines, with futures: a thread per client that waits for them, while one thread
// runs the io_context. Usage: echo_future [ADDRESS]

#include "support/listener.hpp"
#include <sluice/stream/connection.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using asio::use_future;
using stream_socket = asio::generic::stream_protocol::socket; // of TCP, or local
using namespace std::chrono_literals;
using client_connection = sluice::connection<stream_socket>;

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
    // The connection belongs to the thread of the io_context; the ends of its pipes may be used
    // here.
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

void accept_clients(support::acceptor& acceptor) {
    while (true) {
        try {
            stream_socket socket = acceptor.async_accept(use_future).get();
            std::thread(serve, std::make_shared<client_connection>(std::move(socket))).detach();
        } catch (const std::exception&) {
            // Too few descriptors or threads, or too little memory: what ends may leave some.
            std::this_thread::sleep_for(50ms);
        }
    }
}

int main(int argc, char** argv) try {
    if (argc > 2) {
        std::cerr << "usage: echo_future [ADDRESS]\n";
        return 2;
    }
    asio::io_context context{1};
    const auto work = asio::make_work_guard(context);
    support::listener listener(context);
    listener.listen(support::parse_address(argc == 2 ? argv[1] : "localhost:7000"));
    for (const std::string& where : listener.where())
        std::cout << "listening on " << where << std::endl;
    const std::jthread runner([&](std::stop_token stopped) {
        const std::stop_callback at_end(stopped, [&] { context.stop(); });
        context.run();
    });
    std::vector<std::future<void>> accepting;
    for (support::acceptor& one : listener)
        accepting.push_back(std::async(std::launch::async, accept_clients, std::ref(one)));
    for (std::future<void>& one : accepting)
        one.get();
} catch (const std::exception& e) {
    std::cerr << "echo_future: " << e.what() << '\n';
    return 1;
}
