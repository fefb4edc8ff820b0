// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/throw_error.hpp>
#include <sluice/error.hpp>
#include <sluice/pipe/detail/consumer.hpp>
#include <sluice/pipe/detail/producer.hpp>
#include <sluice/pipe/pipe_options.hpp>
#include <sluice/pipe/read_result.hpp>

#include <atomic>

namespace sluice::detail {

// Whom an event may have made ready. Each bit is given to one caller only, who then owns the
// waking.
using wake_set = unsigned;
inline constexpr wake_set wake_nobody = 0, wake_reader = 1, wake_flushes = 2, wake_drained = 4,
                          wake_watchers = 8, wake_aborted_reader = 16;

struct read_request {
    bool at_least = false; // else: anything new
    std::size_t count = 0;
};

// The state of a pipe. It knows no executor and no handler: an event returns who is to be woken,
// and whoever was woken polls again.
//
// Parking cannot miss an event: who parks sets its flag and then looks again, who makes progress
// changes its position and then looks at the flags, all sequentially consistent.
class pipe_state {
public:
    explicit pipe_state(const pipe_options& options); // throws std::invalid_argument
    static std::size_t resume_threshold_of(const pipe_options& options); // so does this

    // ---- the reader's thread. would_block: nothing to deliver yet.
    bool read_ready(const read_request& request) const noexcept { return ready(request, look()); }
    bool must_advance() const noexcept { return consumer_.must_advance(); }
    error_code poll_read(const read_request& request, read_result& result);
    // Quick, for the common case: false if it is another one. Then poll.
    bool try_read(read_result& result) noexcept {
        const glance now = look();
        if ((now.flags & (reader_done_flag | writer_done_flag | read_cancelled)) != 0 ||
            consumer_.must_advance() || now.published <= consumer_.examined() ||
            over_limit({}, now.published - consumer_.consumed()))
            return false;
        consumer_.deliver(now.published, consumer::delivery::required, result);
        count(reads_);
        return true;
    }
    // Parks the read. A set without wake_reader: parked, and these are to be woken. With it: there
    // is something, poll again.
    wake_set park_read(const read_request& request) noexcept;
    wake_set advance(const read_cursor& consumed, const read_cursor& examined) {
        require_open_reader("sluice::pipe_reader::advance");
        consumer_.advance(consumed, examined);
        return advanced();
    }
    wake_set consume(std::size_t n) {
        require_open_reader("sluice::pipe_reader::consume");
        consumer_.consume(n);
        return advanced();
    }
    wake_set complete_reader(error_code ec) noexcept;
    void begin_read() noexcept {
        consumer_.forget_delivery();
        if (has(read_aborted)) // it was for an earlier one
            flags_.fetch_and(~read_aborted, std::memory_order_relaxed);
    }
    void release_idle() noexcept { consumer_.release_idle(); }

    // ---- the writer's thread. They throw errc::already_completed once it completed.
    boost::asio::mutable_buffer prepare(std::size_t minimum) {
        require_open_writer("sluice::pipe_writer::prepare");
        return producer_.prepare(minimum);
    }
    mutable_segments prepare_sequence(std::size_t total) {
        require_open_writer("sluice::pipe_writer::prepare_sequence");
        return producer_.prepare_sequence(total);
    }
    void reserve_room(std::size_t total) {
        require_open_writer("sluice::pipe_writer::write");
        producer_.reserve_room(total);
    }
    void commit(std::size_t n) {
        require_open_writer("sluice::pipe_writer::commit");
        producer_.commit(n);
    }
    void append(const preserved_buffer& bytes) {
        require_open_writer("sluice::pipe_writer::append");
        producer_.append(bytes);
    }
    std::uint64_t unpublished() const noexcept { return producer_.unpublished(); }
    wake_set publish() noexcept {
        const std::uint64_t before = producer_.word().published();
        const std::uint64_t position = producer_.publish();
        if (position != before)
            count(flushes_);
        return published(position);
    }
    wake_set complete_writer(error_code ec) noexcept;

    // ---- any thread
    wake_set splice(chain_builder& batch, std::uint64_t generation, bool publish);
    block_room take_batch_room() noexcept { return producer_.take_batch_room(); }
    std::uint64_t generation() const noexcept { return generation_; }
    error_code poll_flush() noexcept;
    // Quick, for the common case: false if it is another one. Then poll.
    bool flush_ready() const noexcept {
        return !paused_.load(std::memory_order_relaxed) &&
               producer_.word().published() - consumer_.examined() < options_.pause_threshold &&
               !reader_done(); // last: see poll_flush
    }
    error_code poll_drained() noexcept;
    error_code poll_reader_completed() const noexcept;
    void park_flush() noexcept { flags_.fetch_or(flush_parked, std::memory_order_seq_cst); }
    void park_drain() noexcept { flags_.fetch_or(drain_parked, std::memory_order_seq_cst); }
    bool claim_flush() noexcept { return claim(flush_parked); }
    bool claim_drain() noexcept { return claim(drain_parked); }
    bool claim_read() noexcept;
    // So may the read's own thread. False: it is on its way, or whoever holds its flag for a moment
    // is given wake_aborted_reader instead of letting it wait on.
    bool claim_read_or_abort() noexcept;
    wake_set cancel_read() noexcept;
    void require_open_writer(const char* what) const {
        if (writer_done())
            throw_error(errc::already_completed, what);
    }
    void require_open_reader(const char* what) const {
        if (reader_done())
            throw_error(errc::already_completed, what);
    }
    bool writer_done() const noexcept { return has(writer_done_flag); }
    bool reader_done() const noexcept { return has(reader_done_flag); }
    std::uint64_t buffered() const noexcept;
    pipe_statistics stats() const noexcept;
    const pipe_options& options() const noexcept { return options_; }

    void reset() noexcept; // both ends done

private:
    static constexpr unsigned reader_parked = 1, flush_parked = 2, drain_parked = 4,
                              writer_done_flag = 8, reader_done_flag = 16, read_cancelled = 32,
                              read_aborted = 64;

    bool has(unsigned flag) const noexcept {
        return (flags_.load(std::memory_order_acquire) & flag) != 0;
    }
    bool claim(unsigned flag) noexcept {
        return (flags_.fetch_and(~flag, std::memory_order_seq_cst) & flag) != 0;
    }
    // For counters that one thread at a time changes, or nearly so.
    static void count(std::atomic<std::uint64_t>& counter) noexcept {
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    struct glance {
        unsigned flags;
        std::uint64_t published;
    };
    // The flags first: with the writer done, what is published is final.
    glance look() const noexcept {
        const unsigned flags = flags_.load(std::memory_order_seq_cst);
        return {flags, producer_.word().published_ordered()};
    }
    bool ready(const read_request& request, const glance& now) const noexcept;
    bool over_limit(const read_request& request, std::uint64_t held) const noexcept {
        if (options_.max_buffered == 0)
            return false;
        if (request.at_least)
            return request.count > options_.max_buffered;
        return held > options_.max_buffered && consumer_.examined() > consumer_.consumed();
    }
    wake_set advanced() noexcept {
        const unsigned flags = flags_.load(std::memory_order_seq_cst);
        const bool matters = (flags & (flush_parked | drain_parked | writer_done_flag)) != 0 ||
                             paused_.load(std::memory_order_relaxed);
        return matters ? advanced(flags) : wake_nobody;
    }
    wake_set advanced(unsigned flags) noexcept;
    void note_peak(std::uint64_t published) noexcept {
        const std::uint64_t consumed = consumer_.consumed();
        const std::uint64_t buffered = published > consumed ? published - consumed : 0;
        if (buffered > peak_buffered_.load(std::memory_order_relaxed))
            peak_buffered_.store(buffered, std::memory_order_relaxed);
    }
    wake_set published(std::uint64_t position) noexcept {
        note_peak(position);
        if ((flags_.load(std::memory_order_seq_cst) & reader_parked) == 0 ||
            position < wake_at_.load(std::memory_order_relaxed))
            return wake_nobody;
        return claim_ready_read(position);
    }
    wake_set claim_ready_read(std::uint64_t published) noexcept;
    bool has_come(std::uint64_t wake_at, unsigned flags) const noexcept {
        return (flags & (writer_done_flag | reader_done_flag | read_cancelled)) != 0 ||
               producer_.word().published_ordered() >= wake_at;
    }
    error_code reader_error() const noexcept;

    const pipe_options options_;
    const std::size_t resume_threshold_;
    producer producer_;
    consumer consumer_{producer_};
    std::atomic<unsigned> flags_{0};
    std::atomic<std::uint64_t> wake_at_{0};  // the position that ends the parked read
    std::atomic<std::uint64_t> wanted_{0};   // up to here a read asks, whatever the thresholds say
    error_code writer_error_, reader_error_; // written before their flag
    std::uint64_t generation_ = next_stream_id();

    bool end_observed_ = false; // the reader's own

    std::atomic<bool> paused_{false};
    std::atomic<std::uint64_t> flushes_{0}, reads_{0}, pauses_{0}, peak_buffered_{0};
};

} // namespace sluice::detail
