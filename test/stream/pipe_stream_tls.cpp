// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#ifdef SLUICE_TEST_HAS_OPENSSL

#    include "support/outcome.hpp"
#    include "support/tls_contexts.hpp"
#    include <sluice/stream/pipe_stream.hpp>

#    include <boost/asio/read.hpp>
#    include <boost/asio/ssl/error.hpp>
#    include <boost/asio/ssl/stream.hpp>
#    include <boost/asio/write.hpp>
#    include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;
using asio::use_awaitable;

namespace {

struct tls_pair {
    tls_contexts contexts;
    asio::io_context context;
    std::pair<pipe_stream<>, pipe_stream<>> ends;
    asio::ssl::stream<pipe_stream<>&> server{ends.first, contexts.server};
    asio::ssl::stream<pipe_stream<>&> client{ends.second, contexts.client};
    int finished = 0;

    explicit tls_pair(const pipe_options& options = {})
        : ends(make_pipe_streams(asio::any_io_executor(context.get_executor()), options)) {}

    void spawn(asio::awaitable<void> body) {
        asio::co_spawn(context, std::move(body), [this](std::exception_ptr failure) {
            ++finished;
            if (failure)
                std::rethrow_exception(failure);
        });
    }
};

} // namespace

TEST_CASE("rule 30: TLS: handshake, data in both directions, close_notify") {
    for (const std::size_t pause : {1u, 1000u, 65'536u}) {
        CAPTURE(pause);
        pipe_options options;
        options.pause_threshold = pause;
        tls_pair tls(options);
        const std::string sent(200'000, 'x');
        std::string echoed(sent.size(), '-');
        tls.spawn([](tls_pair& t, std::size_t size) -> asio::awaitable<void> {
            co_await t.server.async_handshake(asio::ssl::stream_base::server, use_awaitable);
            std::string got(size, '-');
            co_await asio::async_read(t.server, asio::buffer(got), use_awaitable);
            co_await asio::async_write(t.server, asio::buffer(got), use_awaitable);
            char more = 0;
            const auto [ec, n] =
                co_await t.server.async_read_some(asio::buffer(&more, 1), as_result);
            CHECK(ec == asio::error::eof);
            co_await t.server.async_shutdown(use_awaitable);
        }(tls, sent.size()));
        tls.spawn(
            [](tls_pair& t, const std::string& text, std::string& back) -> asio::awaitable<void> {
                co_await t.client.async_handshake(asio::ssl::stream_base::client, use_awaitable);
                co_await asio::async_write(t.client, asio::buffer(text), use_awaitable);
                co_await asio::async_read(t.client, asio::buffer(back), use_awaitable);
                co_await t.client.async_shutdown(use_awaitable);
            }(tls, sent, echoed));
        tls.context.run();
        CHECK(tls.finished == 2);
        CHECK(echoed == sent);
    }
}

TEST_CASE("rule 30: TLS: an end without close_notify is a truncation") {
    tls_pair tls;
    tls.spawn([](tls_pair& t) -> asio::awaitable<void> {
        co_await t.server.async_handshake(asio::ssl::stream_base::server, use_awaitable);
        char more = 0;
        const auto [ec, n] = co_await t.server.async_read_some(asio::buffer(&more, 1), as_result);
        CHECK(ec == asio::ssl::error::stream_truncated);
    }(tls));
    tls.spawn([](tls_pair& t) -> asio::awaitable<void> {
        co_await t.client.async_handshake(asio::ssl::stream_base::client, use_awaitable);
        t.ends.second.close();
    }(tls));
    tls.context.run();
    CHECK(tls.finished == 2);
}

#endif
