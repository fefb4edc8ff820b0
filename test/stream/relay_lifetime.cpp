// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/memory_resources.hpp"
#include "support/relayed.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <memory_resource>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Kind>
void exchange(relayed<Kind>& r, bool all_read) {
    r.client.send(20'000);
    r.client.end();
    r.server.send(100'000);
    r.client.receive();
    if (all_read)
        r.server.receive();
}

} // namespace

TEST_CASE_TEMPLATE("rule 1: a context that goes while a relay runs takes it along, at any step",
                   Kind, by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (int steps = 0; steps != 40; ++steps)
        for (const bool all_read : {true, false}) {
            const auto witness = std::make_shared<int>();
            std::optional<segment_pool> pool;
            failing_memory memory;
            {
                relayed<Kind> r;
                pool = r.pool;
                r.options.idle_timeout = std::chrono::hours(1);
                exchange(r, all_read);
                r.memory = &memory;
                r.start(witness);
                for (int i = 0; i != steps; ++i)
                    r.context.poll_one();
                CHECK(witness.use_count() == 2);
                CHECK(r.outcome.calls == 0);
            }
            CHECK(witness.use_count() == 1);
            CHECK(memory.outstanding() == 0);
            CHECK(pool->stats().bytes_in_use == 0);
        }
}

TEST_CASE_TEMPLATE("async_relay: its handler may own the streams, and destroy them", Kind,
                   by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream) {
    for (const bool cancelled : {true, false}) {
        relayed<Kind> r;
        using Stream = typename relayed<Kind>::Stream;
        auto streams = std::make_shared<std::pair<Stream, Stream>>(std::move(r.a), std::move(r.b));
        Stream &first = streams->first, &second = streams->second;
        r.start(first, second, std::move(streams));
        r.client.receive();
        r.settle();
        if (cancelled)
            r.signal.emit(asio::cancellation_type::terminal);
        r.client.end();
        r.server.end();
        r.settle();
        CHECK(r.outcome.done());
        CHECK(r.client.saw_end());
    }
}

// Of the pool: the relay reports it. Of the handler's allocator: it is thrown, or reported.
TEST_CASE_TEMPLATE("rule 27: a relay whose memory runs out says so, and leaves nothing behind",
                   Kind, by_hand<tcp_stream>, tcp_stream, by_hand<local_stream>, local_stream,
                   duplex_stream) {
    for (const bool of_pool : {true, false})
        for (std::size_t allocations = 0, failed = 0;; ++allocations) {
            CAPTURE(of_pool);
            CAPTURE(allocations);
            watched_resource memory;
            relayed<Kind> r;
            auto upstream = of_pool ? static_cast<std::pmr::memory_resource*>(&memory)
                                    : std::pmr::new_delete_resource();
            const segment_pool pool(
                {.segment_size = 1000, .max_cached_bytes = 0, .upstream = upstream});
            r.options.between.pool = pool;
            if (!of_pool)
                r.memory = &memory;
            memory.fail_at(allocations);
            bool thrown = false;
            try {
                r.start();
            } catch (const std::bad_alloc&) {
                thrown = true;
            }
            if (!thrown && !of_pool)
                r.context.poll_one(); // it begins
            bool memory_failed = !memory.failure_is_due();
            if (!of_pool)
                memory.never_fail();
            exchange(r, true);
            r.server.end();
            if (!thrown)
                REQUIRE(r.finish());
            if (of_pool)
                memory_failed = !memory.failure_is_due();
            r.settle();
            CHECK(r.outcome.calls == !thrown);
            CHECK_FALSE(r.signal.slot().has_handler());
            CHECK((r.client.in_order() && r.server.in_order()));
            CHECK(memory.live() == 0);
            CHECK(pool.stats().bytes_in_use == 0);
            if (!memory_failed) {
                CHECK_FALSE(r.outcome.ec);
                CHECK((failed > 3) == !(of_pool && relayed<Kind>::by_system));
                break;
            }
            ++failed;
            if (!thrown)
                CHECK(r.outcome.ec == boost::system::errc::not_enough_memory);
        }
}
