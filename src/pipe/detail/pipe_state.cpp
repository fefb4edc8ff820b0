// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/pipe_state.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <stdexcept>

namespace sluice::detail {

namespace {

// To those who try, would_block says that there is nothing yet. As the reason of an end it is the
// same error in the generic category, which does not equal it.
error_code reason_of_end(error_code ec) noexcept {
    return ec == asio::error::would_block
               ? make_error_code(boost::system::errc::operation_would_block)
               : ec;
}

} // namespace

pipe_state::pipe_state(const pipe_options& options)
    : options_(options)
    , resume_threshold_(resume_threshold_of(options))
    , producer_(options.pool, std::max<std::size_t>(options.minimum_segment_size, 1)) {}

std::size_t pipe_state::resume_threshold_of(const pipe_options& options) {
    const std::size_t resume = options.resume_threshold.value_or(options.pause_threshold / 2);
    if (resume > options.pause_threshold)
        throw std::invalid_argument("sluice::pipe: resume_threshold exceeds pause_threshold");
    return resume;
}

// ---- reading

bool pipe_state::ready(const read_request& request, const glance& now) const noexcept {
    if (now.flags & (reader_done_flag | writer_done_flag | read_cancelled))
        return true;
    if (consumer_.must_advance())
        return true;
    const std::uint64_t held = now.published - consumer_.consumed();
    if (request.at_least ? held >= request.count : now.published > consumer_.examined())
        return true;
    return over_limit(request, held);
}

error_code pipe_state::poll_read(const read_request& request, read_result& result) {
    const glance now = look();
    consumer_.forget_delivery();
    if (!ready(request, now))
        return asio::error::would_block;
    if (now.flags & reader_done_flag)
        return errc::already_completed;
    if (consumer_.must_advance())
        return errc::advance_required;
    using delivery = consumer::delivery;
    const bool done = (now.flags & writer_done_flag) != 0;
    const bool orderly = done && !writer_error_;
    if ((now.flags & read_cancelled) && claim(read_cancelled)) {
        result.cancelled = true;
        result.completed = orderly;
        consumer_.deliver(now.published, delivery::optional, result);
        return {};
    }
    const std::uint64_t held = now.published - consumer_.consumed();
    const bool enough = request.at_least && held >= request.count;
    if (!enough && !done && over_limit(request, held)) {
        consumer_.deliver(now.published, delivery::optional, result);
        return errc::buffer_limit_exceeded;
    }
    const bool fresh = now.published > consumer_.examined();
    if (enough || fresh || (orderly && !end_observed_)) {
        result.completed = orderly;
        end_observed_ = end_observed_ || orderly;
        consumer_.deliver(now.published, delivery::required, result);
        count(reads_);
        return {};
    }
    if (held == 0)
        consumer_.release_idle(); // what was consumed before the writer completed
    consumer_.deliver(now.published, delivery::optional, result);
    return orderly ? error_code(asio::error::eof) : writer_error_;
}

wake_set pipe_state::park_read(const read_request& request) noexcept {
    const std::uint64_t wake_at =
        request.at_least ? consumer_.consumed() + request.count : consumer_.examined() + 1;
    wake_at_.store(wake_at, std::memory_order_relaxed);
    wanted_.store(request.at_least ? wake_at : 0, std::memory_order_relaxed);
    const unsigned before = flags_.fetch_or(reader_parked, std::memory_order_seq_cst);
    wake_set wakes = wake_nobody;
    if (request.at_least && (before & flush_parked) && claim(flush_parked))
        wakes |= wake_flushes;
    if (has_come(wake_at, before))
        wakes |= claim_ready_read(0);
    return wakes;
}

// The read that was seen waiting may be over by now, and another wait, for other bytes: that one
// waits on.
wake_set pipe_state::claim_ready_read(std::uint64_t published) noexcept {
    while (claim(reader_parked)) {
        const std::uint64_t wake_at = wake_at_.load(std::memory_order_relaxed);
        if (published >= wake_at || has_come(wake_at, flags_.load(std::memory_order_seq_cst)))
            return wake_reader;
        const unsigned before = flags_.fetch_or(reader_parked, std::memory_order_seq_cst);
        if ((before & read_aborted) && claim_read())
            return wake_aborted_reader;
        if (!has_come(wake_at, before))
            break;
    }
    return wake_nobody;
}

wake_set pipe_state::advanced(unsigned flags) noexcept {
    wake_set wakes = wake_nobody;
    const std::uint64_t published = producer_.word().published();
    const std::uint64_t unexamined = published - consumer_.examined();
    if (unexamined < resume_threshold_ || unexamined == 0)
        paused_.store(false, std::memory_order_relaxed);
    if ((flags & flush_parked) && (unexamined < resume_threshold_ || unexamined == 0) &&
        claim(flush_parked))
        wakes |= wake_flushes;
    if (published == consumer_.consumed()) {
        if ((flags & drain_parked) && claim(drain_parked))
            wakes |= wake_drained;
        if (flags & writer_done_flag)
            consumer_.release_idle();
    }
    return wakes;
}

bool pipe_state::claim_read() noexcept {
    if (!claim(reader_parked))
        return false;
    wanted_.store(0, std::memory_order_relaxed);
    return true;
}

bool pipe_state::claim_read_or_abort() noexcept {
    unsigned flags = flags_.load(std::memory_order_seq_cst);
    while ((flags & reader_parked) == 0)
        if (flags_.compare_exchange_weak(flags, flags | read_aborted, std::memory_order_seq_cst,
                                         std::memory_order_seq_cst))
            return false;
    return claim_read() || claim_read_or_abort();
}

wake_set pipe_state::cancel_read() noexcept {
    const unsigned before = flags_.fetch_or(read_cancelled, std::memory_order_seq_cst);
    if ((before & reader_parked) == 0)
        return wake_nobody;
    const wake_set wakes = claim_ready_read(0); // by now perhaps the next one, which waits on
    if (wakes & wake_reader)
        wanted_.store(0, std::memory_order_relaxed);
    return wakes;
}

wake_set pipe_state::complete_reader(error_code ec) noexcept {
    if (reader_done())
        return wake_nobody;
    reader_error_ = reason_of_end(ec);
    flags_.fetch_or(reader_done_flag, std::memory_order_seq_cst);
    consumer_.discard();
    wake_set wakes = wake_watchers;
    if (claim(flush_parked))
        wakes |= wake_flushes;
    if (claim(drain_parked))
        wakes |= wake_drained;
    return wakes;
}

// ---- writing

wake_set pipe_state::splice(chain_builder& batch, std::uint64_t generation, bool publish) {
    const spliced done =
        generation == generation_ ? producer_.splice(batch, publish) : spliced::refused;
    if (done == spliced::refused)
        throw_error(errc::already_completed, "sluice::writable_buffer::commit");
    if (done == spliced::nothing_published)
        return wake_nobody;
    flushes_.fetch_add(1, std::memory_order_relaxed);
    return published(producer_.word().published());
}

wake_set pipe_state::complete_writer(error_code ec) noexcept {
    if (writer_done())
        return wake_nobody;
    writer_error_ = reason_of_end(ec);
    const std::uint64_t before = producer_.word().published();
    producer_.close();
    const std::uint64_t last = producer_.word().published();
    if (last != before)
        count(flushes_);
    note_peak(last);
    flags_.fetch_or(writer_done_flag, std::memory_order_seq_cst);
    return claim(reader_parked) ? wake_reader : wake_nobody;
}

error_code pipe_state::reader_error() const noexcept {
    return reader_error_ ? reader_error_ : error_code(asio::error::broken_pipe);
}

// The position first: what a reader that is done has dropped does not look like consumed, then.
error_code pipe_state::poll_flush() noexcept {
    const std::uint64_t examined = consumer_.examined_ordered();
    if (flags_.load(std::memory_order_seq_cst) & reader_done_flag)
        return reader_error();
    if (options_.pause_threshold == 0)
        return {};
    const std::uint64_t published = producer_.word().published();
    const std::uint64_t unexamined = published - examined;
    const bool paused = paused_.load(std::memory_order_relaxed);
    if (unexamined < (paused ? resume_threshold_ : options_.pause_threshold) || unexamined == 0) {
        if (paused)
            paused_.store(false, std::memory_order_relaxed);
        return {};
    }
    if (published < wanted_.load(std::memory_order_relaxed))
        return {};
    if (!paused) {
        paused_.store(true, std::memory_order_relaxed);
        count(pauses_);
    }
    return asio::error::would_block;
}

error_code pipe_state::poll_drained() noexcept {
    (void)consumer_.examined_ordered(); // makes the consumed position as new as the flags
    const bool drained = consumer_.consumed() == producer_.word().published();
    if (flags_.load(std::memory_order_seq_cst) & reader_done_flag)
        return reader_error();
    return drained ? error_code() : error_code(asio::error::would_block);
}

error_code pipe_state::poll_reader_completed() const noexcept {
    if (flags_.load(std::memory_order_seq_cst) & reader_done_flag)
        return reader_error_;
    return asio::error::would_block;
}

// ---- both

std::uint64_t pipe_state::buffered() const noexcept {
    const std::uint64_t consumed = consumer_.consumed();
    return producer_.word().published() - consumed;
}

pipe_statistics pipe_state::stats() const noexcept {
    return {producer_.word().published(),
            consumer_.consumed(),
            flushes_.load(std::memory_order_relaxed),
            reads_.load(std::memory_order_relaxed),
            pauses_.load(std::memory_order_relaxed),
            peak_buffered_.load(std::memory_order_relaxed)};
}

void pipe_state::reset() noexcept {
    producer_.reset();
    consumer_.reset();
    flags_.store(0, std::memory_order_relaxed);
    wake_at_.store(0, std::memory_order_relaxed);
    wanted_.store(0, std::memory_order_relaxed);
    writer_error_ = reader_error_ = {};
    generation_ = next_stream_id();
    end_observed_ = false;
    paused_.store(false, std::memory_order_relaxed);
    for (auto* counter : {&flushes_, &reads_, &pauses_, &peak_buffered_})
        counter->store(0, std::memory_order_relaxed);
}

} // namespace sluice::detail
