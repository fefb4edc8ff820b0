// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>

#include <boost/asio/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::fuzz {

// What a pipe is, said with strings.
struct pipe_model {
    std::string committed, buffered; // not published; published and not consumed
    std::uint64_t consumed = 0;
    std::size_t examined = 0, delivered = 0; // of what is buffered
    bool writer_done = false, reader_done = false, cancelled = false;
    bool must_advance = false, may_advance = false, end_observed = false;
    error_code writer_error, reader_error;

    std::size_t unexamined() const { return buffered.size() - examined; }
    bool ended_in_order() const { return writer_done && !writer_error; }

    void publish() {
        if (!reader_done)
            buffered += committed;
        committed.clear();
    }
    void complete_writer(error_code ec) {
        if (writer_done)
            return;
        publish();
        writer_done = true;
        writer_error = ec;
    }
    void complete_reader(error_code ec) {
        if (reader_done)
            return;
        reader_done = true;
        reader_error = ec;
        must_advance = may_advance = false;
        consumed += buffered.size();
        buffered.clear();
        examined = 0;
    }
    void advance(std::size_t by, std::size_t seen) {
        buffered.erase(0, by);
        consumed += by;
        examined = seen - by;
        must_advance = may_advance = false;
    }

    // What a read answers, when asked now; would_block: it waits.
    error_code read(std::optional<std::size_t> at_least, std::size_t max_buffered) const {
        if (reader_done)
            return errc::already_completed;
        if (must_advance)
            return errc::advance_required;
        if (cancelled)
            return {};
        const bool enough = at_least && buffered.size() >= *at_least;
        const bool too_much =
            max_buffered != 0 &&
            (at_least ? *at_least > max_buffered : buffered.size() > max_buffered && examined != 0);
        if (!enough && !writer_done && too_much)
            return errc::buffer_limit_exceeded;
        if (enough || (unexamined() != 0 && (!at_least || writer_done)))
            return {};
        if (!writer_done)
            return asio::error::would_block;
        if (writer_error)
            return writer_error;
        return end_observed ? error_code(asio::error::eof) : error_code();
    }

    // A read has shown what is buffered.
    void deliver(error_code ec) {
        may_advance = true;
        delivered = buffered.size();
        if (ec)
            return;
        if (!cancelled) {
            must_advance = true;
            end_observed = end_observed || ended_in_order();
        }
        cancelled = false;
    }
};

} // namespace sluice::fuzz
