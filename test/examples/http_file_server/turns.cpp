// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "turns.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace file_server;

TEST_CASE("turns: one at a time, in order, and others run in between") {
    boost::asio::io_context context;
    turns pipelining(context.get_executor());
    std::string log;
    int busy = 0;
    for (const char name : {'a', 'b', 'c'}) {
        ++busy;
        boost::asio::co_spawn(
            context,
            [](turns& own, std::string& log, char name) -> support::awaitable<> {
                for (int i = 0; i != 3; ++i) {
                    co_await own.next();
                    log += name;
                }
            }(pipelining, log, name),
            [&](std::exception_ptr) { --busy; });
    }
    std::function<void()> other = [&] {
        log += '.';
        if (busy != 0)
            boost::asio::post(context, other);
    };
    boost::asio::post(context, other);
    context.run();

    std::string taken;
    for (std::size_t i = 0; i != log.size(); ++i) {
        if (log[i] != '.')
            taken += log[i];
        CHECK((log[i] == '.' || i == 0 || log[i - 1] == '.'));
    }
    CHECK(taken == "abcabcabc");
}

TEST_CASE("turns: whoever waits may be dropped with the context, and nobody keeps it running") {
    {
        boost::asio::io_context context;
        turns pipelining(context.get_executor());
        boost::asio::co_spawn(context, pipelining.next(), boost::asio::detached);
        context.poll_one();
    }
    boost::asio::io_context context;
    turns pipelining(context.get_executor());
    bool taken = false;
    boost::asio::co_spawn(context, pipelining.next(), [&](std::exception_ptr) { taken = true; });
    context.run(); // returns
    CHECK(taken);
}
