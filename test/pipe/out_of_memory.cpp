// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/memory_resources.hpp"
#include "support/proof.hpp"
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

pipe_options failing_options(watched_resource& upstream, std::size_t segment_size) {
    segment_pool_options memory;
    memory.upstream = &upstream;
    memory.segment_size = segment_size;
    memory.max_cached_bytes = 0; // every segment is an allocation that can fail
    pipe_options options;
    options.pool = segment_pool(memory);
    options.minimum_segment_size = 1;
    return options;
}

// Steps, each of which is tried again after it failed; it must have changed nothing then.
class scenario {
public:
    using step = std::function<void()>;
    using size = std::function<std::size_t()>;

    scenario(segment_pool pool, size measure)
        : pool_(std::move(pool))
        , measure_(std::move(measure)) {}

    void operator()(const step& todo) {
        pool_.trim(); // links, too
        const std::size_t before = measure_();
        try {
            todo();
        } catch (const std::bad_alloc&) {
            ++failures;
            CHECK(measure_() == before);
            todo();
        }
    }
    int failures = 0;

private:
    segment_pool pool_;
    size measure_;
};

// Runs what `body` does with every single allocation failing, until none is left that could.
std::size_t failures_tried = 0;
void with_every_failure(const std::function<int(watched_resource&, std::size_t)>& body) {
    for (const std::size_t segment_size : {1u, 2u, 16u, 100u}) {
        CAPTURE(segment_size);
        std::size_t nth = 0;
        for (bool failed = true; failed; ++nth) {
            CAPTURE(nth);
            watched_resource upstream;
            upstream.fail_at(nth);
            const int failures = body(upstream, segment_size);
            failed = !upstream.failure_is_due();
            CHECK(failures == (failed ? 1 : 0));
            CHECK(upstream.live() == 0);
            failures_tried += failed;
        }
        CHECK(nth > 3);
    }
}

} // namespace

TEST_CASE("rule 27: the writer loses nothing when any one allocation fails") {
    with_every_failure([](watched_resource& upstream, std::size_t segment_size) {
        const pipe_options options = failing_options(upstream, segment_size);
        test_pipe pipe(options), source;
        REQUIRE(source.publish("kept bytes"));
        const preserved_buffer kept = source.reader.try_read().value().buffer.preserve();
        scenario attempt(options.pool, [&] { return pipe.writer.unflushed(); });
        attempt([&] { pipe.write("a text that needs several segments"); });
        attempt([&] {
            asio::buffer_copy(pipe.writer.prepare(20), asio::buffer(std::string(20, 'p')));
            pipe.writer.commit(20);
        });
        attempt([&] {
            asio::buffer_copy(pipe.writer.prepare_sequence(200),
                              asio::buffer(std::string(200, 's')));
            pipe.writer.commit(200);
        });
        attempt([&] { std::memset(pipe.writer.reserve(5).data(), 'r', 5); });
        attempt([&] { pipe.writer.append(kept); });
        attempt([&] { pipe.write("end"); });
        CHECK(pipe.writer.try_flush());
        CHECK(pipe.take() == "a text that needs several segments" + std::string(20, 'p') +
                                 std::string(200, 's') + "rrrrr" + "kept bytes" + "end");
        return attempt.failures;
    });
}

TEST_CASE("rule 27: batches lose nothing when any one allocation fails") {
    with_every_failure([](watched_resource& upstream, std::size_t segment_size) {
        const pipe_options options = failing_options(upstream, segment_size);
        test_pipe pipe(options), source;
        REQUIRE(source.publish("kept bytes"));
        const preserved_buffer kept = source.reader.try_read().value().buffer.preserve();
        writable_buffer batch = pipe.writer.alloc();
        scenario attempt(options.pool, [&] { return batch.size(); });
        pipe_writer& writer = pipe.writer;
        attempt([&] { writer.write(asio::buffer("writer, ", 8)); });
        attempt([&] { batch.write(asio::buffer("batch, ", 7)); });
        attempt([&] { std::memset(batch.reserve(30).data(), 'r', 30); });
        attempt([&] { batch.append(kept); });
        attempt([&] {
            batch.ensure(40);
            std::memset(batch.memory().data(), 'e', 40);
            batch.advance(40);
        });
        attempt([&] { batch.commit(); });
        CHECK(batch.size() == 0);
        attempt([&] { batch.write(asio::buffer(", more", 6)); });
        attempt([&] { batch.commit(); });
        attempt([&] { writer.write(asio::buffer(", writer", 8)); });
        attempt([&] { batch = writer.alloc(30); });
        attempt([&] { batch.write(asio::buffer(", last", 6)); });
        attempt([&] { batch.commit(); });
        CHECK(writer.try_flush());
        CHECK(pipe.take() == "writer, batch, " + std::string(30, 'r') + "kept bytes" +
                                 std::string(40, 'e') + ", more, writer, last");
        return attempt.failures;
    });
}

TEST_CASE("rule 27: the flush of a batch reports not_enough_memory, with the batch as it was") {
    with_every_failure([](watched_resource& upstream, std::size_t segment_size) {
        const pipe_options options = failing_options(upstream, segment_size);
        test_pipe pipe(options);
        int failures = 0;
        const error_code no_memory =
            boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
        std::string expected;
        for (int i = 0; i != 6; ++i) {
            const std::string text(static_cast<std::size_t>(3 + 5 * i), static_cast<char>('a' + i));
            writable_buffer batch = pipe.writer.alloc();
            try {
                batch.write(asio::buffer(text));
            } catch (const std::bad_alloc&) {
                ++failures;
                batch.write(asio::buffer(text));
            }
            options.pool.state().trim();
            wait_outcome first, second;
            if (i % 2 == 0) {
                batch.flush(first.handler());
                pipe.poll();
            } else if (const result<void> flushed = batch.try_flush(); !flushed) {
                first.ec = flushed.error();
            }
            if (first.ec) {
                CHECK(first.ec == no_memory);
                ++failures;
                CHECK(batch.written().equals(text));
                CHECK(pipe.reader.buffered() == expected.size());
                batch.flush(second.handler());
                pipe.poll();
                CHECK(second.succeeded());
            }
            CHECK(batch.size() == 0);
            expected += text;
        }
        CHECK(pipe.take() == expected);
        return failures;
    });
}

TEST_CASE("rule 27: preserving and reading lose nothing when any one allocation fails") {
    with_every_failure([](watched_resource& upstream, std::size_t segment_size) {
        const pipe_options options = failing_options(upstream, segment_size);
        test_pipe pipe(options);
        std::vector<preserved_buffer> kept(3);
        scenario attempt(options.pool, [&] { return pipe.reader.buffered(); });
        attempt([&] { pipe.write("abcdefghijklmnopqrstuvwxyz"); });
        CHECK(pipe.writer.try_flush());
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        attempt([&] { kept[0] = view.preserve(); });
        attempt([&] { kept[1] = view.slice(5, 10).preserve(); });
        attempt([&] { kept[2] = kept[1]; });
        pipe.reader.consume(26);
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        attempt([&] { pipe.writer.append(kept[0]); });
        attempt([&] { pipe.write("!"); });
        CHECK(pipe.writer.try_flush());
        CHECK(pipe.take() == "abcdefghijklmnopqrstuvwxyz!");
        CHECK(kept[2].buffer().equals("fghijklmno"));
        return attempt.failures;
    });
}

TEST_CASE("rule 27: how many allocations failed in turn") {
    CHECK(failures_tried > 100);
    tell_proof(5, "allocations failed in pipes", failures_tried);
}

TEST_CASE("rule 27: while no memory can be had, everything else goes on") {
    watched_resource upstream;
    const pipe_options options = failing_options(upstream, 16);
    test_pipe pipe(options);
    wait_outcome watched, drained;
    pipe.write("before");
    for (int i = 0; i != 20; ++i) {
        options.pool.state().trim();
        upstream.fail_at(0);
        CHECK_THROWS_AS(pipe.writer.prepare(100), std::bad_alloc);
    }
    CHECK(pipe.writer.try_flush());
    pipe.writer.async_wait_reader_completed(watched.handler());
    pipe.writer.async_wait_drained(drained.handler());
    upstream.fail_at(0);
    CHECK(pipe.take() == "before");
    pipe.writer.complete();
    CHECK(pipe.reader.try_read().value().completed);
    pipe.reader.complete();
    pipe.poll();
    CHECK(watched.succeeded());
    CHECK(drained.succeeded());
}

TEST_CASE("rule 27: coroutines") {
    watched_resource upstream;
    const pipe_options options = failing_options(upstream, 16);
    test_pipe pipe(options);
    run(pipe.context, [&]() -> asio::awaitable<void> {
        writable_buffer batch = pipe.writer.alloc();
        batch.write(asio::buffer("abc", 3));
        options.pool.state().trim();
        upstream.fail_at(0);
        const auto [failed] = co_await batch.flush(as_result);
        CHECK(failed == boost::system::errc::not_enough_memory);
        const auto [flushed] = co_await batch.flush(as_result);
        CHECK_FALSE(flushed);
        const read_result read = co_await pipe.reader.async_read();
        CHECK(read.buffer.equals("abc"));
    });
}
