// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Frames straight from streams: framed_reader over stream_reader, unchanged.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <array>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_socket;
using sluice::testing::scripted_stream;

namespace {

// A user's decoder: a digit that says how many bytes follow it; 'x' is an error.
struct counted_decoder {
    using frame_type = std::string;

    static decoded<std::string> decode(byte_reader& in) {
        const std::string all = in.rest().to_string();
        if (all[0] < '0' || all[0] > '9')
            return errc::malformed_frame;
        const auto length = static_cast<std::size_t>(all[0] - '0') + 1;
        if (all.size() < length)
            return need_more{length};
        (void)in.skip(length);
        return all.substr(1, length - 1);
    }
};

std::string counted(std::size_t length) {
    return std::to_string(length) + std::string(length, 'a');
}

} // namespace

TEST_CASE_TEMPLATE("a user's decoder over stream_reader, however the bytes arrive", Stream,
                   scripted_stream, scripted_socket) {
    std::string sent;
    for (std::size_t i = 0; i != 50; ++i)
        sent += counted(i % 10);
    for (std::size_t piece = 1; piece != 40; ++piece)
        for (const std::size_t segment : {3u, 16'384u}) {
            asio::io_context context;
            Stream stream(context.get_executor());
            stream_reader_options options;
            options.pool = segment_pool({.segment_size = segment});
            options.minimum_segment_size = 1;
            options.max_read_size = piece == 7 ? 5 : 10'000;
            framed_reader frames(stream_reader<Stream&>(stream, options), counted_decoder());
            stream.deliver_in_pieces(sent, piece);
            stream.deliver_end();
            run(context, [&]() -> asio::awaitable<void> {
                for (std::size_t i = 0; i != 50; ++i)
                    CHECK(co_await frames.async_next(asio::use_awaitable) ==
                          std::string(i % 10, 'a'));
                const auto [ec, frame] = co_await frames.async_next(as_result);
                CHECK(ec == asio::error::eof);
            });
        }
}

TEST_CASE_TEMPLATE("frames of stream_reader: cancelled at every step, none is lost", Stream,
                   scripted_stream, scripted_socket) {
    for (unsigned period = 1; period != 6; ++period) {
        asio::io_context context;
        Stream stream(context.get_executor());
        framed_reader frames{stream_reader<Stream&>(stream), counted_decoder()};
        asio::cancellation_signal signal;
        unsigned taken = 0, cancelled = 0;
        bool pending = false;
        const auto next = [&] {
            pending = true;
            frames.async_next(asio::bind_cancellation_slot(
                signal.slot(), [&](error_code ec, const std::string& frame) {
                    pending = false;
                    if (ec) {
                        CHECK(ec == asio::error::operation_aborted);
                        ++cancelled;
                    } else {
                        CHECK(frame == std::string(taken++ % 10, 'a'));
                    }
                }));
        };
        std::string sent;
        for (std::size_t i = 0; i != 40; ++i)
            sent += counted(i % 10);
        std::size_t at = 0;
        const auto left = [&] { return taken != 40; };
        for (unsigned i = 0; left(); ++i) {
            REQUIRE(i < 100'000);
            if (!pending)
                next();
            context.restart();
            context.poll_one();
            if (i % 2 == 0 && at < sent.size()) {
                stream.deliver(sent.substr(at, 3));
                at += 3;
            }
            if (i % period == 0 && pending) {
                signal.emit(asio::cancellation_type::partial);
                add_to_proof(6, "cancellations of frames", 1);
            }
        }
        CHECK(cancelled > 5);
    }
}

TEST_CASE_TEMPLATE("frames of stream_reader: an error of the decoder, of the stream, and its end "
                   "within a frame",
                   Stream, scripted_stream, scripted_socket) {
    struct ending {
        const char* bytes;
        error_code stream, result;
    };
    for (const ending& e :
         {ending{"2aax", {}, errc::malformed_frame},
          ending{"2aa3a", asio::error::connection_reset, asio::error::connection_reset},
          ending{"2aa3a", asio::error::eof, errc::truncated_frame}}) {
        asio::io_context context;
        Stream stream(context.get_executor());
        framed_reader frames{stream_reader<Stream&>(stream), counted_decoder()};
        stream.deliver(e.bytes, e.stream);
        run(context, [&]() -> asio::awaitable<void> {
            CHECK(co_await frames.async_next(asio::use_awaitable) == "aa");
            const auto [ec, frame] = co_await frames.async_next(as_result);
            CHECK(ec == e.result);
        });
    }
}
