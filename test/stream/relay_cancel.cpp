// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include "support/relayed.hpp"

#include <doctest/doctest.h>

using namespace sluice;
using namespace sluice::test;

namespace {

// The last of the handlers it may run is number `steps`; false if there were not so many.
template <class Kind>
bool run_steps(relayed<Kind>& r, std::size_t steps) {
    for (unsigned idle = 0; steps != 0;) {
        r.context.restart();
        if (r.context.poll_one() != 0) {
            --steps;
            idle = 0;
        } else if (++idle == 2) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST_CASE_TEMPLATE("async_relay: cancelled after any step", Kind, by_hand<tcp_stream>, tcp_stream,
                   by_hand<local_stream>, local_stream, duplex_stream) {
    for (const auto type : all_types)
        for (const bool slow : {true, false}) {
            bool more = true;
            unsigned early = 0;
            for (std::size_t steps = 0; more; ++steps) {
                CAPTURE(steps);
                relayed<Kind> r;
                r.options.between.pause_threshold = 2000;
                r.options.max_read_size = 700;
                r.start();
                for (auto* one : {&r.client, &r.server}) {
                    one->send(6000);
                    one->end();
                    if (!slow)
                        one->receive();
                }
                if (slow)
                    r.server.send(300'000);
                more = run_steps(r, steps);
                const bool over = r.outcome.calls != 0;
                r.signal.emit(type);
                add_to_proof(6, "cancellations of relays", 1);
                CHECK(r.outcome.calls == over);
                r.settle();
                if (type == asio::cancellation_type::terminal)
                    CHECK(r.outcome.done());
                r.client.receive();
                r.server.receive();
                REQUIRE(r.finish());
                const relay_result first = r.outcome.result;
                early += r.outcome.ec == asio::error::operation_aborted;
                CHECK(r.outcome.ec ==
                      (first.a_to_b.reason ? first.a_to_b.reason : first.b_to_a.reason));
                for (const error_code reason : {first.a_to_b.reason, first.b_to_a.reason})
                    CHECK((!reason || reason == asio::error::operation_aborted));
                CHECK(r.pool.stats().bytes_in_use == 0);
                r.deliver();
                CHECK(r.server.received() == first.a_to_b.bytes);
                CHECK(r.client.received() == first.b_to_a.bytes);
                CHECK((r.client.in_order() && r.server.in_order()));
                if (type == asio::cancellation_type::terminal || !r.outcome.ec)
                    continue;
                // Nothing was lost: another one moves the rest.
                r.outcome = {};
                r.start();
                REQUIRE(r.finish());
                CHECK_FALSE(r.outcome.ec);
                r.run_until([&] { return r.client.saw_end() && r.server.saw_end(); });
                CHECK(r.server.received() == r.client.sent());
                CHECK(r.client.received() == r.server.sent());
                CHECK((r.client.in_order() && r.server.in_order()));
            }
            CHECK(early > 10);
        }
}

TEST_CASE_TEMPLATE("async_relay: cancelled gently, then at once, while a side does not read", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const auto type : {asio::cancellation_type::partial, asio::cancellation_type::total}) {
        relayed<Kind> r;
        r.start();
        r.client.send(500'000);
        r.settle();
        r.signal.emit(type);
        r.signal.emit(type);
        r.settle();
        CHECK(r.outcome.calls == 0);
        r.signal.emit(asio::cancellation_type::terminal);
        REQUIRE(r.finish());
        CHECK(r.outcome.ec == asio::error::operation_aborted);
        CHECK(r.pool.stats().bytes_in_use == 0);
        r.settle();
        CHECK(r.outcome.done());
    }
}

TEST_CASE(
    "async_relay: a source that ends while it is cancelled has ended, or is not told to have") {
    for (const auto type : all_types)
        for (std::size_t steps = 0; steps != 12; ++steps) {
            CAPTURE(steps);
            relayed<duplex_stream> r;
            r.start();
            r.server.end();
            (void)run_steps(r, steps);
            r.signal.emit(type);
            r.client.receive();
            REQUIRE(r.finish());
            r.settle();
            const relay_result& result = r.outcome.result;
            CHECK(r.client.saw_end() == !result.b_to_a.reason);
            CHECK(result.a_to_b.reason == asio::error::operation_aborted);
            CHECK(r.outcome.ec == asio::error::operation_aborted);
        }
}

TEST_CASE("async_relay: cancelled gently when one source has ended, which is still passed on") {
    relayed<duplex_stream> r;
    r.start();
    r.client.send(25'000);
    r.client.end();
    r.settle();
    r.signal.emit(asio::cancellation_type::total);
    r.settle();
    r.server.receive();
    REQUIRE(r.finish());
    r.settle();
    CHECK(r.outcome.ec == asio::error::operation_aborted);
    CHECK_FALSE(r.outcome.result.a_to_b.reason);
    CHECK(r.outcome.result.b_to_a.reason == asio::error::operation_aborted);
    CHECK(r.server.received() == 25'000);
    CHECK(r.server.saw_end());
}

TEST_CASE(
    "async_relay: types of cancellation it does not know have no effect, nor has a late one") {
    relayed<duplex_stream> r;
    r.start();
    r.settle();
    r.signal.emit(asio::cancellation_type::none);
    r.settle();
    CHECK(r.outcome.calls == 0);
    r.client.end();
    r.server.end();
    REQUIRE(r.finish());
    CHECK_FALSE(r.outcome.ec);
    CHECK_FALSE(r.signal.slot().has_handler());
    r.signal.emit(asio::cancellation_type::terminal);
    r.settle();
    CHECK(r.outcome.done());
}
