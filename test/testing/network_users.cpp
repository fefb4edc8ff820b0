// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What a simulated network can be given to.
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/testing/network.hpp>

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace sluice;
using namespace sluice::testing;

namespace {

constexpr std::uint64_t seeds = 100;

} // namespace

TEST_CASE("Beast reads and writes HTTP over a simulated network") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        manual_context context;
        network net(context, seed);
        auto [client, server] = net.connect();
        http::request<http::string_body> sent(http::verb::put, "/a", 11, std::string(500, 'b'));
        sent.prepare_payload();
        http::request<http::string_body> received;
        beast::flat_buffer buffer;
        error_code written = asio::error::would_block, read = asio::error::would_block;
        http::async_write(client, sent, [&](error_code ec, std::size_t) { written = ec; });
        http::async_read(server, buffer, received, [&](error_code ec, std::size_t) { read = ec; });
        REQUIRE(net.run());
        CHECK(written == error_code());
        CHECK(read == error_code());
        CHECK(received.target() == "/a");
        CHECK(received.body() == sent.body());
    }
}

TEST_CASE("a stream_reader's frames arrive whole over a simulated network") {
    const std::string text = "one\ntwo\n\nthree, which is longer than the others\n";
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        manual_context context;
        network net(context, seed);
        auto [client, server] = net.connect();
        framed_reader lines(stream_reader<network_stream>(std::move(server)), line_decoder());
        std::vector<std::string> received;
        error_code end;
        const auto next = [&](const auto& again) -> void {
            lines.async_next([&, again](error_code ec, const readable_buffer& line) {
                if (ec) {
                    end = ec;
                    return;
                }
                received.push_back(line.to_string());
                again(again);
            });
        };
        next(next);
        asio::async_write(client, asio::buffer(text), [&](error_code, std::size_t) {
            client.shutdown(asio::socket_base::shutdown_send);
        });
        REQUIRE(net.run());
        CHECK(end == asio::error::eof);
        CHECK(received ==
              std::vector<std::string>{"one", "two", "", "three, which is longer than the others"});
    }
}
