// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

readable_buffer read_now(test_pipe& pipe) {
    return pipe.reader.try_read().value().buffer;
}

} // namespace

TEST_CASE("rule 08: consumed bytes are gone, and segments wholly before them go back at once") {
    for (const std::size_t size : {1u, 2u, 16u}) {
        CAPTURE(size);
        const pipe_options options = with_segments(size);
        const segment_pool& pool = options.pool;
        test_pipe pipe(options);
        REQUIRE(pipe.publish(std::string(4 * size, 'x') + "abcd"));
        const std::size_t held = pool.stats().bytes_in_use;
        const readable_buffer view = read_now(pipe);
        pipe.reader.advance(view.at(3 * size), view.finish());
        CHECK(pool.stats().bytes_in_use == held - 3 * size);
        CHECK(pipe.reader.buffered() == size + 4);
        REQUIRE(pipe.publish("e"));
        CHECK(read_now(pipe).equals(std::string(size, 'x') + "abcde"));
        pipe.reader.consume(size);
        CHECK(read_now(pipe).equals("abcde"));
    }
}

TEST_CASE("rule 08: with examined == consumed < finish the next read completes at once") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abcdef"));
    const readable_buffer view = read_now(pipe);
    pipe.reader.advance(view.at(2));
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.poll();
    CHECK(read.text() == "cdef");
    pipe.reader.advance(read.result.buffer.start());
    CHECK(read_now(pipe).equals("cdef"));
    pipe.reader.consume(0);
    CHECK(read_now(pipe).equals("cdef"));
    pipe.reader.consume(4);
    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
}

TEST_CASE("rule 08: examined may move back, down to consumed") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abcdef"));
    readable_buffer view = read_now(pipe);
    pipe.reader.advance(view.at(1), view.finish());
    REQUIRE(pipe.publish("g"));
    read_result read = pipe.reader.try_read().value();
    CHECK(read.examined == read.buffer.at(5));
    pipe.reader.advance(read.buffer.at(1), read.buffer.at(3));
    read = pipe.reader.try_read().value();
    CHECK(read.buffer.equals("cdefg"));
    CHECK(read.examined == read.buffer.at(2));
    pipe.reader.advance(read.buffer.start());
    read = pipe.reader.try_read().value();
    CHECK(read.examined == read.buffer.start());
}

TEST_CASE("rule 08: every pair of consumed and examined, at every segment size") {
    const std::string text = "abcdefg";
    for (const std::size_t size : segment_sizes) {
        for (std::size_t consumed = 0; consumed <= text.size(); ++consumed) {
            for (std::size_t examined = consumed; examined <= text.size(); ++examined) {
                CAPTURE(size);
                CAPTURE(consumed);
                CAPTURE(examined);
                test_pipe pipe(with_segments(size));
                REQUIRE(pipe.publish(text));
                const readable_buffer view = read_now(pipe);
                pipe.reader.advance(view.at(consumed), view.at(examined));
                if (examined == text.size()) {
                    CHECK(pipe.reader.try_read().error() == asio::error::would_block);
                    REQUIRE(pipe.publish("h"));
                }
                const read_result read = pipe.reader.try_read().value();
                const std::string all = examined == text.size() ? text + "h" : text;
                CHECK(read.buffer.to_string() == all.substr(consumed));
                CHECK(read.examined == read.buffer.at(examined - consumed));
                CHECK(read.buffer.slice(read.examined, read.buffer.finish())
                          .equals(all.substr(examined)));
            }
        }
    }
}

TEST_CASE("rule 08: a cursor stays good while its byte is not consumed") {
    test_pipe pipe(with_segments(2));
    REQUIRE(pipe.publish("abcdef"));
    const readable_buffer view = read_now(pipe);
    const read_cursor third = view.at(3), end = view.finish();
    pipe.reader.advance(view.at(1), view.finish());
    REQUIRE(pipe.publish("gh"));
    const readable_buffer later = read_now(pipe);
    CHECK(later.contains(third));
    CHECK(later.slice(third, end).equals("def"));
    CHECK(later.slice(end, later.finish()).equals("gh"));
    pipe.reader.advance(third, end);
    CHECK(read_now(pipe).equals("defgh"));
}

TEST_CASE("rule 08: stale, foreign and disordered cursors are refused, and change nothing") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size)), other(with_segments(size));
        REQUIRE(pipe.publish("abcdef"));
        REQUIRE(other.publish("abcdef"));
        const readable_buffer first = read_now(pipe), foreign = read_now(other);
        const read_cursor stale = first.at(1);
        pipe.reader.advance(first.at(2));
        REQUIRE(pipe.publish("gh"));
        const readable_buffer view = read_now(pipe);
        REQUIRE(pipe.publish("ij"));
        const preserved_buffer kept = view.preserve();
        writable_buffer batch = pipe.writer.alloc();
        batch.write(asio::buffer("kl", 2));

        const auto refused = [&](read_cursor consumed, read_cursor examined) {
            return thrown_by([&] { pipe.reader.advance(consumed, examined); }) ==
                       errc::invalid_cursor &&
                   pipe.reader.buffered() == 8 && view.equals("cdefgh") &&
                   pipe.reader.try_read().error() == errc::advance_required;
        };
        CHECK(refused(stale, stale));
        CHECK(refused(stale, view.finish()));
        CHECK(refused(first.start(), view.start()));
        CHECK(refused(foreign.at(3), foreign.at(3)));
        CHECK(refused(view.start(), foreign.at(3)));
        CHECK(refused(foreign.at(3), view.finish()));
        CHECK(refused(read_cursor(), read_cursor()));
        CHECK(refused(view.start(), read_cursor()));
        CHECK(refused(view.at(3), view.at(2)));
        CHECK(refused(view.finish(), view.start()));
        CHECK(refused(kept.buffer().start(), kept.buffer().finish()));
        CHECK(refused(batch.written().start(), batch.written().start()));
        CHECK(thrown_by([&] { pipe.reader.consume(7); }) == errc::invalid_cursor);
        CHECK(thrown_by([&] { pipe.reader.consume(readable_buffer::npos); }) ==
              errc::invalid_cursor);
        CHECK(pipe.reader.buffered() == 8);

        pipe.reader.advance(view.at(1), view.finish());
        const read_result next = pipe.reader.try_read().value();
        CHECK(next.buffer.equals("defghij"));
        CHECK(next.examined == next.buffer.at(5));
        // Published and not delivered is out of range, too.
        pipe.reader.advance(next.buffer.finish());
        REQUIRE(pipe.publish("kl"));
        CHECK(thrown_by([&] { pipe.reader.advance(next.buffer.finish()); }) ==
              errc::no_read_to_advance);
    }
}

TEST_CASE("rule 08: advance without a delivered read is refused") {
    test_pipe pipe;
    const auto refused = [&](readable_buffer view) {
        return thrown_by([&] { pipe.reader.advance(view.start()); }) == errc::no_read_to_advance &&
               thrown_by([&] { pipe.reader.advance(view.start(), view.finish()); }) ==
                   errc::no_read_to_advance &&
               thrown_by([&] { pipe.reader.consume(0); }) == errc::no_read_to_advance;
    };
    CHECK(refused({}));
    REQUIRE(pipe.publish("abc"));
    const readable_buffer view = read_now(pipe);
    pipe.reader.advance(view.at(1));
    CHECK(refused(view.slice(1)));
    CHECK(pipe.reader.buffered() == 2);
}

TEST_CASE("rule 08: a read that waits does not let the last answer be changed") {
    test_pipe pipe;
    REQUIRE(pipe.publish("abc"));
    const readable_buffer whole = read_now(pipe);
    pipe.reader.advance(whole.start(), whole.finish());
    pipe.reader.cancel_pending_read();
    const readable_buffer view = read_now(pipe); // cancelled: may be advanced, until the next read
    read_outcome read;
    pipe.reader.async_read(read.handler());
    pipe.poll();
    CHECK(read.pending());
    const error_code ec = thrown_by([&] { pipe.reader.advance(view.start()); });
    pipe.poll();
    // Refused, or else the read sees that nothing is examined any more.
    CHECK((ec || read.text() == "abc"));
}

TEST_CASE("rule 08: coroutines") {
    test_pipe pipe(with_segments(2));
    run(pipe.context, [&]() -> asio::awaitable<void> {
        REQUIRE(pipe.publish("abcdef"));
        for (const char* expected : {"abcdef", "bcdef", "cdef", "def", "ef", "f"}) {
            const read_result read = co_await pipe.reader.async_read();
            CHECK(read.buffer.equals(expected));
            pipe.reader.advance(read.buffer.at(1));
        }
        CHECK(pipe.reader.buffered() == 0);
    });
}
