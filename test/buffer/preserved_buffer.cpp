// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/memory_resources.hpp"
#include "support/pieces.hpp"
#include <sluice/buffer/preserved_buffer.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;

TEST_CASE("preserved_buffer: shares the memory of the view, and copies no byte") {
    const pieces source{"abc", "d", "efg"};
    const preserved_buffer kept = source.view().preserve();
    CHECK(kept.size() == 7);
    CHECK(kept.buffer().equals("abcdefg"));
    auto original = source.view().begin();
    for (const asio::const_buffer piece : kept.buffer()) {
        CHECK(piece.data() == (*original).data());
        CHECK(piece.size() == (*original).size());
        ++original;
    }
    const preserved_buffer part = source.view().slice(2, 3).preserve();
    CHECK(part.buffer().equals("cde"));
}

TEST_CASE("preserved_buffer: nothing") {
    const preserved_buffer none;
    CHECK(none.empty());
    CHECK(none.size() == 0);
    CHECK(none.buffer().begin() == none.buffer().end());
    const preserved_buffer copy = none; // NOLINT: the copy is what is tested
    CHECK(copy.empty());
    CHECK(pieces{"abc"}.view().slice(1, 0).preserve().empty());
}

TEST_CASE("preserved_buffer: copies share, moves keep views valid") {
    std::optional<pieces> source(std::in_place, std::initializer_list<std::string_view>{"ab", "c"});
    preserved_buffer first = source->view().preserve();
    source.reset();
    const readable_buffer view = first.buffer();
    preserved_buffer moved = std::move(first);
    CHECK(view.equals("abc"));
    CHECK(first.empty()); // NOLINT: documented to own nothing
    const preserved_buffer copy = moved;
    CHECK(copy.buffer().front().data() == moved.buffer().front().data());
    moved = preserved_buffer();
    CHECK(copy.buffer().equals("abc"));
    moved = copy;
    preserved_buffer& same = moved;
    moved = same;
    CHECK(moved.buffer().equals("abc"));
    // Cursors of one are foreign to the other.
    CHECK_FALSE(moved.buffer().contains(copy.buffer().start()));
    const preserved_buffer again = copy.buffer().slice(1).preserve();
    CHECK(again.buffer().equals("bc"));
}

TEST_CASE("preserved_buffer: outlives pipe and pool, and then gives everything back") {
    watched_resource upstream;
    {
        preserved_buffer kept;
        {
            segment_pool_options memory;
            memory.segment_size = 2;
            memory.upstream = &upstream;
            pipe_options options;
            options.minimum_segment_size = 1;
            options.pool = segment_pool(memory);
            test_pipe pipe(std::move(options));
            REQUIRE(pipe.publish("abcdefg"));
            kept = pipe.reader.try_read().value().buffer.slice(1, 5).preserve();
            pipe.reader.consume(7);
        }
        CHECK(upstream.live() != 0);
        CHECK(kept.buffer().equals("bcdef"));
    }
    CHECK(upstream.live() == 0);
}

TEST_CASE("preserved_buffer: a link that cannot be had leaves everything as it was") {
    watched_resource upstream;
    segment_pool_options memory;
    memory.segment_size = 2;
    memory.upstream = &upstream;
    pipe_options options;
    options.minimum_segment_size = 1;
    options.pool = segment_pool(memory);
    {
        test_pipe pipe(options);
        REQUIRE(pipe.publish("abcdefg"));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        const std::size_t before = upstream.live();
        for (std::size_t nth = 0; nth != 4; ++nth) {
            CAPTURE(nth);
            options.pool.trim();
            upstream.fail_at(nth);
            CHECK_THROWS_AS(view.preserve(), std::bad_alloc);
            options.pool.trim();
            CHECK(upstream.live() == before);
        }
        const preserved_buffer kept = view.preserve();
        options.pool.trim();
        upstream.fail_at(2);
        CHECK_THROWS_AS(preserved_buffer{kept}, std::bad_alloc);
        CHECK(kept.buffer().equals("abcdefg"));
        CHECK(pipe.take().empty()); // the read was not advanced
        pipe.reader.consume(7);
    }
    options = {};
    CHECK(upstream.live() == 0);
}

TEST_CASE("rule 14: what was only borrowed is copied when it is preserved") {
    preserved_buffer kept;
    for (const std::size_t size : {0u, 5u, 100'000u}) {
        std::string memory(size, 'x');
        kept = readable_buffer::over(asio::buffer(memory)).preserve();
        memory.assign(size, '-');
        CHECK(kept.buffer().equals(std::string(size, 'x')));
        const preserved_buffer copy = kept;
        CHECK(copy.buffer().size() == size);
    }
}
