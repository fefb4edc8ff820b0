// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "interleavings/handler_queue.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test {

inline void require(bool holds, const char* what) {
    if (!holds)
        explorer::fail(what);
}

// What a read, and what a wait delivered.
struct read_seen {
    int calls = 0;
    error_code ec;
    std::string text;
    bool completed = false, cancelled = false;
};
struct wait_seen {
    int calls = 0;
    error_code ec;
    auto handler() {
        return [this](error_code e) {
            ++calls;
            ec = e;
        };
    }
};

// A pipe, and what its operations have delivered.
struct world {
    using reader_type = basic_pipe_reader<queue_executor>;
    using writer_type = basic_pipe_writer<queue_executor>;

    explicit world(std::size_t pause = 1, std::size_t segment_size = 16) {
        pipe_options options;
        options.pool = pool;
        options.pause_threshold = pause;
        options.resume_threshold = pause;
        options.minimum_segment_size = segment_size;
        basic_pipe<queue_executor> ends(queue_executor{&queue}, options);
        reader.emplace(std::move(ends.reader));
        writer.emplace(std::move(ends.writer));
    }

    auto read_handler() {
        return [this](error_code ec, const read_result& result) {
            ++read.calls;
            read.ec = ec;
            read.text = result.buffer.to_string();
            read.completed = result.completed;
            read.cancelled = result.cancelled;
        };
    }
    void start_read() { reader->async_read(read_handler()); }
    void write(std::string_view text) { writer->write(asio::buffer(text)); }
    void publish(std::string_view text) {
        write(text);
        (void)writer->try_flush();
    }
    std::string take() {
        const auto seen = reader->try_read();
        if (!seen)
            return {};
        std::string text = seen->buffer.to_string();
        reader->consume(text.size());
        return text;
    }
    void require_read(std::string_view text) {
        require(read.calls == 1, read.calls == 0 ? "the read was not woken" : "it was woken twice");
        require(!read.ec, "the read failed");
        require(read.text == text, "the read delivered something else");
    }
    // With both ends gone nothing is left.
    void require_nothing_left() {
        queue.run();
        batch.reset();
        reader.reset();
        writer.reset();
        queue.run();
        require(pool.stats().bytes_in_use == 0, "memory is left");
    }

    segment_pool pool{segment_pool_options{.segment_size = 16}};
    handler_queue queue;
    std::optional<reader_type> reader;
    std::optional<writer_type> writer;
    read_seen read, first; // of reads; the one before it
    wait_seen flush, drain, watch;
    std::optional<basic_writable_buffer<queue_executor>> batch;
    asio::cancellation_signal signal;
    bool second_is_cancelled = false;
};

using action = std::function<void(world&)>;

// A scenario: what comes first, what the threads do, and what must hold once all handlers ran.
struct scenario {
    std::string name;
    action before;
    std::vector<action> threads;
    action after;
    std::size_t pause = 1;
};

// Bodies that keep their world, and the check.
inline explorer::run run_of(const scenario& what) {
    auto w = std::make_shared<world>(what.pause);
    what.before(*w);
    explorer::run run;
    for (const action& thread : what.threads)
        run.bodies.push_back([w, &thread] { thread(*w); });
    run.check = [w, &what] {
        w->queue.run();
        what.after(*w);
        w->require_nothing_left();
    };
    return run;
}

} // namespace sluice::test
