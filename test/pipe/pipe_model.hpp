// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/pipe_options.hpp>

#include <boost/asio/error.hpp>

#include <cstdint>
#include <string>

namespace sluice::test {

namespace asio = boost::asio;

// What a pipe is, said with strings.
struct pipe_model {
    explicit pipe_model(const pipe_options& made_with) : options(made_with) {}

    pipe_options options;
    std::string published, committed; // published: from the first byte that is not consumed
    std::uint64_t consumed = 0, examined = 0;
    bool writer_done = false, reader_done = false, cancelled = false;
    bool must_advance = false, may_advance = false, end_observed = false, paused = false;
    error_code writer_error, reader_error;

    std::uint64_t unexamined() const { return consumed + published.size() - examined; }
    void catch_up() {
        if (unexamined() < *options.resume_threshold || unexamined() == 0)
            paused = false;
    }

    void publish() {
        if (!reader_done)
            published += committed;
        committed.clear();
    }

    // What a flush that has published answers, when asked now.
    error_code flush_outcome() {
        if (reader_done)
            return reader_error ? reader_error : error_code(asio::error::broken_pipe);
        const std::size_t limit = paused ? *options.resume_threshold : options.pause_threshold;
        const std::uint64_t n = unexamined();
        paused = options.pause_threshold != 0 && n >= limit && n != 0;
        return paused ? error_code(asio::error::would_block) : error_code();
    }

    bool over_limit() const {
        return options.max_buffered != 0 && published.size() > options.max_buffered &&
               examined > consumed && !writer_done;
    }

    // What a read answers, when asked now; would_block: nothing yet.
    error_code read_outcome() const {
        if (reader_done)
            return errc::already_completed;
        if (must_advance)
            return errc::advance_required;
        if (cancelled)
            return {};
        if (over_limit())
            return errc::buffer_limit_exceeded;
        if (unexamined() != 0)
            return {};
        if (!writer_done)
            return asio::error::would_block;
        if (writer_error)
            return writer_error;
        return end_observed ? error_code(asio::error::eof) : error_code();
    }
};

} // namespace sluice::test
