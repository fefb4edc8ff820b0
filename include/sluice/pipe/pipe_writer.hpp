// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/pipe/detail/initiate_wait.hpp>
#include <sluice/pipe/writable_buffer.hpp>

namespace sluice {

/// The producing end of a pipe.
///
/// Bytes are prepared, committed and flushed: `prepare` gives memory, `commit` makes what was
/// written there part of the stream, `flush` publishes it and waits while the reader lags behind.
/// Prepared memory is valid until the next call of `prepare`, `prepare_sequence`, `write`,
/// `append`, `reserve`, a flush or `complete`; what was prepared and not committed may be prepared
/// again.
///
/// Destroying the writer completes it with `errc::writer_abandoned`; its flushes that wait then
/// complete with `operation_aborted`. A moved-from writer behaves like a completed one.
///
/// *Thread safety.* Distinct objects: safe. One writer: one thread at a time, except `alloc`,
/// `cancel_pending_flush` and `reader_completed`, and all that is done with the batches it gives,
/// which any threads may do at any time. The two ends
/// of one pipe: any two threads, without a lock.
template <class Executor>
class basic_pipe_writer {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_pipe_writer<OtherExecutor>; ///< that class
    };

    /// Takes over an end, whose former owner behaves like a completed one. An end that was here is
    /// destroyed.
    /// @{
    basic_pipe_writer(basic_pipe_writer&& other) noexcept
        : core_(std::move(other.core_))
        , executor_(other.executor_) {}
    basic_pipe_writer& operator=(basic_pipe_writer&& other) noexcept {
        if (this != &other) {
            basic_pipe_writer gone(std::move(*this));
            core_ = std::move(other.core_);
            executor_ = other.executor_;
        }
        return *this;
    }
    /// @}
    ~basic_pipe_writer() {
        if (core_)
            core_->destroy_writer();
    }

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// Contiguous memory to write to: at least `minimum` bytes, and at least one. Throws
    /// `std::bad_alloc` and `errc::already_completed`; then nothing has changed.
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        return state("sluice::pipe_writer::prepare").prepare(minimum);
    }

    /// Memory for `total` bytes (at least one) in a few pieces, for a scatter read. Throws like
    /// `prepare`.
    mutable_segments prepare_sequence(std::size_t total) {
        return state("sluice::pipe_writer::prepare_sequence").prepare_sequence(total);
    }

    /// The first `n` prepared bytes become part of the stream, unseen until a flush. Throws
    /// `errc::commit_exceeds_prepared` for more than was prepared, and changes nothing then.
    void commit(std::size_t n) { state("sluice::pipe_writer::commit").commit(n); }

    /// Copies and commits all bytes, and returns how many. Throws like `prepare`: all or nothing.
    /// Batches that other threads commit meanwhile may come between two of its segments: what must
    /// stay whole then is a batch, or is prepared and committed at once.
    template <class ConstBufferSequence>
    std::size_t write(const ConstBufferSequence& buffers) {
        detail::pipe_state& shared = state("sluice::pipe_writer::write");
        const std::size_t total = boost::asio::buffer_size(buffers);
        if (total == 0)
            return 0;
        const boost::asio::mutable_buffer room = shared.prepare(1);
        if (room.size() >= total) {
            boost::asio::buffer_copy(room, buffers);
            shared.commit(total);
            return total;
        }
        shared.reserve_room(total);
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
            for (boost::asio::const_buffer rest(*it); rest.size() != 0;) {
                const std::size_t n = boost::asio::buffer_copy(shared.prepare(1), rest);
                shared.commit(n);
                rest += n;
            }
        }
        return total;
    }

    /// Makes preserved bytes part of the stream without a copy: their memory is shared. Throws like
    /// `prepare`.
    void append(const preserved_buffer& bytes) {
        state("sluice::pipe_writer::append").append(bytes);
    }

    /// Commits `n` contiguous bytes to be filled in before they are published: a length that is
    /// known only later. With batches on other threads, whose flush publishes what was committed
    /// before them, reserve in a batch instead. Throws like `prepare`.
    boost::asio::mutable_buffer reserve(std::size_t n) {
        detail::pipe_state& shared = state("sluice::pipe_writer::reserve");
        const boost::asio::mutable_buffer region = boost::asio::buffer(shared.prepare(n), n);
        shared.commit(n);
        return region;
    }

    /// A batch of its own, with memory for at least `minimum` bytes unless that is 0. Any thread
    /// may call this, fill the batch, and commit it. Throws like `prepare`.
    ///
    /// \snippet test/doc/concepts_test.cpp record
    basic_writable_buffer<Executor> alloc(std::size_t minimum = 0) {
        state("sluice::pipe_writer::alloc").require_open_writer("sluice::pipe_writer::alloc");
        return {core_, executor_, minimum};
    }

    /// Publishes what was committed, and waits while the reader lags behind.
    ///
    /// *Completes when* fewer than `pause_threshold` published bytes are unexamined; once it had to
    /// wait, when fewer than `resume_threshold` are; when the reader asks for more bytes than there
    /// are; or when the reader completes. With nothing new it only waits.
    ///
    /// *Completion signature.* `void(error_code)`
    ///
    /// *Errors.* The reader's own error, or `asio::error::broken_pipe`: the reader completed, and
    /// the bytes are dropped; `errc::already_completed`: this end was completed;
    /// `operation_aborted`: cancelled, or this end was destroyed.
    ///
    /// *Outstanding.* Any number; they complete in order.
    ///
    /// *Cancellation.* Terminal, partial and total: `operation_aborted`. The bytes are published
    /// all the same.
    ///
    /// *Lifetimes.* The writer stays until the operation was started.
    ///
    /// \snippet test/doc/concepts_test.cpp produce
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<Executor>>
    auto flush(CompletionToken&& token = CompletionToken()) {
        return detail::initiate_wait<detail::waiting::flush, CompletionToken>(
            *this, [](const detail::core_pointer& core) { return core->publish(); }, token);
    }

    /// Publishes without waiting. `asio::error::would_block`: published, but pause (await `flush`)
    /// before you write more. Errors like `flush`.
    result<void> try_flush() {
        if (!core_ || core_->state.writer_done())
            return error_code(errc::already_completed);
        return core_->try_flush(core_->state.publish());
    }

    /// The bytes that were committed by this writer and not yet published by it.
    std::size_t unflushed() const noexcept {
        return core_ ? static_cast<std::size_t>(core_->state.unpublished()) : 0;
    }

    /// Completes the flushes that wait with `operation_aborted`. Any thread may call it.
    void cancel_pending_flush() {
        if (core_)
            core_->end_waits(detail::waiting::flush, boost::asio::error::operation_aborted);
    }

    /// Ends the stream: publishes what was committed, and after it the end, or `ec`. Again: no
    /// effect. `asio::error::would_block` is told as `errc::operation_would_block` of
    /// Boost.System, for a read that fails with it means something else.
    void complete(error_code ec = {}) {
        if (core_)
            core_->complete_writer(ec);
    }

    /// Whether the reader has completed. Any thread may call it.
    bool reader_completed() const noexcept { return !core_ || core_->state.reader_done(); }

    /// Waits until nobody reads any more: a producer that has nothing to flush learns of it so.
    ///
    /// *Completes when* the reader completes. *Completion signature.* `void(error_code)`. *Errors.*
    /// The reader's, `errc::reader_abandoned` among them, none when it had none;
    /// `operation_aborted`: cancelled, or this end was destroyed. *Outstanding.* Any number.
    /// *Cancellation.* Terminal, partial and total: of the wait only. *Lifetimes.* The writer stays
    /// until the operation was started.
    ///
    /// \snippet test/doc/reference_test.cpp async_wait_reader_completed
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_wait_reader_completed(CompletionToken&& token = CompletionToken()) {
        return wait_only<detail::waiting::reader_completed, CompletionToken>(token);
    }

    /// Waits until the reader has taken everything. May be called after `complete`.
    ///
    /// *Completes when* all published bytes are consumed, or the reader completes. *Completion
    /// signature.* `void(error_code)`. *Errors.* The reader's own, or `asio::error::broken_pipe`;
    /// `operation_aborted`: cancelled, or this end was destroyed. *Outstanding.* Any number.
    /// *Cancellation.* Terminal, partial and total: of the wait only. *Lifetimes.* The writer stays
    /// until the operation was started.
    ///
    /// \snippet test/doc/reference_test.cpp async_wait_drained
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_wait_drained(CompletionToken&& token = CompletionToken()) {
        return wait_only<detail::waiting::drain, CompletionToken>(token);
    }

private:
    template <class>
    friend struct basic_pipe;
    friend struct detail::pipe_access;
    template <detail::waiting, class, class>
    friend struct detail::wait_initiation;

    using with_own_flush = basic_pipe_writer;

    basic_pipe_writer(detail::core_pointer core, const Executor& executor) noexcept
        : core_(std::move(core))
        , executor_(executor) {}

    detail::pipe_state& state(const char* what) const {
        if (!core_)
            detail::throw_error(errc::already_completed, what);
        return core_->state;
    }

    template <class CompletionToken, class Before>
    auto flush_behind(Before before, CompletionToken& token) {
        return detail::initiate_wait<detail::waiting::flush, CompletionToken>(
            *this,
            [before = std::move(before)](const detail::core_pointer& core) mutable {
                return core->publish_behind(
                    [](void* what) { return (*static_cast<Before*>(what))(); }, &before);
            },
            token);
    }

    template <detail::waiting What, class CompletionToken>
    auto wait_only(CompletionToken& token) {
        return detail::initiate_wait<What, CompletionToken>(
            *this, [](const detail::core_pointer&) { return error_code(); }, token);
    }

    detail::core_pointer core_;
    Executor executor_;
};

} // namespace sluice
