// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What the pipe does costs in proportion: counted in operations on its atomics, of which each look
// at a link of a chain is one.
#include "interleavings/handler_queue.hpp"
#include "support/proof.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

struct one_pipe {
    explicit one_pipe(std::size_t segment) : ends(queue_executor{&queue}, options(segment)) {}
    static pipe_options options(std::size_t segment) {
        pipe_options made;
        made.pool = segment_pool({.segment_size = segment});
        made.minimum_segment_size = 1;
        made.pause_threshold = made.max_buffered = 0;
        return made;
    }
    void publish(std::string_view text) {
        ends.writer.write(asio::buffer(text));
        (void)ends.writer.try_flush();
    }

    handler_queue queue;
    basic_pipe<queue_executor> ends;
};

struct guard {
    const char* what;
    std::function<void(std::size_t)> run; // for so many
};

const guard guards[] = {
    {"a text in so many segments: written, searched, copied, advanced over at once",
     [](std::size_t n) {
         one_pipe p(1);
         p.publish(std::string(n, 'x'));
         const auto read = p.ends.reader.try_read();
         CHECK_FALSE(read->buffer.find('y'));
         CHECK_FALSE(read->buffer.find("yz"));
         CHECK(read->buffer.to_string().size() == n);
         p.ends.reader.advance(read->buffer.finish());
     }},
    {"so many segments, given back one by one",
     [](std::size_t n) {
         one_pipe p(1);
         p.publish(std::string(n, 'x'));
         for (std::size_t i = 0; i != n; ++i) {
             REQUIRE(p.ends.reader.try_read().has_value());
             p.ends.reader.consume(1);
         }
     }},
    {"so many segments, walked through by cursors",
     [](std::size_t n) {
         one_pipe p(1);
         p.publish(std::string(n, 'x'));
         readable_buffer rest = p.ends.reader.try_read()->buffer;
         while (!rest.empty())
             rest = rest.slice(rest.at(1), rest.finish());
         p.ends.reader.consume(n);
     }},
    {"so many arrivals of a byte, all looked at and none consumed",
     [](std::size_t n) {
         one_pipe p(16);
         for (std::size_t i = 0; i != n; ++i) {
             p.publish("x");
             const auto read = p.ends.reader.try_read();
             REQUIRE(read->buffer.size() == i + 1);
             CHECK(read->buffer.finish() - read->examined == 1);
             p.ends.reader.advance(read->buffer.start(), read->buffer.finish());
         }
     }},
    {"so many batches, and the writer's bytes between them",
     [](std::size_t n) {
         one_pipe p(16);
         for (std::size_t i = 0; i != n; ++i) {
             auto batch = p.ends.writer.alloc();
             batch.write(asio::buffer("batch", 5));
             batch.commit();
             p.ends.writer.write(asio::buffer("w", 1));
         }
         (void)p.ends.writer.try_flush();
         REQUIRE(p.ends.reader.try_read()->buffer.size() == 6 * n);
         p.ends.reader.consume(6 * n);
     }},
    {"a batch of so many writes",
     [](std::size_t n) {
         one_pipe p(4);
         auto batch = p.ends.writer.alloc();
         for (std::size_t i = 0; i != n; ++i)
             batch.write(asio::buffer("abc", 3));
         batch.commit();
     }},
    {"so many slices preserved, appended to a pipe and let go",
     [](std::size_t n) {
         one_pipe p(4), to(4);
         p.publish(std::string(4 * n, 'x'));
         readable_buffer rest = p.ends.reader.try_read()->buffer;
         std::vector<preserved_buffer> kept;
         for (std::size_t i = 0; i != n; ++i) {
             const read_cursor end = rest.at(4);
             kept.push_back(rest.slice(rest.start(), end).preserve());
             rest = rest.slice(end, rest.finish());
             to.ends.writer.append(kept.back());
         }
         p.ends.reader.consume(4 * n);
         (void)to.ends.writer.try_flush();
         REQUIRE(to.ends.reader.try_read()->buffer.size() == 4 * n);
         to.ends.reader.consume(4 * n);
     }},
    {"one long chain, preserved as a whole and appended",
     [](std::size_t n) {
         one_pipe p(1), to(1);
         p.publish(std::string(n, 'x'));
         to.ends.writer.append(p.ends.reader.try_read()->buffer.preserve());
         p.ends.reader.consume(n);
         to.ends.writer.complete();
         to.ends.reader.complete();
     }},
    {"so many prepared and not committed",
     [](std::size_t n) {
         one_pipe p(16);
         for (std::size_t i = 0; i != n; ++i)
             (void)p.ends.writer.prepare(1 + i % 40);
     }},
};

std::uint64_t cost(const guard& of, std::size_t n) {
    const std::uint64_t before = explorer::steps;
    of.run(n);
    return explorer::steps - before;
}

} // namespace

TEST_CASE("complexity: eight times as many cost eight times as much, and no more") {
    const std::size_t n = proof_amount(250, 10'000);
    std::uint64_t most = 0;
    for (const guard& of : guards) {
        CAPTURE(of.what);
        const std::uint64_t few = cost(of, n), many = cost(of, 8 * n);
        CHECK(few != 0);
        CHECK(many <= 8 * few + few / 4);
        most = std::max(most, many / (8 * n));
        MESSAGE(std::string(of.what) << ": " << many / (8 * n) << " each");
    }
    tell_proof(16, "guards against what grows faster than its input", std::size(guards));
    tell_proof(16, "most operations on atomics for one of so many", most);
}
