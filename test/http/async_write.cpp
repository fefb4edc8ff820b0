// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/http_outcome.hpp"
#include "support/proof.hpp"
#include <sluice/http/write.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/write.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <sstream>

namespace http = boost::beast::http;
namespace asio = boost::asio;
using namespace sluice::test;
using sluice::error_code;

namespace {

// Reads all there is, `step` bytes at a time.
struct slow_reader {
    sluice::pipe_reader& reader;
    std::string& all;
    std::size_t step;
    std::size_t& most;

    void operator()(error_code ec, const sluice::read_result& read) {
        if (ec)
            return;
        most = std::max(most, read.buffer.size());
        const auto piece = read.buffer.slice(0, step);
        all += piece.to_string();
        reader.advance(piece.finish());
        reader.async_read(std::move(*this));
    }
};

struct transfer {
    asio::io_context context;
    sluice::pipe pipe;
    std::string all;
    std::size_t most = 0;

    explicit transfer(std::size_t pause, std::size_t step = 100) : pipe(context, options(pause)) {
        pipe.reader.async_read(slow_reader{pipe.reader, all, step, most});
    }
    static sluice::pipe_options options(std::size_t pause) {
        auto made = with_segments_of(64);
        made.pause_threshold = pause;
        return made;
    }
};

http::response<http::string_body> page(std::size_t size) {
    http::response<http::string_body> message(http::status::ok, 11);
    message.body().assign(size, 'b');
    message.prepare_payload();
    return message;
}

template <class Message>
std::string by_beast(const Message& message) {
    std::ostringstream out;
    out << message;
    return out.str();
}

} // namespace

TEST_CASE("http::async_write: a message of any length under any threshold") {
    for (const std::size_t pause : {0u, 1u, 10u, 1000u, 65536u})
        for (const std::size_t size : {0u, 1u, 5000u, 200'000u})
            for (const bool chunked : {false, true}) {
                transfer t(pause, 3000);
                auto message = page(size);
                if (chunked) {
                    message.erase(http::field::content_length);
                    message.chunked(true);
                }
                const std::string expected = by_beast(message);
                std::optional<error_code> got;
                sluice::http::async_write(t.pipe.writer, message,
                                          [&](error_code ec, std::size_t n) {
                                              got = ec;
                                              CHECK(n == expected.size());
                                          });
                CHECK(!got);
                t.context.run_one();
                while (!got && t.context.run_one() != 0)
                    ;
                REQUIRE(got);
                CHECK(!*got);
                t.pipe.writer.complete();
                t.context.run();
                CHECK(t.all == expected);
                if (pause != 0) // 0: the writer never waits
                    CHECK(t.pipe.stats().peak_buffered < 200'000);
            }
}

TEST_CASE("http::async_write: a body of pieces passes under back-pressure") {
    transfer t(5000);
    http::response<http::buffer_body> message(http::status::ok, 11);
    message.chunked(true);
    http::response_serializer<http::buffer_body> serializer(message);
    std::string piece(3000, 'p');
    std::size_t total = 0;
    int left = 100;
    std::function<void()> next = [&] {
        message.body() = {left == 0 ? nullptr : piece.data(), left == 0 ? 0 : piece.size(),
                          left != 0};
        sluice::http::async_write(t.pipe.writer, serializer, [&](error_code ec, std::size_t n) {
            total += n;
            if (ec != http::error::need_buffer) {
                CHECK(!ec);
                return t.pipe.writer.complete();
            }
            --left;
            next();
        });
    };
    next();
    t.context.run();
    CHECK(left == 0);
    CHECK(t.most < 12'000);
    CHECK(total == t.all.size());
    const auto outcome = beast_outcome<false>(t.all);
    CHECK(outcome.error == "");
    CHECK(outcome.body == std::string(300'000, 'p'));
}

TEST_CASE("http::async_write: cancelled, the same serializer goes on without a gap") {
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        asio::io_context context;
        sluice::pipe pipe(context, transfer::options(1000));
        const auto message = page(500'000);
        http::response_serializer<http::string_body> serializer(message);
        asio::cancellation_signal signal;
        std::string all;
        std::size_t total = 0, aborted = 0;
        bool done = false;
        while (!done) {
            std::optional<error_code> got;
            sluice::http::async_write(
                pipe.writer, serializer,
                asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::size_t n) {
                    got = ec;
                    total += n;
                }));
            context.restart();
            context.poll();
            CHECK(!got); // paused
            signal.emit(type);
            add_to_proof(6, "cancellations of HTTP messages", 1);
            context.restart();
            context.poll();
            REQUIRE(got);
            CHECK(*got == asio::error::operation_aborted);
            ++aborted;
            const auto read = pipe.reader.try_read();
            REQUIRE(read.has_value());
            all += read->buffer.to_string();
            pipe.reader.advance(read->buffer.finish());
            CHECK(all.size() == total);
            done = serializer.is_done();
        }
        CHECK(aborted > 2);
        CHECK(all == by_beast(message));
    }
}

TEST_CASE("http::async_write: the reader's completion is its error") {
    asio::io_context context;
    sluice::pipe pipe(context, transfer::options(1000));
    const auto message = page(200'000);
    std::optional<error_code> got;
    sluice::http::async_write(pipe.writer, message, [&](error_code ec, std::size_t) { got = ec; });
    context.poll();
    CHECK(!got);
    pipe.reader.complete();
    context.restart();
    context.run();
    CHECK(*got == asio::error::broken_pipe);
}

TEST_CASE("http::async_write: on a completed writer") {
    asio::io_context context;
    sluice::pipe pipe(context);
    pipe.writer.complete();
    const auto message = page(2);
    auto got = sluice::http::async_write(pipe.writer, message, asio::use_future);
    context.run();
    CHECK_THROWS_AS(got.get(), boost::system::system_error);
}

TEST_CASE("http::async_write: a failed allocation is reported, and loses nothing") {
    failing_memory memory;
    asio::io_context context;
    auto options = transfer::options(0);
    options.pool = sluice::segment_pool({.segment_size = 64, .upstream = &memory});
    sluice::pipe pipe(context, options);
    const auto message = page(150'000);
    http::response_serializer<http::string_body> serializer(message);
    memory.fail_after(1);
    std::size_t total = 0;
    error_code got;
    const auto done = [&](error_code ec, std::size_t n) {
        got = ec;
        total += n;
    };
    sluice::http::async_write(pipe.writer, serializer, done);
    context.run();
    CHECK(got == boost::system::errc::not_enough_memory);
    memory.never_fail();
    sluice::http::async_write(pipe.writer, serializer, done);
    context.restart();
    context.run();
    CHECK(!got);
    pipe.writer.complete();
    CHECK(pipe.reader.try_read()->buffer.equals(by_beast(message)));
    CHECK(total == by_beast(message).size());
}
