// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <boost/asio/this_coro.hpp>

using namespace sluice::test;

// GCC 12 destroys the members of a braced temporary twice when its expression awaits something.
TEST_CASE("rule 27: a pipe with the default options, made in a coroutine, keeps the default pool") {
    asio::io_context context;
    for (int i = 0; i != 8; ++i)
        run(context, []() -> asio::awaitable<void> {
            sluice::pipe pipe(co_await asio::this_coro::executor);
            pipe.writer.write(asio::buffer("bytes", 5));
            CHECK(pipe.writer.try_flush());
        });
    const sluice::segment_pool pool = sluice::default_segment_pool();
    CHECK(pool.stats().upstream_allocations > 0);
    test_pipe pipe;
    CHECK(pipe.publish("bytes"));
}
