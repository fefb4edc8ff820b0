// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "deadlines.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <vector>

using namespace file_server;
using namespace std::chrono_literals;

TEST_CASE("deadlines: they expire once, in their time, and never early") {
    boost::asio::io_context context;
    deadlines clock(context, 5ms);
    int early = 0;
    int late = 0;
    deadlines::clock::duration late_after{};
    const auto start = deadlines::clock::now();
    std::optional<deadline> first;
    std::optional<deadline> second;
    first.emplace(clock, [&] {
        ++early;
        first.reset(); // may go within its own expiry
    });
    second.emplace(clock, [&] {
        ++late;
        late_after = deadlines::clock::now() - start;
        second.reset();
    });
    first->set(10ms);
    second->set(40ms);
    context.run(); // ends: without deadlines there is no tick
    CHECK(early == 1);
    CHECK(late == 1);
    CHECK(late_after >= 40ms);
}

TEST_CASE("deadlines: one that is moved or cleared does not expire before") {
    boost::asio::io_context context;
    deadlines clock(context, 1ms);
    bool cleared_expired = false;
    int moved = 0;
    std::optional<deadline> cleared(std::in_place, clock, [&] { cleared_expired = true; });
    std::optional<deadline> one(std::in_place, clock, [&] {
        if (++moved < 3) {
            one->set(3ms);
            return;
        }
        cleared.reset();
        one.reset();
    });
    cleared->set(1ms);
    cleared->clear();
    one->set(1ms);
    context.run();
    CHECK(moved == 3);
    CHECK(!cleared_expired);
}

TEST_CASE("deadlines: the tick starts again with the next deadline") {
    boost::asio::io_context context;
    deadlines clock(context, 1ms);
    for (int round = 1; round <= 3; ++round) {
        bool expired = false;
        std::optional<deadline> one;
        one.emplace(clock, [&] {
            expired = true;
            one.reset();
        });
        one->set(2ms);
        context.restart();
        context.run();
        CHECK(expired);
    }
}

TEST_CASE("deadlines: when many are met at once, other handlers have their turn in between") {
    boost::asio::io_context context;
    deadlines clock(context, 1ms);
    std::vector<std::unique_ptr<deadline>> many(50);
    int expired = 0, expired_before_other = 0;
    const auto on_expiry = [&](std::unique_ptr<deadline>& one) {
        if (++expired == 1)
            boost::asio::post(context, [&] { expired_before_other = expired; });
        if (expired == 2)
            many.back().reset(); // others may go, too: that one does not expire
        if (expired == 3)
            many[10]->clear();
        one.reset();
        if (expired == 48)
            many.clear();
    };
    for (auto& one : many) {
        one = std::make_unique<deadline>(clock, [&] { on_expiry(one); });
        one->set(1ms);
    }
    context.run();
    CHECK(expired == 48);
    CHECK(expired_before_other < 10);
}
