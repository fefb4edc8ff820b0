// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// A file server of one thread as one writes it with Beast: file_body, and a coroutine for each
// client. Usage: p7_files DIR
// Prints its port.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using awaitable = asio::awaitable<void, executor>;
constexpr asio::use_awaitable_t<executor> awaited;

awaitable serve(tcp_socket client, const std::string& folder) {
    beast::flat_buffer memory;
    for (bool more = true; more;) {
        http::request<http::empty_body> asked;
        co_await http::async_read(client, memory, asked, awaited);
        http::response<http::file_body> reply(http::status::ok, asked.version());
        beast::error_code ec;
        reply.body().open((folder + std::string(asked.target())).c_str(), beast::file_mode::scan,
                          ec);
        if (ec)
            throw boost::system::system_error(ec);
        reply.keep_alive(asked.keep_alive());
        reply.prepare_payload();
        co_await http::async_write(client, reply, awaited);
        more = reply.keep_alive();
    }
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: p7_files DIR\n";
        return 2;
    }
    const std::string folder = argv[1];
    asio::io_context context{1};
    asio::basic_socket_acceptor<asio::ip::tcp, executor> source(
        context, {asio::ip::address_v4::loopback(), 0});
    source.listen();
    std::cout << source.local_endpoint().port() << std::endl;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](beast::error_code, int) { context.stop(); });
    asio::co_spawn(
        context,
        [&]() -> awaitable {
            for (;;)
                asio::co_spawn(context, serve(co_await source.async_accept(awaited), folder),
                               asio::detached);
        },
        asio::detached);
    context.run();
} catch (const std::exception& e) {
    std::cerr << "p7_files: " << e.what() << '\n';
    return EXIT_FAILURE;
}
