// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/testing/fail_point.hpp>
#include <sluice/testing/failing_resource.hpp>
#include <sluice/testing/failing_stream.hpp>
#include <sluice/testing/manual_executor.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace sluice;
using testing::fail_point;
using testing::failing_stream;
using testing::for_each_fail_point;
using testing::scripted_socket;

TEST_CASE("for_each_fail_point: each point fails once with each error") {
    std::vector<error_code> seen;
    const auto scenario = [&](fail_point& point) {
        for (int i = 0; i != 3; ++i)
            if (const error_code ec = point.error())
                return seen.push_back(ec);
        CHECK(point.passed() == 3);
        CHECK_FALSE(point.failed());
    };
    CHECK(for_each_fail_point(scenario) == 3 * testing::stream_errors().size());
    CHECK(seen.size() == 18);
    CHECK(std::count(seen.begin(), seen.end(), boost::asio::error::timed_out) == 3);
}

TEST_CASE("for_each_fail_point: what the failure throws may come out, and nothing else") {
    const auto throws = [](fail_point& point) {
        point.check();
        point.check();
    };
    CHECK(for_each_fail_point(throws, {boost::asio::error::eof}) == 2);
    const auto faulty = [](fail_point& point) {
        if (point.fails())
            throw std::runtime_error("a bug");
    };
    CHECK_THROWS_AS(for_each_fail_point(faulty), std::runtime_error);
    const auto without_failure = [](fail_point&) { throw std::bad_alloc(); };
    CHECK_THROWS_AS(for_each_fail_point(without_failure), std::bad_alloc);
    const auto endless = [](fail_point& point) {
        while (!point.fails())
            ;
    };
    CHECK_THROWS_AS(for_each_fail_point(endless, {error_code()}, 100), std::logic_error);
}

TEST_CASE("rule 27, 28: a pump from a stream whose every call and every allocation fails") {
    const auto scenario = [](fail_point& point) {
        testing::failing_resource memory(point);
        {
            testing::manual_context context;
            failing_stream stream(scripted_socket(context.get_executor()), point);
            stream.next_layer().deliver_in_pieces(test::numbered_bytes(100), 30);
            stream.next_layer().deliver_end();
            pipe_options options;
            options.pool = segment_pool({.segment_size = 16, .upstream = &memory});
            options.minimum_segment_size = 1;
            sluice::pipe pipe(context, options);
            std::optional<error_code> outcome;
            std::uint64_t moved = 0;
            async_pump(stream, pipe.writer, pump_options(), [&](error_code ec, std::uint64_t n) {
                CHECK_FALSE(outcome);
                outcome = ec;
                moved = n;
            });
            context.run_all();
            REQUIRE(outcome);
            CHECK(context.outstanding_work() == 0);
            const auto read = pipe.reader.try_read();
            if (read)
                CHECK(read->buffer.to_string() == test::numbered_bytes(moved));
            if (!point.failed()) {
                CHECK_FALSE(*outcome);
                CHECK(moved == 100);
            }
        }
        CHECK(memory.outstanding() == 0);
    };
    CHECK(for_each_fail_point(scenario, {boost::asio::error::connection_reset,
                                         boost::asio::error::operation_aborted}) > 20);
}
