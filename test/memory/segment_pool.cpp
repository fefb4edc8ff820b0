// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/memory_resources.hpp"
#include <sluice/memory/pool_state.hpp>
#include <sluice/memory/segment_pool.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

// A block on loan.
class loan {
public:
    loan(const segment_pool& pool, std::size_t minimum) : block_(pool.state().acquire(minimum)) {}
    loan(loan&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    loan& operator=(loan&& other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~loan() {
        if (block_ != nullptr)
            block_->release();
    }

    std::size_t size() const noexcept { return block_->size; }
    std::byte* data() const noexcept { return block_->payload(); }

    // The quick way back, which pipes take for blocks nobody else knows.
    void recycle() && {
        sluice::detail::pool_state& owner = block_->pool;
        owner.recycle(std::exchange(block_, nullptr));
    }

private:
    sluice::detail::memory_block* block_;
};

segment_pool small_pool(std::pmr::memory_resource& upstream, std::size_t max_cached = 1 << 20) {
    segment_pool_options options;
    options.segment_size = 100;
    options.max_cached_bytes = max_cached;
    options.upstream = &upstream;
    return segment_pool(options);
}

} // namespace

TEST_CASE("segment_pool: statistics are exact") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream);
    CHECK(pool.stats().bytes_in_use == 0);
    CHECK(pool.stats().bytes_cached == 0);
    CHECK(pool.stats().peak_bytes_in_use == 0);
    CHECK(pool.stats().upstream_allocations == 0);
    {
        const loan first(pool, 1), second(pool, 100);
        CHECK(pool.stats().bytes_in_use == 200);
        CHECK(pool.stats().bytes_cached == 0);
    }
    CHECK(pool.stats().bytes_in_use == 0);
    CHECK(pool.stats().bytes_cached == 200);
    CHECK(pool.stats().peak_bytes_in_use == 200);
    {
        const loan again(pool, 0);
        CHECK(again.size() == 100);
        CHECK(pool.stats().bytes_in_use == 100);
        CHECK(pool.stats().bytes_cached == 100);
    }
    CHECK(pool.stats().upstream_allocations == 2);
    CHECK(upstream.allocations() == 2);
}

TEST_CASE("segment_pool: the peak counts what is lent out of the cache") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream);
    loan(pool, 1).recycle();
    const loan large(pool, 200);
    const loan small(pool, 1);
    CHECK(pool.stats().bytes_in_use == 300);
    CHECK(pool.stats().peak_bytes_in_use == 300);
}

TEST_CASE("segment_pool: sizes go up by powers of two, and are reused by size") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream);
    const std::pair<std::size_t, std::size_t> sizes[] = {{0, 100},   {1, 100},     {100, 100},
                                                         {101, 200}, {200, 200},   {201, 400},
                                                         {800, 800}, {801, 1'600}, {6'401, 12'800}};
    for (const auto& [asked, got] : sizes) {
        CAPTURE(asked);
        CHECK(loan(pool, asked).size() == got);
        const std::size_t before = upstream.allocations();
        CHECK(loan(pool, asked).size() == got);
        CHECK(upstream.allocations() == before);
    }
    const loan unlike(pool, 3'000);
    CHECK(unlike.size() == 3'200);
}

TEST_CASE("segment_pool: what is longer than 128 segments goes upstream each time") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream);
    for (int i = 1; i != 4; ++i) {
        {
            const loan oversize(pool, 12'801);
            CHECK(oversize.size() == 12'801);
            CHECK(pool.stats().bytes_in_use == 12'801);
            std::memset(oversize.data(), 1, oversize.size());
        }
        CHECK(pool.stats().bytes_in_use == 0);
        CHECK(pool.stats().bytes_cached == 0);
        CHECK(pool.stats().upstream_allocations == static_cast<std::uint64_t>(i));
        CHECK(upstream.live() == 0);
    }
}

TEST_CASE("segment_pool: max_cached_bytes bounds what is kept") {
    for (const std::size_t limit : {0u, 99u, 100u, 250u, 1'000u}) {
        CAPTURE(limit);
        watched_resource upstream;
        const segment_pool pool = small_pool(upstream, limit);
        {
            std::vector<loan> loans;
            for (int i = 0; i != 20; ++i)
                loans.emplace_back(pool, i % 3 == 0 ? 300 : 100);
            while (!loans.empty()) {
                std::move(loans.back()).recycle();
                loans.pop_back();
                CHECK(pool.stats().bytes_cached <= limit);
            }
        }
        CHECK(pool.stats().bytes_in_use == 0);
        if (limit >= 100)
            CHECK(pool.stats().bytes_cached != 0);
    }
}

TEST_CASE("segment_pool: trim gives every cached segment back") {
    watched_resource upstream;
    segment_pool pool = small_pool(upstream);
    std::optional<loan> kept;
    {
        const loan a(pool, 1), b(pool, 150), c(pool, 400);
        loan(pool, 1).recycle();
        kept.emplace(pool, 1);
    }
    CHECK(pool.stats().bytes_cached != 0);
    pool.trim();
    CHECK(pool.stats().bytes_cached == 0);
    CHECK(pool.stats().bytes_in_use == 100);
    CHECK(upstream.live() == 1);
    kept.reset();
    CHECK(pool.stats().bytes_cached == 100);
    pool.trim();
    CHECK(upstream.live() == 0);
    CHECK(loan(pool, 1).size() == 100);
}

TEST_CASE("segment_pool: copies share one pool, and memory outlives all of them") {
    watched_resource upstream;
    {
        std::optional<segment_pool> pool(small_pool(upstream));
        std::optional<segment_pool> copy(*pool);
        CHECK(*pool == *copy);
        CHECK_FALSE(*pool == small_pool(upstream));
        std::optional<loan> lent(std::in_place, *pool, 1);
        CHECK(copy->stats().bytes_in_use == 100);
        loan(*copy, 1).recycle();
        pool.reset();
        CHECK(copy->stats().bytes_in_use == 100);
        *copy = segment_pool(*copy);
        CHECK(copy->stats().bytes_cached == 100);
        copy.reset();
        CHECK(upstream.live() == 1);
        std::memset(lent->data(), 1, lent->size());
        lent.reset();
        CHECK(upstream.live() == 0);
    }
    CHECK(upstream.live() == 0);
}

TEST_CASE("segment_pool: an assigned handle lets go of its pool") {
    watched_resource first, second;
    segment_pool pool = small_pool(first);
    { const loan lent(pool, 1); }
    CHECK(first.live() == 1);
    pool = small_pool(second);
    CHECK(first.live() == 0);
    const segment_pool& same = pool;
    pool = same;
    const loan lent(pool, 1);
    CHECK(second.live() == 1);
}

TEST_CASE("segment_pool: an allocation that fails changes nothing") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream);
    upstream.fail_at(0);
    CHECK_THROWS_AS(loan(pool, 1), std::bad_alloc);
    CHECK_THROWS_AS(loan(pool, static_cast<std::size_t>(-1)), std::bad_alloc);
    CHECK_THROWS_AS(loan(pool, static_cast<std::size_t>(-1) / 2), std::bad_alloc);
    CHECK(pool.stats().bytes_in_use == 0);
    CHECK(pool.stats().upstream_allocations == 0);
    CHECK(loan(pool, 1).size() == 100);
}

TEST_CASE("segment_pool: senseless options are refused") {
    segment_pool_options none;
    none.segment_size = 0;
    CHECK_THROWS_AS(segment_pool{none}, std::invalid_argument);
    segment_pool_options nowhere;
    nowhere.upstream = nullptr;
    CHECK_THROWS_AS(segment_pool{nowhere}, std::invalid_argument);
}

TEST_CASE("segment_pool: a link that comes back last ends the pool") {
    watched_resource upstream;
    std::optional<segment_pool> pool(small_pool(upstream, 1'000));
    sluice::detail::pool_state& state = pool->state();
    sluice::detail::segment* link = state.acquire_link();
    pool.reset();
    CHECK(upstream.live() == 1);
    state.put_link(link);
    CHECK(upstream.live() == 0);
}

TEST_CASE("segment_pool: the default pool is one and the same") {
    CHECK(default_segment_pool() == default_segment_pool());
    CHECK(default_segment_pool().segment_size() == 16 * 1024);
}

TEST_CASE("segment_pool: any number of threads may use it") {
    watched_resource upstream;
    const segment_pool pool = small_pool(upstream, 1'000);
    const auto work = [&pool](unsigned seed) {
        std::vector<loan> loans;
        for (unsigned i = 0; i != 3'000; ++i) {
            seed = seed * 1'664'525 + 1'013'904'223;
            loans.emplace_back(pool, seed >> 24);
            std::memset(loans.back().data(), static_cast<int>(i), loans.back().size());
            if (loans.size() == 8) {
                std::move(loans[seed % 8]).recycle();
                loans.clear();
            }
        }
    };
    { std::jthread one(work, 1), two(work, 2), three(work, 3); }
    CHECK(pool.stats().bytes_in_use == 0);
    CHECK(pool.stats().bytes_cached <= 1'000);
}
