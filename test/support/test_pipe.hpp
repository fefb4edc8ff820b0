// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/outcome.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::test {

// Sizes that put every boundary everywhere, and 0 for the default.
inline constexpr std::size_t segment_sizes[] = {1, 2, 16, 0};

// Options with a pool of their own that has segments of this size, or the default size for 0.
inline pipe_options with_segments(std::size_t size) {
    segment_pool_options memory;
    pipe_options options;
    if (size != 0) {
        memory.segment_size = size;
        options.minimum_segment_size = 1;
    }
    options.pool = segment_pool(memory);
    return options;
}

inline pipe_options with_thresholds(std::size_t pause, std::size_t resume,
                                    pipe_options options = {}) {
    options.pause_threshold = pause;
    options.resume_threshold = resume;
    return options;
}

struct owned_context {
    asio::io_context context;
};

// A pipe, and a context that is driven by hand.
struct test_pipe : owned_context, sluice::pipe {
    explicit test_pipe(pipe_options options = {}) : sluice::pipe(context, std::move(options)) {}

    void poll() { test::poll(context); }

    void write(std::string_view text) { writer.write(asio::buffer(text)); }

    result<void> publish(std::string_view text) {
        write(text);
        return writer.try_flush();
    }

    // Everything that can be read at once, consumed.
    std::string take() {
        const result<read_result> read = reader.try_read();
        if (!read)
            return {};
        const std::string text = read->buffer.to_string();
        reader.consume(text.size());
        return text;
    }
};

} // namespace sluice::test
