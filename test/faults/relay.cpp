// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/echo_session.hpp"
#include "support/faulty_stream.hpp"
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/connection.hpp>
#include <sluice/stream/relay.hpp>

#include <boost/asio/io_context.hpp>

using namespace sluice::test;

namespace {

const std::size_t relayed_bytes = proof_amount(30, 120);

struct end_of_relay {
    unsigned calls = 0;
    error_code ec;
    sluice::relay_result result;

    auto handler() {
        return [this](error_code e, const sluice::relay_result& r) {
            ++calls;
            ec = e;
            result = r;
        };
    }
};

void check_direction(const fault& what, const sluice::relay_direction& one,
                     const faulty_stream& source, const faulty_stream& sink) {
    CHECK(one.bytes == sink.written().size());
    CHECK(is_numbered(sink.written()));
    if (one.reason) {
        CHECK(one.reason == what.ec);
        CHECK(sink.shutdowns() == 0); // a failure does not look like an end
    } else {
        CHECK(one.bytes == source.given());
        CHECK(sink.shutdowns() == 1);
    }
    if (!what.has_struck())
        CHECK(one.bytes == source.size());
}

void relay(fault& what) {
    sluice::relay_options options;
    options.between = segments_of(16, 20);
    options.max_read_size = 10;
    {
        asio::io_context context;
        faulty_socket a(context.get_executor(), what, "first side", numbered_bytes(relayed_bytes));
        faulty_stream b(context.get_executor(), what, "second side",
                        numbered_bytes(relayed_bytes + 7));
        end_of_relay end;
        sluice::async_relay(a, b, options, end.handler());
        CHECK(end.calls == 0);
        poll(context);
        REQUIRE(end.calls == 1);
        const auto& [there, back] = end.result;
        CHECK((end.ec == there.reason || end.ec == back.reason));
        if (!end.ec)
            CHECK((!there.reason && !back.reason));
        const bool may_be_end = what.ec == asio::error::eof;
        CHECK((end.ec == what.ec || (!end.ec && (may_be_end || !what.has_struck()))));
        check_direction(what, there, a, b);
        check_direction(what, back, b, a);
    }
    CHECK(options.between.pool.stats().bytes_in_use == 0);
}

void run_connection(fault& what) {
    sluice::connection_options options;
    options.input = options.output = segments_of(16, 20);
    options.pump.max_read_size = 10;
    {
        asio::io_context context;
        sluice::connection<faulty_socket> ours(
            faulty_socket(context.get_executor(), what, "stream", numbered_bytes(relayed_bytes)),
            options);
        transfer_outcome ran, flushed;
        echo_session{ours}.start();
        ours.async_run(ran.handler());
        CHECK(ran.calls == 0);
        poll(context);
        if (ran.calls == 0) { // the session has seen its flush fail, and takes no more
            CHECK(what.has_struck());
            ours.input().complete(what.ec);
            poll(context);
        }
        REQUIRE(ran.done());
        const faulty_socket& stream = ours.stream();
        CHECK(is_numbered(stream.written()));
        if (ran.ec) {
            CHECK(ran.ec == what.ec);
            CHECK(stream.shutdowns() == 0);
        } else {
            CHECK((!what.has_struck() || what.ec == asio::error::eof));
            CHECK(stream.written().size() == stream.given());
            CHECK(stream.shutdowns() == 1);
        }
        if (!what.has_struck())
            CHECK(stream.given() == stream.size());
        ours.output().flush(flushed.handler());
        poll(context);
        CHECK(flushed.done());
        CHECK(flushed.ec);
        error_code left;
        while (!left) { // what had come in, then the end or the error
            const auto read = ours.input().try_read();
            left = read.has_error() ? read.error() : error_code();
            if (!left)
                ours.input().advance(read->buffer.finish());
        }
        CHECK((left == asio::error::eof || left == what.ec ||
               left == sluice::errc::already_completed));
    }
    CHECK(options.input.pool.stats().bytes_in_use == 0);
}

} // namespace

TEST_CASE("faults: async_relay, and a connection that echoes") {
    play_faults("relay of a socket and a stream", relay);
    play_faults("connection", run_connection);
}
