// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Messages straight from and to files: sluice::http::async_read over file_reader, async_write over
// file_writer.
#include "support/outcome.hpp"
#include "support/temporary_file.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_writer.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace beast_http = boost::beast::http;
using namespace sluice::test;
using asio::use_awaitable;

TEST_CASE("HTTP over file_writer and file_reader") {
    const temporary_file target;
    asio::io_context context;
    int read = 0;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            sluice::file_writer out(context, target.path);
            for (const std::size_t size : {0u, 10u, 500'000u}) {
                beast_http::request<beast_http::string_body> message(beast_http::verb::post, "/",
                                                                     11);
                message.body() = std::string(size, 'q');
                message.prepare_payload();
                co_await sluice::http::async_write(out, message, use_awaitable);
            }
            sluice::file_reader in(context, target.path);
            for (const std::size_t size : {0u, 10u, 500'000u}) {
                beast_http::request_parser<beast_http::string_body> parser;
                co_await sluice::http::async_read(in, parser, use_awaitable);
                CHECK(parser.get().body() == std::string(size, 'q'));
                ++read;
            }
            beast_http::request_parser<beast_http::string_body> none;
            const auto [ec, n] = co_await sluice::http::async_read(in, none, as_result);
            CHECK(ec == beast_http::error::end_of_stream);
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.run();
    CHECK(read == 3);
}
