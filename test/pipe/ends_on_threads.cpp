// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/build_kind.hpp"
#include "support/numbered_bytes.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>

using namespace sluice;
using namespace sluice::test;

namespace {

constexpr std::uint64_t total = is_sanitized ? 200'000 : 4'000'000;

// Sizes that differ all the time, and are the same in each run.
class sizes {
public:
    explicit sizes(std::uint32_t seed) : state_(seed) {}
    std::size_t next(std::size_t limit) {
        state_ = state_ * 1'664'525 + 1'013'904'223;
        return (state_ >> 8) % limit + 1;
    }

private:
    std::uint32_t state_;
};

pipe_options narrow(std::size_t segment_size) {
    return with_thresholds(500, 100, with_segments(segment_size));
}

// Checks and advances: now all, now a part with or without the rest examined.
void take_some(pipe_reader& reader, const readable_buffer& view, std::uint64_t& seen, sizes& size) {
    if (!is_numbered(view.to_string(), seen))
        FAIL("bytes lost, repeated or reordered");
    const std::size_t n = std::min(size.next(700), view.size());
    seen += n;
    reader.advance(view.at(n));
}

} // namespace

TEST_CASE("rule 04: coroutines, each end in a context of its own") {
    for (const std::size_t segment_size : segment_sizes) {
        CAPTURE(segment_size);
        asio::io_context reading, writing;
        sluice::pipe ends(reading, narrow(segment_size));
        std::uint64_t seen = 0, sent = 0;
        error_code end;
        asio::co_spawn(
            reading,
            [&]() -> asio::awaitable<void> {
                sizes size(5);
                for (;;) {
                    const auto [ec, read] = co_await ends.reader.async_read(as_result);
                    end = ec;
                    if (ec)
                        co_return;
                    take_some(ends.reader, read.buffer, seen, size);
                }
            },
            asio::detached);
        asio::co_spawn(
            writing,
            [&]() -> asio::awaitable<void> {
                sizes size(6);
                while (sent < total) {
                    const std::string bytes = numbered_bytes(size.next(300), sent);
                    ends.writer.write(asio::buffer(bytes));
                    sent += bytes.size();
                    co_await ends.writer.flush();
                }
                ends.writer.complete();
            },
            asio::detached);
        auto work = asio::make_work_guard(reading);
        std::jthread thread([&] {
            writing.run();
            work.reset();
        });
        reading.run();
        thread.join();
        CHECK(end == asio::error::eof);
        CHECK(seen == sent);
    }
}

TEST_CASE("rule 04: an end may be completed while the other one works") {
    for (int round = 0; round != 100; ++round) {
        test_pipe pipe(narrow(2));
        std::jthread writing([writer = std::move(pipe.writer)]() mutable {
            sizes size(7);
            std::uint64_t sent = 0;
            for (result<void> flushed; flushed || flushed.error() == asio::error::would_block;) {
                if (flushed) {
                    const std::string bytes = numbered_bytes(size.next(50), sent);
                    writer.write(asio::buffer(bytes));
                    sent += bytes.size();
                } else {
                    std::this_thread::yield();
                }
                flushed = writer.try_flush();
            }
            CHECK(writer.try_flush().error() == asio::error::broken_pipe);
        });
        sizes size(8);
        std::uint64_t seen = 0;
        for (int i = 0; i != round; ++i)
            if (const result<read_result> read = pipe.reader.try_read())
                take_some(pipe.reader, read->buffer, seen, size);
        pipe.reader.complete();
    }
}
