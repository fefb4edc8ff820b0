// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>

namespace bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using error_code = boost::system::error_code;

// All servers get the quickest executor there is.
using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using awaitable = asio::awaitable<void, executor>;
using request_parser = http::request_parser<http::empty_body>;
using response = http::response<http::string_body>;

inline std::uint64_t answered = 0;

/// What all that use Beast's messages answer, made for each request as one does.
inline response answer_to(const http::request<http::empty_body>& request) {
    ++answered;
    response result(http::status::ok, request.version());
    result.set(http::field::server, "bench");
    result.set(http::field::content_type, "text/plain");
    result.keep_alive(request.keep_alive());
    result.body() = "Hello, World!";
    result.prepare_payload();
    return result;
}

// Each takes over an accepted socket.
void serve_sluice_coroutine(tcp_socket socket);
void serve_sluice_callbacks(tcp_socket socket);
void serve_beast_coroutine(tcp_socket socket);
void serve_beast_callbacks(tcp_socket socket);
void serve_hand_written(tcp_socket socket);

} // namespace bench
