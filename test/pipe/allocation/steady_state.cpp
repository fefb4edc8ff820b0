// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/measurement.hpp"
#include "support/test_pipe.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

const std::string text = "some bytes, more than one small segment holds";

void read_all(pipe_reader& reader) {
    reader.async_read([&reader](error_code ec, read_result read) {
        if (ec)
            return;
        reader.advance(read.buffer.finish());
        read_all(reader);
    });
}

void write_on(pipe_writer& writer, measurement& measured) {
    writer.write(asio::buffer(text));
    writer.flush([&](error_code) {
        if (measured.next())
            write_on(writer, measured);
    });
}

asio::awaitable<void> read_on(pipe_reader& reader) {
    for (;;) {
        const auto [ec, read] = co_await reader.async_read(as_result);
        if (ec)
            break;
        reader.advance(read.buffer.finish());
    }
}

asio::awaitable<void> write_on_with_batches(pipe_writer& writer, measurement& measured) {
    do {
        writer.write(asio::buffer(text));
        co_await writer.flush();
        writable_buffer batch = writer.alloc();
        batch.write(asio::buffer(text));
        co_await batch.flush();
    } while (measured.next());
    writer.complete();
}

pipe_options resuming(resumption how, pipe_options options) {
    options.reader_resumption = options.writer_resumption = how;
    return options;
}

} // namespace

TEST_CASE("rule 25: the counter sees every way to the heap") {
    if (!counts_heap_calls)
        return;
    const std::uint64_t before = heap_calls();
    void* volatile memory = std::malloc(10); // volatile: or the compiler leaves them out
    std::free(memory);
    memory = std::calloc(10, 10);
    memory = std::realloc(memory, 1'000);
    std::free(memory);
    memory = std::aligned_alloc(64, 64);
    std::free(memory);
    memory = ::operator new(10);
    ::operator delete(memory);
    void* aligned = nullptr;
    CHECK(posix_memalign(&aligned, 64, 64) == 0);
    std::free(aligned);
    CHECK(heap_calls() - before == 6);
}

TEST_CASE("rule 25: callbacks") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        for (const resumption how : {resumption::dispatch, resumption::post}) {
            CAPTURE(size);
            CAPTURE(how == resumption::post);
            test_pipe pipe(resuming(how, with_segments(size)));
            measurement measured;
            read_all(pipe.reader);
            write_on(pipe.writer, measured);
            pipe.poll();
            measured.check();
        }
    }
}

TEST_CASE("rule 25: flushes that wait, and waits for the reader") {
    test_pipe pipe(with_thresholds(1, 0, with_segments(16)));
    measurement measured;
    struct loop {
        test_pipe& pipe;
        measurement& measured;
        void write() {
            pipe.write(text);
            pipe.writer.flush([this](error_code) {
                pipe.writer.async_wait_drained([this](error_code) {
                    if (measured.next())
                        write();
                });
            });
            pipe.reader.async_read_at_least(text.size(), [this](error_code, read_result read) {
                pipe.reader.advance(read.buffer.finish());
            });
        }
    } forever{pipe, measured};
    forever.write();
    pipe.poll();
    measured.check();
}

TEST_CASE("rule 25: reads and flushes that do not suspend") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        test_pipe pipe(with_segments(size));
        measurement measured;
        do {
            pipe.write(text);
            (void)pipe.writer.try_flush();
            const result<read_result> read = pipe.reader.try_read();
            pipe.reader.advance(read->buffer.finish());
            (void)pipe.reader.try_read(); // nothing: the pipe is idle
        } while (measured.next());
        measured.check();
    }
}

TEST_CASE("rule 25: batches") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        measurement measured;
        writable_buffer kept = pipe.writer.alloc();
        do {
            writable_buffer fresh = pipe.writer.alloc(10);
            fresh.write(asio::buffer(text));
            kept.write(asio::buffer(text));
            pipe.write(text);
            kept.commit();
            pipe.write(text);
            (void)fresh.try_flush();
            pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
        } while (measured.next());
        measured.check();
    }
}

TEST_CASE("rule 25: preserving and appending") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        test_pipe from(with_segments(size)), to(with_segments(size));
        measurement measured;
        do {
            (void)from.publish(text);
            const readable_buffer view = from.reader.try_read()->buffer;
            const preserved_buffer kept = view.preserve();
            const preserved_buffer copy = kept;
            from.reader.consume(text.size());
            to.writer.append(kept);
            (void)to.publish(text);
            to.reader.advance(to.reader.try_read()->buffer.finish());
        } while (measured.next());
        measured.check();
    }
}

TEST_CASE("rule 25: oversized segments, prepared in pieces") {
    test_pipe pipe(with_segments(16));
    measurement measured;
    do {
        pipe.writer.prepare(500);
        pipe.writer.commit(400);
        pipe.writer.prepare_sequence(300);
        pipe.writer.commit(100);
        (void)pipe.writer.try_flush();
        pipe.reader.advance(pipe.reader.try_read()->buffer.finish());
        (void)pipe.reader.try_read();
    } while (measured.next());
    measured.check();
}

TEST_CASE("rule 25: cancellation") {
    struct loop {
        test_pipe pipe;
        asio::cancellation_signal signal;
        measurement measured;
        void next(bool by_signal) {
            pipe.reader.async_read(asio::bind_cancellation_slot(
                signal.slot(), [this, by_signal](error_code, read_result) {
                    if (measured.next())
                        next(by_signal);
                }));
            if (by_signal)
                signal.emit(asio::cancellation_type::terminal);
            else
                pipe.reader.cancel_pending_read();
        }
    };
    for (const bool by_signal : {true, false}) {
        loop forever;
        forever.next(by_signal);
        forever.pipe.poll();
        forever.measured.check();
    }
}

TEST_CASE("rule 25: coroutines") {
    for (const std::size_t size : {1u, 16u, 0u}) {
        for (const std::size_t pause : {1u, 100'000u}) {
            for (const resumption how : {resumption::dispatch, resumption::post}) {
                CAPTURE(size);
                CAPTURE(pause);
                CAPTURE(how == resumption::post);
                test_pipe pipe(with_thresholds(pause, 0, resuming(how, with_segments(size))));
                measurement measured;
                asio::co_spawn(pipe.context, read_on(pipe.reader), asio::detached);
                asio::co_spawn(pipe.context, write_on_with_batches(pipe.writer, measured),
                               asio::detached);
                pipe.poll();
                measured.check();
            }
        }
    }
}
