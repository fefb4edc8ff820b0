// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/pipe_state.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <stdexcept>

namespace sluice::detail {

namespace {

std::size_t checked_resume_threshold(const pipe_options& options) {
    const std::size_t resume = options.resume_threshold.value_or(options.pause_threshold / 2);
    if (resume > options.pause_threshold)
        throw std::invalid_argument("sluice::pipe: resume_threshold exceeds pause_threshold");
    return resume;
}

// For counters that one thread at a time changes, or nearly so.
void count(std::atomic<std::uint64_t>& counter) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

} // namespace

pipe_state::pipe_state(const pipe_options& options)
    : options_(options)
    , resume_threshold_(checked_resume_threshold(options))
    , producer_(options.pool, std::max<std::size_t>(options.minimum_segment_size, 1)) {}

// ---- reading

error_code pipe_state::deliver(read_result& result, const readable_buffer& view, delivery kind,
                               error_code ec) noexcept {
    result.buffer = view;
    result.examined = consumer_.examined_cursor(view);
    delivered_ = view;
    delivery_ = kind;
    if (!ec)
        count(reads_);
    return ec;
}

// The flags first: with the writer done, what is published is final.
pipe_state::glance pipe_state::look() const noexcept {
    const unsigned flags = flags_.load(std::memory_order_seq_cst);
    return {flags, producer_.word().published_ordered()};
}

bool pipe_state::over_limit(const read_request& request, std::uint64_t held) const noexcept {
    if (options_.max_buffered == 0)
        return false;
    if (request.at_least)
        return request.count > options_.max_buffered;
    return held > options_.max_buffered && consumer_.examined() > consumer_.consumed();
}

bool pipe_state::ready(const read_request& request, const glance& now) const noexcept {
    if (now.flags & (reader_done_flag | writer_done_flag | read_cancelled))
        return true;
    if (delivery_ == delivery::required)
        return true;
    const std::uint64_t held = now.published - consumer_.consumed();
    if (request.at_least ? held >= request.count : now.published > consumer_.examined())
        return true;
    return over_limit(request, held);
}

error_code pipe_state::poll_read(const read_request& request, read_result& result) {
    const glance now = look();
    if (!ready(request, now))
        return asio::error::would_block;
    if (now.flags & reader_done_flag)
        return errc::already_completed;
    if (delivery_ == delivery::required)
        return errc::advance_required;
    const bool done = (now.flags & writer_done_flag) != 0;
    result.completed = done && !writer_error_;
    const readable_buffer view = consumer_.view(now.published);
    if ((now.flags & read_cancelled) && claim(read_cancelled)) {
        result.cancelled = true;
        return deliver(result, view, delivery::optional);
    }
    const bool enough = request.at_least && view.size() >= request.count;
    if (!enough && !done && over_limit(request, view.size()))
        return deliver(result, view, delivery::optional, errc::buffer_limit_exceeded);
    const bool fresh = now.published > consumer_.examined();
    if (enough || fresh || (result.completed && !end_observed_)) {
        end_observed_ = end_observed_ || result.completed;
        return deliver(result, view, delivery::required);
    }
    result.completed = false;
    return deliver(result, view, delivery::optional,
                   writer_error_ ? writer_error_ : asio::error::eof);
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
    const bool ready = (before & (writer_done_flag | read_cancelled)) != 0 ||
                       producer_.word().published_ordered() >= wake_at;
    if (ready && claim(reader_parked))
        wakes |= wake_reader;
    return wakes;
}

wake_set pipe_state::advance(const read_cursor& consumed, const read_cursor& examined) {
    if (reader_done())
        throw_error(errc::already_completed, "sluice::pipe_reader::advance");
    if (delivery_ == delivery::none)
        throw_error(errc::no_read_to_advance, "sluice::pipe_reader::advance");
    if (!delivered_.contains(consumed) || !delivered_.contains(examined) || examined < consumed)
        throw_error(errc::invalid_cursor, "sluice::pipe_reader::advance");
    return advance_to(consumed.position(), examined.position(), buffer_access::link(examined));
}

wake_set pipe_state::consume(std::size_t n) {
    if (reader_done())
        throw_error(errc::already_completed, "sluice::pipe_reader::consume");
    if (delivery_ == delivery::none)
        throw_error(errc::no_read_to_advance, "sluice::pipe_reader::consume");
    if (n > delivered_.size())
        throw_error(errc::invalid_cursor, "sluice::pipe_reader::consume");
    const std::uint64_t position = delivered_.start().position() + n;
    return advance_to(position, position, nullptr);
}

wake_set pipe_state::advance_to(std::uint64_t consumed, std::uint64_t examined,
                                const segment* link) noexcept {
    delivery_ = delivery::none;
    consumer_.advance(consumed, examined, link);
    const unsigned flags = flags_.load(std::memory_order_seq_cst);
    if ((flags & (flush_parked | drain_parked | writer_done_flag)) == 0)
        return wake_nobody;
    wake_set wakes = wake_nobody;
    const std::uint64_t published = producer_.word().published();
    const std::uint64_t unexamined = published - examined;
    if ((flags & flush_parked) && (unexamined < resume_threshold_ || unexamined == 0) &&
        claim(flush_parked))
        wakes |= wake_flushes;
    if (published == consumed) {
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

wake_set pipe_state::cancel_read() noexcept {
    const unsigned before = flags_.fetch_or(read_cancelled, std::memory_order_seq_cst);
    return (before & reader_parked) && claim(reader_parked) ? wake_reader : wake_nobody;
}

wake_set pipe_state::complete_reader(error_code ec) noexcept {
    if (reader_done())
        return wake_nobody;
    reader_error_ = ec;
    delivery_ = delivery::none;
    flags_.fetch_or(reader_done_flag, std::memory_order_seq_cst);
    consumer_.discard();
    wake_set wakes = wake_watchers;
    if (claim(flush_parked))
        wakes |= wake_flushes;
    if (claim(drain_parked))
        wakes |= wake_drained;
    if (claim(reader_parked))
        wakes |= wake_reader;
    return wakes;
}

// ---- writing

void pipe_state::require_open_writer(const char* what) const {
    if (writer_done())
        throw_error(errc::already_completed, what);
}

boost::asio::mutable_buffer pipe_state::prepare(std::size_t minimum) {
    require_open_writer("sluice::pipe_writer::prepare");
    return producer_.prepare(minimum);
}

mutable_segments pipe_state::prepare_sequence(std::size_t total) {
    require_open_writer("sluice::pipe_writer::prepare_sequence");
    return producer_.prepare_sequence(total);
}

void pipe_state::reserve_room(std::size_t total) {
    require_open_writer("sluice::pipe_writer::write");
    producer_.reserve_room(total);
}

void pipe_state::commit(std::size_t n) {
    require_open_writer("sluice::pipe_writer::commit");
    producer_.commit(n);
}

void pipe_state::append(const preserved_buffer& bytes) {
    require_open_writer("sluice::pipe_writer::append");
    producer_.append(bytes);
}

wake_set pipe_state::publish() noexcept {
    const bool fresh = producer_.unpublished() != 0;
    producer_.publish();
    if (fresh)
        count(flushes_);
    return published(producer_.word().published());
}

wake_set pipe_state::published(std::uint64_t position) noexcept {
    const std::uint64_t consumed = consumer_.consumed();
    const std::uint64_t buffered = position > consumed ? position - consumed : 0;
    if (buffered > peak_buffered_.load(std::memory_order_relaxed))
        peak_buffered_.store(buffered, std::memory_order_relaxed);
    if ((flags_.load(std::memory_order_seq_cst) & reader_parked) == 0 ||
        position < wake_at_.load(std::memory_order_relaxed) || !claim(reader_parked))
        return wake_nobody;
    return wake_reader;
}

wake_set pipe_state::splice(chain_builder& batch, std::uint64_t generation, bool publish) {
    if (generation != generation_ || !producer_.splice(batch, publish))
        throw_error(errc::already_completed, "sluice::writable_buffer::commit");
    if (!publish)
        return wake_nobody;
    flushes_.fetch_add(1, std::memory_order_relaxed);
    return published(producer_.word().published());
}

wake_set pipe_state::complete_writer(error_code ec) noexcept {
    if (writer_done())
        return wake_nobody;
    writer_error_ = ec;
    producer_.close();
    flags_.fetch_or(writer_done_flag, std::memory_order_seq_cst);
    return claim(reader_parked) ? wake_reader : wake_nobody;
}

error_code pipe_state::reader_error() const noexcept {
    return reader_error_ ? reader_error_ : error_code(asio::error::broken_pipe);
}

error_code pipe_state::poll_flush() noexcept {
    if (flags_.load(std::memory_order_seq_cst) & reader_done_flag)
        return reader_error();
    if (options_.pause_threshold == 0)
        return {};
    const std::uint64_t examined = consumer_.examined_ordered();
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
    if (flags_.load(std::memory_order_seq_cst) & reader_done_flag)
        return reader_error();
    (void)consumer_.examined_ordered(); // makes the consumed position as new as the flags
    if (consumer_.consumed() == producer_.word().published())
        return {};
    return asio::error::would_block;
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
    delivered_ = {};
    delivery_ = delivery::none;
    end_observed_ = false;
    paused_.store(false, std::memory_order_relaxed);
    for (auto* counter : {&flushes_, &reads_, &pauses_, &peak_buffered_})
        counter->store(0, std::memory_order_relaxed);
}

} // namespace sluice::detail
