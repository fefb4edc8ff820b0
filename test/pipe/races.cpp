// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Tagged batches from many threads, and cancellations all the time: to be run under
// ThreadSanitizer, and for long without.
#include "support/build_kind.hpp"
#include "support/numbered_bytes.hpp"
#include "support/proof.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using namespace sluice;
using namespace sluice::test;

namespace {

// What stands before the bytes of a batch.
struct tag {
    std::uint32_t id, sequence, length, sum;
};

// The bytes a producer takes its batches from, and sums of them from the start.
class tagged_source {
public:
    static constexpr std::size_t longest = 1500;

    explicit tagged_source(std::uint32_t id)
        : id_(id)
        , state_(id * 2'654'435'761u + 1)
        , bytes_(numbered_bytes(longest * 2, id * 100'003u))
        , sums_(1) {
        for (const char byte : bytes_)
            sums_.push_back(sums_.back() * 31 + static_cast<unsigned char>(byte));
    }

    std::uint32_t next_size(std::size_t most) {
        state_ = state_ * 1'664'525u + 1'013'904'223u;
        return (state_ >> 8) % static_cast<std::uint32_t>(most) + 1;
    }
    std::size_t write(writable_buffer& to, std::size_t most) {
        return next(most, [&](const auto& parts) { to.write(parts); });
    }
    // At once: batches may come between the segments of a write.
    std::size_t write(pipe_writer& to, std::size_t most) {
        return next(most, [&](const auto& parts) {
            asio::buffer_copy(to.prepare(asio::buffer_size(parts)), parts);
            to.commit(asio::buffer_size(parts));
        });
    }

private:
    template <class Write>
    std::size_t next(std::size_t most, Write write) {
        const std::uint32_t length = next_size(most);
        const std::uint32_t from = (state_ >> 4) % longest;
        const tag head{id_, sequence_++, length, sum(from, length)};
        write(std::array<asio::const_buffer, 2>{asio::buffer(&head, sizeof head),
                                                asio::buffer(bytes_.data() + from, length)});
        return sizeof head + length;
    }

    std::uint32_t sum(std::uint32_t from, std::uint32_t length) const {
        std::uint32_t power = 1;
        for (std::uint32_t i = length, base = 31; i != 0; i >>= 1, base *= base)
            if (i & 1)
                power *= base;
        return sums_[from + length] - sums_[from] * power;
    }

    std::uint32_t id_, state_, sequence_ = 0;
    std::string bytes_;
    std::vector<std::uint32_t> sums_;
};

// Takes tagged batches out of a reader, and counts what is wrong with them.
class tagged_check {
public:
    explicit tagged_check(std::size_t producers) : next_(producers) {}

    void take(pipe_reader& reader, const read_result& read) {
        const readable_buffer& all = read.buffer;
        auto at = all.start();
        for (std::size_t left = all.size(); left >= sizeof(tag);) {
            tag head;
            const readable_buffer rest = all.slice(at, all.finish());
            rest.copy_to(std::as_writable_bytes(std::span(&head, 1)));
            const bool sane = head.id < next_.size() && head.length <= tagged_source::longest;
            wrong += !sane;
            if (!sane || left - sizeof(tag) < head.length)
                break;
            std::uint32_t sum = 0;
            for (const asio::const_buffer piece : rest.slice(sizeof(tag), head.length))
                for (std::size_t i = 0; i != piece.size(); ++i)
                    sum = sum * 31 + static_cast<const unsigned char*>(piece.data())[i];
            wrong += sum != head.sum || head.sequence != next_[head.id]++;
            const std::size_t size = sizeof(tag) + head.length;
            at = rest.at(size);
            left -= size;
            bytes += size;
            ++messages;
        }
        reader.advance(at, all.finish());
    }

    std::uint64_t bytes = 0, messages = 0, wrong = 0;
    std::uint64_t commits = 0; // told by who made them

private:
    std::vector<std::uint32_t> next_;
};

pipe_options with_own_pool(std::size_t segment_size, std::size_t pause) {
    pipe_options options;
    options.pool = segment_pool({.segment_size = segment_size});
    options.minimum_segment_size = 1;
    options.pause_threshold = pause;
    options.max_buffered = 0;
    return options;
}

void pause_while(pipe_writer& writer) {
    while (!writer.try_flush() && !writer.reader_completed())
        std::this_thread::yield();
}

// Producers on threads of their own, the writer itself among them; a reader that is waited for.
tagged_check tagged_run(std::uint64_t total, std::size_t most, std::size_t segment_size) {
    constexpr std::uint32_t producers = 8;
    asio::io_context context;
    const pipe_options options = with_own_pool(segment_size, 64 * 1024);
    sluice::pipe ends(context, options);
    tagged_check check(producers + 1);
    std::atomic<std::uint32_t> running{producers};
    std::atomic<std::uint64_t> commits{0};
    std::vector<std::thread> threads;
    for (std::uint32_t id = 0; id != producers; ++id)
        threads.emplace_back([&, id] {
            tagged_source source(id);
            std::uint64_t made = 0;
            for (std::uint64_t sent = 0; sent < total / (producers + 1); ++made) {
                auto batch = ends.writer.alloc();
                sent += source.write(batch, most);
                while (source.next_size(8) > 6) // several of them as one
                    sent += source.write(batch, most);
                if (source.next_size(4) == 1)
                    batch.commit();
                else
                    while (!batch.try_flush() && !ends.writer.reader_completed())
                        std::this_thread::yield(); // published already: only slower
            }
            commits += made;
            --running;
        });
    threads.emplace_back([&] {
        tagged_source source(producers);
        std::uint64_t made = 0;
        for (std::uint64_t sent = 0; sent < total / (producers + 1); ++made) {
            sent += source.write(ends.writer, most);
            if (source.next_size(3) == 1)
                pause_while(ends.writer);
        }
        commits += made;
        while (running != 0)
            std::this_thread::yield();
        ends.writer.complete();
    });
    const std::function<void()> read = [&] {
        ends.reader.async_read([&](error_code ec, const read_result& result) {
            if (ec)
                return;
            check.take(ends.reader, result);
            read();
        });
    };
    read();
    context.run();
    for (std::thread& thread : threads)
        thread.join();
    check.commits = commits;
    CHECK(ends.reader.buffered() == 0);
    ends.reader.complete();
    CHECK(options.pool.stats().bytes_in_use == 0);
    return check;
}

} // namespace

TEST_CASE("rule 24: tagged batches from nine threads: no gap, no tear, in order") {
    const std::uint64_t total = proof_amount(is_sanitized ? 1'000'000 : 4'000'000, 1'050'000'000);
    std::uint64_t bytes = 0, wrong = 0;
    for (const std::size_t segment_size : {64, 16 * 1024}) {
        // Mostly in segments of the usual size; the small ones are slow.
        const std::uint64_t share = segment_size == 64 ? total / 16 : total - total / 16;
        const tagged_check seen = tagged_run(share, tagged_source::longest, segment_size);
        bytes += seen.bytes;
        wrong += seen.wrong;
    }
    CHECK(wrong == 0);
    CHECK(bytes > total / 10 * 9);
    tell_proof(12, "bytes of tagged batches", bytes);
    tell_proof(12, "violations", wrong);
}

TEST_CASE("rule 24: commits of a few bytes from nine threads") {
    const std::uint64_t commits =
        proof_amount(is_sanitized ? 30'000 : 200'000, is_sanitized ? 2'000'000 : 80'000'000);
    const tagged_check seen = tagged_run(commits * 27, 8, 4096);
    CHECK(seen.wrong == 0);
    CHECK(seen.commits > commits / 10 * 9);
    tell_proof(10, "commits from nine threads", seen.commits);
}

// The reader is told to stop waiting, by two threads; and waits again.
TEST_CASE("rule 11: a storm of cancellations while two threads hand over bytes") {
    const std::uint64_t commits =
        proof_amount(is_sanitized ? 20'000 : 100'000, is_sanitized ? 1'000'000 : 25'000'000);
    asio::io_context context;
    const pipe_options options = with_own_pool(4096, 4096);
    sluice::pipe ends(context, options);
    tagged_check check(1);
    std::atomic<bool> over{false};
    std::uint64_t cancelled = 0;
    std::thread producer([&] {
        tagged_source source(0);
        for (std::uint64_t i = 0; i != commits; ++i) {
            source.write(ends.writer, 8);
            if (source.next_size(4) == 1)
                pause_while(ends.writer);
        }
        ends.writer.complete();
    });
    std::array<std::thread, 2> cancelling;
    for (std::thread& thread : cancelling)
        thread = std::thread([&] {
            while (!over) {
                ends.reader.cancel_pending_read();
                ends.writer.cancel_pending_flush();
                std::this_thread::yield();
            }
        });
    const std::function<void()> read = [&] {
        ends.reader.async_read([&](error_code ec, const read_result& result) {
            if (ec)
                return;
            cancelled += result.cancelled;
            check.take(ends.reader, result);
            read();
        });
    };
    read();
    context.run();
    over = true;
    producer.join();
    for (std::thread& thread : cancelling)
        thread.join();
    CHECK(check.wrong == 0);
    CHECK(check.messages == commits);
    CHECK(cancelled != 0);
    tell_proof(10, "commits in a storm of cancellations", check.messages);
    tell_proof(10, "reads cancelled in it", cancelled);
}
