// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The ends on two threads, and batches from many: to be run under ThreadSanitizer.
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <random>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
using sluice::error_code;
using sluice::read_result;

constexpr std::size_t thread_segment_sizes[] = {1, 16, 64, 4096};

sluice::pipe_options options_with(std::size_t segment_size) {
    sluice::pipe_options options;
    options.pool = sluice::segment_pool({segment_size});
    options.minimum_segment_size = 1;
    return options;
}

unsigned char byte_at(std::uint64_t position) {
    return static_cast<unsigned char>(position * 31 + position / 251);
}

// Writes numbered bytes in every way there is, and waits by trying again.
void write_numbered(sluice::pipe_writer& writer, std::uint64_t total, unsigned seed) {
    std::mt19937 random(seed);
    std::uint64_t position = 0;
    while (position != total) {
        const auto n =
            static_cast<std::size_t>(std::min<std::uint64_t>(random() % 200 + 1, total - position));
        std::vector<unsigned char> bytes(n);
        for (std::size_t i = 0; i != n; ++i)
            bytes[i] = byte_at(position + i);
        switch (random() % 4) {
        case 0:
            asio::buffer_copy(writer.prepare_sequence(n), asio::buffer(bytes));
            writer.commit(n);
            break;
        case 1: {
            auto batch = writer.alloc();
            batch.write(asio::buffer(bytes));
            batch.commit();
            break;
        }
        default:
            writer.write(asio::buffer(bytes));
            break;
        }
        position += n;
        while (random() % 3 == 0 || writer.unflushed() > 8192)
            if (const auto flushed = writer.try_flush();
                flushed || flushed.error() != asio::error::would_block)
                break;
            else
                std::this_thread::yield();
    }
    writer.complete();
}

// Checks numbered bytes, and takes a random part of them.
class numbered_check {
public:
    explicit numbered_check(unsigned seed) : random_(seed) {}

    void take(sluice::pipe_reader& reader, const read_result& read) {
        std::uint64_t at = position_;
        for (const asio::const_buffer piece : read.buffer)
            for (std::size_t i = 0; i != piece.size(); ++i)
                wrong_ += static_cast<const unsigned char*>(piece.data())[i] != byte_at(at++);
        const std::size_t n = random_() % (read.buffer.size() + 1);
        position_ += n;
        const auto consumed = read.buffer.at(n);
        reader.advance(consumed, read.completed || random_() % 2 ? consumed : read.buffer.finish());
    }

    std::uint64_t position() const { return position_; }
    unsigned wrong() const { return wrong_; }

private:
    std::mt19937 random_;
    std::uint64_t position_ = 0;
    unsigned wrong_ = 0;
};

} // namespace

TEST_CASE("rule 4: two threads that try hand over every byte") {
    for (const std::size_t segment_size : thread_segment_sizes) {
        CAPTURE(segment_size);
        asio::io_context context;
        const auto options = options_with(segment_size);
        sluice::pipe pipe(context, options);
        std::thread producer([&] { write_numbered(pipe.writer, 200'000, 1); });
        numbered_check check(2);
        for (bool done = false; !done;) {
            if (const auto read = pipe.reader.try_read()) {
                check.take(pipe.reader, *read);
                done = read->completed && pipe.reader.buffered() == 0;
            } else {
                std::this_thread::yield();
            }
        }
        producer.join();
        CHECK(check.wrong() == 0);
        CHECK(check.position() == 200'000);
        pipe.reader.complete();
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE("rule 4: a thread that waits is woken by one that tries") {
    for (const std::size_t segment_size : thread_segment_sizes) {
        CAPTURE(segment_size);
        asio::io_context context;
        const auto options = options_with(segment_size);
        sluice::pipe pipe(context, options);
        std::thread producer([&] { write_numbered(pipe.writer, 200'000, 3); });
        numbered_check check(4);
        const std::function<void()> read = [&] {
            pipe.reader.async_read([&](error_code ec, const read_result& result) {
                if (ec)
                    return;
                check.take(pipe.reader, result);
                read();
            });
        };
        read();
        context.run();
        producer.join();
        CHECK(check.wrong() == 0);
        CHECK(check.position() == 200'000);
        pipe.reader.complete();
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE("rule 4: two threads that both wait hand over every byte") {
    asio::io_context reading, writing;
    auto options = options_with(64);
    options.pause_threshold = 500;
    sluice::pipe pipe(reading, options);
    numbered_check check(5);
    const std::function<void()> read = [&] {
        pipe.reader.async_read([&](error_code ec, const read_result& result) {
            if (ec)
                return;
            check.take(pipe.reader, result);
            read();
        });
    };
    std::uint64_t written = 0;
    const std::function<void()> write = [&] {
        std::array<unsigned char, 100> bytes;
        for (unsigned char& byte : bytes)
            byte = byte_at(written++);
        pipe.writer.write(asio::buffer(bytes));
        pipe.writer.flush(asio::bind_executor(writing.get_executor(), [&](error_code ec) {
            CHECK(!ec);
            written == 200'000 ? pipe.writer.complete() : write();
        }));
    };
    read();
    std::thread producer([&] {
        write();
        writing.run();
    });
    reading.run();
    producer.join();
    CHECK(check.wrong() == 0);
    CHECK(check.position() == 200'000);
}

TEST_CASE("rule 24: batches from eight threads and the writer's own bytes stay whole") {
    struct tag {
        std::uint32_t producer, sequence, length, sum;
    };
    constexpr std::uint32_t producers = 8, each = 2000;
    for (const std::size_t segment_size : {std::size_t{16}, std::size_t{4096}}) {
        CAPTURE(segment_size);
        asio::io_context context;
        auto options = options_with(segment_size);
        options.pause_threshold = options.max_buffered = 0;
        sluice::pipe pipe(context, options);

        const auto message = [](std::mt19937& random, std::uint32_t id, std::uint32_t sequence) {
            std::vector<unsigned char> bytes(sizeof(tag) + random() % 100);
            tag head{id, sequence, static_cast<std::uint32_t>(bytes.size() - sizeof(tag)), 0};
            for (std::size_t i = sizeof(tag); i != bytes.size(); ++i)
                head.sum += bytes[i] = static_cast<unsigned char>(random());
            std::memcpy(bytes.data(), &head, sizeof(tag));
            return bytes;
        };
        std::vector<std::thread> threads;
        for (std::uint32_t id = 0; id != producers; ++id)
            threads.emplace_back([&, id] {
                std::mt19937 random(id);
                for (std::uint32_t i = 0; i != each; ++i) {
                    auto batch = pipe.writer.alloc();
                    batch.write(asio::buffer(message(random, id, i)));
                    random() % 4 ? void(batch.try_flush()) : batch.commit();
                }
            });
        threads.emplace_back([&] {
            std::mt19937 random(producers);
            for (std::uint32_t i = 0; i != each; ++i) {
                const auto bytes = message(random, producers, i);
                const auto room = pipe.writer.prepare(bytes.size());
                asio::buffer_copy(room, asio::buffer(bytes));
                if (i % 5 == 0)
                    std::this_thread::yield(); // let batches in between
                pipe.writer.commit(bytes.size());
                if (i % 3 == 0)
                    (void)pipe.writer.try_flush();
            }
        });

        std::array<std::uint32_t, producers + 1> next{};
        std::uint32_t seen = 0, wrong = 0;
        const auto take = [&](const read_result& read) {
            const auto& buffer = read.buffer;
            std::size_t offset = 0;
            for (tag head; buffer.size() - offset >= sizeof(tag);) {
                buffer.slice(offset).copy_to(std::as_writable_bytes(std::span(&head, 1)));
                if (buffer.size() - offset - sizeof(tag) < head.length)
                    break;
                std::uint32_t sum = 0;
                for (const unsigned char c :
                     buffer.slice(offset + sizeof(tag), head.length).to_string())
                    sum += c;
                wrong += head.producer > producers || head.sum != sum ||
                         head.sequence != next[head.producer % next.size()]++;
                offset += sizeof(tag) + head.length;
                ++seen;
            }
            pipe.reader.advance(buffer.at(offset), buffer.finish());
        };
        std::atomic<bool> joined{false};
        std::thread joiner([&] {
            for (std::thread& thread : threads)
                thread.join();
            (void)pipe.writer.try_flush();
            joined = true;
        });
        for (bool last = false; !last;) {
            last = joined;
            while (const auto read = pipe.reader.try_read())
                take(*read);
            std::this_thread::yield();
        }
        joiner.join();
        CHECK(seen == (producers + 1) * each);
        CHECK(wrong == 0);
        pipe.writer.complete();
        pipe.reader.complete();
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE("rule 22: an end that completes on its thread takes nothing from the other") {
    for (int round = 0; round != 300; ++round) {
        asio::io_context context;
        const auto options = options_with(64);
        sluice::pipe pipe(context, options);
        std::thread producer([&] {
            for (int i = 0; i != 50; ++i) {
                const auto room = pipe.writer.prepare(100);
                std::memset(room.data(), i, 100);
                pipe.writer.commit(100);
                (void)pipe.writer.try_flush();
            }
            if (round % 2)
                const auto gone = std::move(pipe.writer);
        });
        for (int reads = 0; reads < round % 40;) {
            const auto read = pipe.reader.try_read();
            if (read) {
                (void)read->buffer.to_string();
                pipe.reader.advance(read->buffer.at(read->buffer.size() / 2));
            } else if (read.error() != asio::error::would_block) {
                break;
            }
            ++reads;
        }
        if (round % 3)
            pipe.reader.complete();
        else
            const auto gone = std::move(pipe.reader);
        producer.join();
        pipe.writer.complete();
        CHECK(options.pool.stats().bytes_in_use == 0);
    }
}

TEST_CASE("rule 3: cancellations from another thread lose nothing") {
    asio::io_context context;
    const auto options = options_with(64);
    sluice::pipe pipe(context, options);
    std::atomic<bool> over{false};
    std::thread producer([&] { write_numbered(pipe.writer, 100'000, 7); });
    std::thread canceller([&] {
        while (!over) {
            pipe.reader.cancel_pending_read();
            std::this_thread::yield();
        }
    });
    numbered_check check(8);
    const std::function<void()> read = [&] {
        pipe.reader.async_read([&](error_code ec, const read_result& result) {
            if (ec)
                return;
            check.take(pipe.reader, result);
            if (!result.completed || pipe.reader.buffered() != 0)
                read();
        });
    };
    read();
    context.run();
    over = true;
    producer.join();
    canceller.join();
    CHECK(check.wrong() == 0);
    CHECK(check.position() == 100'000);
}
