// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#ifdef SLUICE_TEST_HAS_OPENSSL

#    include "support/numbered_bytes.hpp"
#    include "support/outcome.hpp"
#    include "support/proof.hpp"
#    include "support/tls_contexts.hpp"
#    include <sluice/stream/pipe_stream.hpp>
#    include <sluice/stream/stream_reader.hpp>
#    include <sluice/stream/stream_writer.hpp>

#    include <boost/asio/bind_cancellation_slot.hpp>
#    include <boost/asio/cancellation_signal.hpp>
#    include <boost/asio/ssl/error.hpp>
#    include <boost/asio/ssl/stream.hpp>

using namespace sluice;
using namespace sluice::test;
using asio::use_awaitable;

namespace {

// Two ends that have shaken hands, each with a reader and a writer.
struct tls_ends {
    using tls_stream = asio::ssl::stream<pipe_stream<>&>;

    tls_contexts contexts;
    asio::io_context context;
    std::pair<pipe_stream<>, pipe_stream<>> below;
    tls_stream server{below.first, contexts.server}, client{below.second, contexts.client};
    stream_reader<tls_stream&> server_in{server}, client_in{client};
    stream_writer<tls_stream&> server_out{server}, client_out{client};

    explicit tls_ends(const pipe_options& options = {})
        : below(make_pipe_streams(asio::any_io_executor(context.get_executor()), options)) {
        wait_outcome served, met;
        server.async_handshake(asio::ssl::stream_base::server, served.handler());
        client.async_handshake(asio::ssl::stream_base::client, met.handler());
        context.run();
        REQUIRE(served.succeeded());
        REQUIRE(met.succeeded());
    }

    void poll() { test::poll(context); }
};

} // namespace

TEST_CASE("stream ends over TLS: much, in records of up to 16 KiB, and close_notify") {
    for (const std::size_t pause : {1u, 1000u, 65'536u}) {
        CAPTURE(pause);
        pipe_options options;
        options.pause_threshold = pause;
        tls_ends tls(options);
        constexpr std::size_t much = 500'000;
        std::size_t count = 0, reads = 0;
        bool ended = false;
        asio::co_spawn(
            tls.context,
            [&]() -> asio::awaitable<void> {
                for (std::size_t sent = 0; sent != much; sent += 500)
                    tls.client_out.write(asio::buffer(numbered_bytes(500, sent)));
                co_await tls.client_out.flush(use_awaitable);
                tls.client_out.complete();
                co_await tls.client_out.async_wait_reader_completed(use_awaitable);
                co_await tls.client.async_shutdown(use_awaitable); // its owner's business
            },
            [](std::exception_ptr failure) { CHECK_FALSE(failure); });
        asio::co_spawn(
            tls.context,
            [&]() -> asio::awaitable<void> {
                while (!ended) {
                    const read_result read = co_await tls.server_in.async_read(use_awaitable);
                    CHECK(is_numbered(read.buffer.to_string(), count));
                    count += read.buffer.size();
                    ended = read.completed;
                    ++reads;
                    tls.server_in.advance(read.buffer.finish());
                }
                co_await tls.server.async_shutdown(use_awaitable);
            },
            [](std::exception_ptr failure) { CHECK_FALSE(failure); });
        tls.poll();
        CHECK(count == much);
        CHECK(reads <= much / 16384 + 3); // a record each
    }
}

TEST_CASE("stream ends over TLS: an end without close_notify is an error behind the bytes") {
    tls_ends tls;
    read_outcome first, second;
    tls.client_out.write(asio::buffer("abc", 3));
    tls.client_out.complete();
    tls.server_in.async_read(first.handler());
    tls.poll();
    CHECK(first.text() == "abc");
    tls.server_in.consume(3);
    tls.below.second.close();
    tls.server_in.async_read(second.handler());
    tls.poll();
    CHECK(second.failed(asio::ssl::error::stream_truncated));
}

TEST_CASE("stream ends over TLS: cancelled reads and flushes lose nothing, whatever the type") {
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        pipe_options options;
        options.pause_threshold = 3000;
        tls_ends tls(options);
        asio::cancellation_signal stop_reading, stop_writing;
        read_outcome read;
        wait_outcome flushed;
        constexpr std::size_t much = 300'000;
        std::size_t sent = 0, count = 0, cancelled = 0;
        const auto start_read = [&] {
            read = {};
            tls.server_in.async_read(
                asio::bind_cancellation_slot(stop_reading.slot(), read.handler()));
        };
        const auto start_flush = [&] {
            flushed = {};
            tls.client_out.flush(
                asio::bind_cancellation_slot(stop_writing.slot(), flushed.handler()));
        };
        start_read();
        start_flush();
        for (unsigned i = 0; count != much; ++i) {
            REQUIRE(i < 1'000'000);
            tls.context.restart();
            tls.context.poll_one();
            if (read.pending() && i % 7 == 0) {
                stop_reading.emit(type);
                add_to_proof(6, "cancellations of reads and writes", 1);
            }
            if (flushed.pending() && i % 11 == 0) {
                stop_writing.emit(type);
                add_to_proof(6, "cancellations of reads and writes", 1);
            }
            if (!read.pending()) {
                if (read.ec) {
                    ++cancelled;
                } else {
                    CHECK(is_numbered(read.text(), count));
                    count += read.result.buffer.size();
                    tls.server_in.advance(read.result.buffer.finish());
                }
                start_read();
            }
            if (!flushed.pending()) {
                cancelled += flushed.ec.failed();
                if (sent != much)
                    tls.client_out.write(asio::buffer(numbered_bytes(10'000, sent)));
                if (sent != much)
                    sent += 10'000;
                start_flush();
            }
        }
        CHECK(cancelled > 5);
    }
}

TEST_CASE("stream ends over TLS: destroyed, they leave the stream") {
    tls_ends tls;
    read_outcome read;
    tls.server_in.async_read(read.handler());
    tls.poll();
    tls.server_in = stream_reader<tls_ends::tls_stream&>(tls.server);
    tls.poll();
    CHECK(read.failed(asio::error::operation_aborted));
    tls.client_out.write(asio::buffer("abc", 3));
    CHECK(tls.client_out.try_flush().error() == asio::error::would_block); // it may have to wait
    wait_outcome flushed;
    tls.client_out.flush(flushed.handler());
    read = {};
    tls.server_in.async_read(read.handler());
    tls.poll();
    CHECK(flushed.succeeded());
    CHECK(read.text() == "abc");
}

#endif
