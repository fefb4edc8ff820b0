// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The explorer tries what it is to try, and no more.
#include "interleavings/explored_atomic.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <stdexcept>

using namespace sluice::test;

namespace {

struct memory {
    explored_atomic<int> a{0}, b{0};
    explored_mutex lock;
    int seen[2] = {};
};

using body = std::function<void(memory&)>;

// How many orders there are of these bodies.
std::uint64_t orders(
    explorer& search, std::vector<body> bodies,
    const std::function<void(memory&)>& check = [](memory&) {}) {
    return search.explore(
        [&] {
            auto shared = std::make_shared<memory>();
            explorer::run run;
            for (const body& one : bodies)
                run.bodies.push_back([shared, one] { one(*shared); });
            run.check = [shared, check] { check(*shared); };
            return run;
        },
        100'000);
}

void require(bool holds, const char* what) {
    if (!holds)
        throw std::logic_error(what);
}

} // namespace

TEST_CASE("explorer: every order of steps that matters, and one of those that do not") {
    explorer search;
    const body write_a = [](memory& m) { m.a.store(1); };
    const body write_a_twice = [](memory& m) {
        m.a.store(1);
        m.a.store(2);
    };
    const body write_b = [](memory& m) { m.b.store(1); };
    const body read_a = [](memory& m) { m.seen[0] = m.a.load(); };
    CHECK(orders(search, {write_a, write_b}) == 1);
    CHECK(orders(search, {read_a, read_a, read_a}) == 1);
    CHECK(orders(search, {write_a, write_a}) == 2);
    CHECK(orders(search, {write_a_twice, write_a_twice}) == 6);
    CHECK(orders(search, {write_a, write_a, write_a}) == 6);
    CHECK(orders(search, {write_a_twice, read_a}) == 3);
    CHECK(search.complete());
}

TEST_CASE("explorer: an update that is lost is found") {
    explorer search;
    const body unlocked = [](memory& m) { m.a.store(m.a.load() + 1); };
    const body locked = [](memory& m) {
        const std::lock_guard guard(m.lock);
        m.a.store(m.a.load() + 1);
    };
    const auto both = [](memory& m) { require(m.a.load() == 2, "lost"); };
    orders(search, {unlocked, unlocked}, both);
    CHECK(search.failure() == "lost");
    CHECK(orders(search, {locked, locked}, both) == 2);
    CHECK(search.failure().empty());
}

TEST_CASE("explorer: who sets its flag and then looks sees the other one, or is seen") {
    explorer search;
    const auto enter = [](explored_atomic<int>& mine, explored_atomic<int>& other, int& seen) {
        mine.store(1);
        seen = other.load();
    };
    const auto check = [](memory& m) { require(m.seen[0] + m.seen[1] != 0, "missed"); };
    CHECK(orders(search,
                 {[&](memory& m) { enter(m.a, m.b, m.seen[0]); },
                  [&](memory& m) { enter(m.b, m.a, m.seen[1]); }},
                 check) == 3);
    CHECK(search.failure().empty());
    orders(search,
           {[&](memory& m) {
                m.seen[0] = m.b.load();
                m.a.store(1);
            },
            [&](memory& m) { enter(m.b, m.a, m.seen[1]); }},
           [](memory& m) { require(m.seen[0] + m.seen[1] != 0, "missed"); });
    CHECK(search.failure() == "missed");
}

TEST_CASE("explorer: a thread that spins waits for a change, in vain where there is none") {
    explorer search;
    const body wait = [](memory& m) {
        while (m.a.load() == 0)
            explorer::spin();
    };
    CHECK(orders(search, {wait, [](memory& m) { m.a.store(1); }}) >= 2);
    CHECK(search.failure().empty());
    orders(search, {wait, [](memory& m) { m.b.store(1); }});
    CHECK(search.failure().starts_with("deadlock"));
}
