// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Beast over pipe_stream, unchanged.
#include "support/outcome.hpp"
#include <sluice/http/read.hpp>
#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/detached.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket.hpp>
#include <doctest/doctest.h>

#include <array>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using namespace sluice::test;
using asio::use_awaitable;
using duplex = sluice::pipe_stream<>;

static_assert(beast::is_async_stream<duplex>::value);
static_assert(beast::is_sync_stream<duplex>::value);

namespace {

// Reads at most some bytes at once, so that everything comes in pieces.
class narrow_stream {
public:
    using executor_type = duplex::executor_type;
    using next_layer_type = duplex;

    narrow_stream(duplex& next, std::size_t most) : next_(next), most_(most) {}
    executor_type get_executor() noexcept { return next_.get_executor(); }
    duplex& next_layer() noexcept { return next_; }
    const duplex& next_layer() const noexcept { return next_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return next_.async_read_some(beast::buffers_prefix(most_, buffers),
                                     std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return next_.async_write_some(buffers, std::forward<Token>(token));
    }

    friend void teardown(beast::role_type role, narrow_stream& s, sluice::error_code& ec) {
        teardown(role, s.next_, ec);
    }
    template <class Handler>
    friend void async_teardown(beast::role_type role, narrow_stream& s, Handler&& handler) {
        async_teardown(role, s.next_, std::forward<Handler>(handler));
    }

private:
    duplex& next_;
    std::size_t most_;
};

struct fixture {
    asio::io_context context;
    std::pair<duplex, duplex> ends =
        sluice::make_pipe_streams(asio::any_io_executor(context.get_executor()));
    int finished = 0;

    void spawn(asio::awaitable<void> body) {
        asio::co_spawn(context, std::move(body), [this](std::exception_ptr failure) {
            ++finished;
            if (failure)
                std::rethrow_exception(failure);
        });
    }
};

std::string text_of_size(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i != size; ++i)
        text[i] = static_cast<char>('a' + (i * i / 7) % 26);
    return text;
}

constexpr std::size_t sizes[] = {0, 1, 125, 126, 4096, 65'535, 65'536, 100'000};

template <class Stream>
asio::awaitable<void> echo_server(Stream under, bool deflate) {
    websocket::stream<Stream> ws(std::forward<Stream>(under));
    websocket::permessage_deflate options;
    options.server_enable = deflate;
    ws.set_option(options);
    co_await ws.async_accept(use_awaitable);
    for (;;) {
        beast::flat_buffer buffer;
        const auto [ec, n] = co_await ws.async_read(buffer, as_result);
        if (ec) {
            CHECK(ec == websocket::error::closed);
            break;
        }
        co_await ws.async_write(buffer.data(), use_awaitable);
    }
    CHECK(ws.reason().code == websocket::close_code::normal);
}

template <class Stream>
asio::awaitable<void> echo_client(Stream under, bool deflate) {
    websocket::stream<Stream> ws(std::forward<Stream>(under));
    websocket::permessage_deflate options;
    options.client_enable = deflate;
    ws.set_option(options);
    ws.write_buffer_bytes(8192);
    websocket::response_type response;
    co_await ws.async_handshake(response, "localhost", "/", use_awaitable);
    CHECK(response.count(http::field::sec_websocket_extensions) == (deflate ? 1 : 0));
    for (const std::size_t size : sizes) {
        const std::string sent = text_of_size(size);
        co_await ws.async_write(asio::buffer(sent), use_awaitable);
        beast::flat_buffer buffer;
        co_await ws.async_read(buffer, use_awaitable);
        CHECK(beast::buffers_to_string(buffer.data()) == sent);
    }
    co_await ws.async_close(websocket::close_code::normal, use_awaitable);
}

} // namespace

TEST_CASE("rule 30: WebSocket, with and without permessage-deflate") {
    for (const bool deflate : {false, true}) {
        CAPTURE(deflate);
        fixture f;
        f.spawn(echo_server<duplex&>(f.ends.first, deflate));
        f.spawn(echo_client<duplex&>(f.ends.second, deflate));
        f.context.run();
        CHECK(f.finished == 2);
    }
}

TEST_CASE("rule 30: WebSocket, every frame cut in pieces of so many bytes") {
    for (const std::size_t most : {1u, 2u, 3u, 7u, 100u}) {
        CAPTURE(most);
        fixture f;
        f.spawn(echo_server(narrow_stream(f.ends.first, most), true));
        f.spawn(echo_client(narrow_stream(f.ends.second, most), true));
        f.context.run();
        CHECK(f.finished == 2);
    }
}

TEST_CASE("rule 30: an idle WebSocket is closed by Beast's time limits") {
    fixture f;
    websocket::stream<duplex&> server(f.ends.first);
    websocket::stream_base::timeout limits =
        websocket::stream_base::timeout::suggested(beast::role_type::server);
    limits.handshake_timeout = std::chrono::milliseconds(1);
    server.set_option(limits);
    sluice::error_code result;
    server.async_accept([&](sluice::error_code ec) { result = ec; });
    f.context.run();
    CHECK(result == beast::error::timeout);
    CHECK_FALSE(f.ends.first.is_open());
    std::array<char, 9> memory{};
    sluice::error_code ec;
    f.ends.second.read_some(asio::buffer(memory), ec);
    CHECK(ec == asio::error::eof);
}

TEST_CASE("rule 30: HTTP messages, and the end of the stream") {
    fixture f;
    f.spawn([](duplex& server) -> asio::awaitable<void> {
        beast::flat_buffer buffer;
        for (int i = 0; i != 2; ++i) {
            http::request<http::string_body> request;
            co_await http::async_read(server, buffer, request, use_awaitable);
            http::response<http::string_body> response(http::status::ok, 11);
            response.body() = request.body() + "!";
            response.prepare_payload();
            co_await http::async_write(server, response, use_awaitable);
        }
        http::request<http::string_body> none;
        const auto [ec, n] = co_await http::async_read(server, buffer, none, as_result);
        CHECK(ec == http::error::end_of_stream);
    }(f.ends.first));
    f.spawn([](duplex& client) -> asio::awaitable<void> {
        beast::flat_buffer buffer;
        for (const std::size_t size : {3u, 300'000u}) {
            http::request<http::string_body> request(http::verb::post, "/", 11);
            request.body() = text_of_size(size);
            request.prepare_payload();
            co_await http::async_write(client, request, use_awaitable);
            http::response_parser<http::string_body> parser;
            co_await http::async_read(client, buffer, parser, use_awaitable);
            CHECK(parser.get().body() == request.body() + "!");
        }
        client.shutdown(asio::socket_base::shutdown_send);
    }(f.ends.second));
    f.context.run();
    CHECK(f.finished == 2);
}

TEST_CASE("rule 30: bytes behind an HTTP upgrade reach the next protocol") {
    fixture f;
    // The first frame of the client follows its handshake at once: "ab", unmasked key of zeros.
    const std::string handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const std::string frame("\x81\x82\0\0\0\0ab", 8);
    sluice::error_code ec;
    f.ends.second.write_some(asio::buffer(handshake + frame), ec);
    f.spawn([](duplex& under) -> asio::awaitable<void> {
        http::request_parser<http::string_body> parser;
        co_await sluice::http::async_read(under.reader(), parser, use_awaitable);
        REQUIRE(websocket::is_upgrade(parser.get()));
        websocket::stream<duplex&> ws(under);
        co_await ws.async_accept(parser.get(), use_awaitable);
        beast::flat_buffer buffer;
        co_await ws.async_read(buffer, use_awaitable);
        CHECK(beast::buffers_to_string(buffer.data()) == "ab");
    }(f.ends.first));
    f.context.run();
    CHECK(f.finished == 1);
}
