// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Every allocation of a pool fails once, while bytes go through pumps and adapters: all of them
// arrive all the same, behind at most one not_enough_memory.
#include "support/memory_resources.hpp"
#include "support/numbered_bytes.hpp"
#include "support/proof.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <utility>

using namespace sluice;
using namespace sluice::test;
using sluice::testing::scripted_stream;

namespace {

const error_code no_memory =
    boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);

pipe_options out_of(watched_resource& upstream, std::size_t segment_size) {
    segment_pool_options memory;
    memory.upstream = &upstream;
    memory.segment_size = segment_size;
    memory.max_cached_bytes = 0; // every segment is an allocation that can fail
    pipe_options options;
    options.pool = segment_pool(memory);
    options.minimum_segment_size = 1;
    options.pause_threshold = 40;
    return options;
}

// Pumps until it succeeds; returns how often it failed.
template <class From, class To>
int pump_all(asio::io_context& context, From& from, To& to) {
    pump_options options;
    options.complete_sink = false;
    for (int failures = 0;; ++failures) {
        transfer_outcome outcome;
        async_pump(from, to, options, outcome.handler());
        poll(context);
        REQUIRE(outcome.done());
        if (!outcome.ec)
            return failures;
        REQUIRE(outcome.ec == no_memory);
        REQUIRE(failures == 0);
    }
}

// Runs the body, which returns how many failures it was told of, with each allocation failing.
std::size_t
with_every_failure(const std::function<int(asio::io_context&, const pipe_options&)>& body) {
    std::size_t points = 0;
    for (const std::size_t segment_size : {1, 3, 16, 100})
        for (std::size_t nth = 0;; ++nth) {
            CAPTURE(segment_size);
            CAPTURE(nth);
            watched_resource upstream;
            upstream.fail_at(nth);
            {
                asio::io_context context;
                CHECK(body(context, out_of(upstream, segment_size)) <= 1);
            }
            CHECK(upstream.live() == 0);
            if (upstream.failure_is_due())
                break;
            ++points;
        }
    return points;
}

const std::string bytes = numbered_bytes(proof_amount(300, 1'000));

} // namespace

TEST_CASE("rule 27: pumps and adapters lose nothing when any one allocation fails") {
    std::size_t points = with_every_failure([](asio::io_context& context, const pipe_options& o) {
        pipe_options roomy = o;
        roomy.pause_threshold = 0;
        scripted_stream from(context.get_executor());
        sluice::pipe to(context, roomy);
        from.deliver_in_pieces(bytes, 23);
        from.deliver_end();
        const int failures = pump_all(context, from, to.writer);
        CHECK(to.reader.try_read()->buffer.equals(bytes));
        return failures;
    });
    points += with_every_failure([](asio::io_context& context, const pipe_options& o) {
        pipe_options roomy = o;
        roomy.pause_threshold = 0;
        sluice::pipe from(context), to(context, roomy);
        for (std::size_t i = 0; i < bytes.size(); i += 30) {
            from.writer.write(asio::buffer(bytes.substr(i, 30)));
            (void)from.writer.try_flush();
        }
        from.writer.complete();
        const int failures = pump_all(context, from.reader, to.writer);
        CHECK(to.reader.try_read()->buffer.equals(bytes));
        return failures;
    });
    points += with_every_failure([](asio::io_context& context, const pipe_options& o) {
        scripted_stream stream(context.get_executor());
        stream.deliver_in_pieces(bytes, 23);
        stream.deliver_end();
        stream_reader_options options;
        options.pool = o.pool;
        stream_reader reader(stream, options);
        std::string seen;
        int failures = 0;
        for (bool ended = false; !ended;) {
            read_outcome read;
            reader.async_read(read.handler());
            poll(context);
            REQUIRE(read.calls == 1);
            ended = read.ec == asio::error::eof;
            failures += read.ec == no_memory;
            REQUIRE((!read.ec || ended || read.ec == no_memory));
            REQUIRE(failures <= 1);
            if (!read.ec) {
                seen += read.text();
                reader.consume(read.result.buffer.size());
            }
        }
        CHECK(seen == bytes);
        return failures;
    });
    points += with_every_failure([](asio::io_context& context, const pipe_options& o) {
        scripted_stream stream(context.get_executor());
        stream.accept_all(17);
        stream_writer_options options;
        options.pool = o.pool;
        options.minimum_segment_size = 1;
        stream_writer writer(stream, options);
        int failures = 0;
        for (std::size_t i = 0; i < bytes.size(); i += 30) {
            const std::string part = bytes.substr(i, 30);
            try {
                writer.write(asio::buffer(part));
            } catch (const std::bad_alloc&) {
                ++failures;
                writer.write(asio::buffer(part));
            }
            wait_outcome flushed;
            writer.flush(flushed.handler());
            poll(context);
            REQUIRE(flushed.succeeded());
        }
        CHECK(stream.written == bytes);
        return failures;
    });
    CHECK(points > 50);
    add_to_proof(5, "allocations failed in pumps and adapters", points);
}

TEST_CASE("rule 27: what is written to a pipe_stream is there up to where memory was missing") {
    const std::size_t points = with_every_failure([](asio::io_context& context, pipe_options o) {
        o.pause_threshold = 0;
        auto [near, far] = make_pipe_streams(context.get_executor(), o);
        int failures = 0;
        for (std::size_t sent = 0; sent != bytes.size();) {
            transfer_outcome write;
            asio::async_write(near, asio::buffer(bytes) + sent, write.handler());
            poll(context);
            REQUIRE(write.done());
            REQUIRE((write.ec ? write.ec == no_memory : sent + write.bytes == bytes.size()));
            failures += write.ec == no_memory;
            sent += write.bytes;
        }
        CHECK(far.reader().try_read()->buffer.equals(bytes));
        return failures;
    });
    CHECK(points > 50);
    add_to_proof(5, "allocations failed in pumps and adapters", points);
}

TEST_CASE("rule 27: a relay and a connection without memory end with that, behind what came") {
    // As much of the bytes as there is, and all of them unless the failure was told.
    const auto is_behind_what_came = [](const std::string& there, bool failed) {
        return bytes.starts_with(there) && (failed || there.size() == bytes.size());
    };
    std::size_t points = with_every_failure([&](asio::io_context& context, const pipe_options& o) {
        scripted_stream a(context.get_executor()), b(context.get_executor());
        for (scripted_stream* const one : {&a, &b}) {
            one->deliver_in_pieces(bytes, 23);
            one->deliver_end();
            one->accept_all(17);
        }
        relay_options options;
        options.between = o;
        unsigned calls = 0;
        error_code end;
        relay_result moved;
        async_relay(a, b, options, [&](error_code ec, const relay_result& result) {
            ++calls;
            end = ec;
            moved = result;
        });
        poll(context);
        REQUIRE(calls == 1);
        CHECK((!end || end == no_memory));
        CHECK(is_behind_what_came(b.written, end == no_memory));
        CHECK(is_behind_what_came(a.written, end == no_memory));
        CHECK(moved.a_to_b.bytes == b.written.size());
        CHECK(moved.b_to_a.bytes == a.written.size());
        return end == no_memory;
    });
    points += with_every_failure([&](asio::io_context& context, const pipe_options& o) {
        scripted_stream stream(context.get_executor());
        stream.deliver_in_pieces(bytes, 23);
        stream.deliver_end();
        stream.accept_all(17);
        connection_options options;
        options.input = options.output = o;
        options.input.pause_threshold = options.output.pause_threshold = 0;
        connection<scripted_stream> ours(std::move(stream), options);
        int failures = 0;
        for (std::size_t sent = 0; sent != bytes.size();) {
            try {
                ours.output().write(asio::buffer(bytes) + sent);
                sent = bytes.size();
            } catch (const std::bad_alloc&) {
                ++failures;
            }
        }
        ours.output().complete();
        transfer_outcome run;
        ours.async_run(run.handler());
        poll(context);
        REQUIRE(run.done());
        CHECK((!run.ec || run.ec == no_memory));
        const auto came = ours.input().try_read();
        CHECK(is_behind_what_came(came ? came->buffer.to_string() : "", run.ec == no_memory));
        CHECK(is_behind_what_came(ours.stream().written, run.ec == no_memory));
        return failures + (run.ec == no_memory);
    });
    CHECK(points > 50);
    add_to_proof(5, "allocations failed in pumps and adapters", points);
}
