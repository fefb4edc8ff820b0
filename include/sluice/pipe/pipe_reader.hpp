// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/fwd.hpp>
#include <sluice/pipe/detail/operation_kinds.hpp>
#include <sluice/pipe/detail/suspended_operation.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/async_result.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

/// The consuming end of a pipe.
///
/// A read shows everything that was published and not consumed; `advance` says how much was
/// consumed and how much was examined; the next read waits for bytes beyond what was examined. Each
/// delivered read is advanced before the next one.
///
/// Destroying the reader completes it with `errc::reader_abandoned`; a read that waits then
/// completes with `operation_aborted`. A moved-from reader behaves like a completed one.
///
/// *Thread safety.* Distinct objects: safe. One reader: one thread at a time, except
/// `cancel_pending_read` and `buffered`, which any thread may call. The two ends of one pipe: any
/// two threads, without a lock.
template <class Executor>
class basic_pipe_reader {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_pipe_reader<OtherExecutor>; ///< that class
    };

    /// Takes over an end, whose former owner behaves like a completed one. An end that was here is
    /// destroyed.
    /// @{
    basic_pipe_reader(basic_pipe_reader&& other) noexcept
        : core_(std::move(other.core_))
        , executor_(other.executor_) {}
    basic_pipe_reader& operator=(basic_pipe_reader&& other) noexcept {
        if (this != &other) {
            basic_pipe_reader gone(std::move(*this));
            core_ = std::move(other.core_);
            executor_ = other.executor_;
        }
        return *this;
    }
    /// @}
    ~basic_pipe_reader() {
        if (core_)
            core_->destroy_reader();
    }

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// Waits for bytes beyond those examined.
    ///
    /// *Completes when* such bytes are published, the writer completes, or `cancel_pending_read` is
    /// called. It delivers everything published and not consumed by the time the handler runs.
    ///
    /// *Completion signature.* `void(error_code, read_result)`
    ///
    /// *Errors.* `asio::error::eof`: the writer completed, which an earlier read has shown, and
    /// nothing is unexamined; the writer's own error, likewise; `errc::buffer_limit_exceeded`: see
    /// `pipe_options::max_buffered`; `errc::advance_required`: the last read was not advanced;
    /// `errc::read_pending`: another read is outstanding, and goes on; `errc::already_completed`:
    /// this end was completed; `operation_aborted`: cancelled, or this end was completed or
    /// destroyed meanwhile. With `eof`, the writer's error and `buffer_limit_exceeded` the result
    /// shows what was never consumed; with the others it is empty.
    ///
    /// *Outstanding.* One read at a time.
    ///
    /// *Cancellation.* Terminal, partial and total: `operation_aborted`, and no byte is lost or
    /// moved.
    ///
    /// *Lifetimes.* The reader stays until the operation was started; it may be moved or destroyed
    /// afterwards. The buffer is valid until the `advance` that passes it.
    ///
    /// \snippet test/doc/concepts_test.cpp consume
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read(CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>({}, token);
    }

    /// Waits until `n` bytes are buffered, examined or not.
    ///
    /// Like `async_read`, but completes when `buffer.size() >= n`; with fewer bytes only at the end
    /// or when cancelled; at once when `n` is 0. While it waits, the writer is not paused before
    /// the bytes are there: with `resumption::dispatch`, the handler of a flush that waits may run
    /// inside this function. Fails with `errc::buffer_limit_exceeded` at once when `n` exceeds
    /// `max_buffered`.
    ///
    /// \snippet test/doc/reference_test.cpp async_read_at_least
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read_at_least(std::size_t n, CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>({true, n}, token);
    }

    /// What `async_read` would deliver at once, without a suspension; `asio::error::would_block`
    /// when it would wait. Try first, and await only what is not there.
    result<read_result> try_read() {
        if (!core_)
            return error_code(errc::already_completed);
        return core_->try_read();
    }

    /// What `async_read_at_least` would deliver at once; `asio::error::would_block` when it would
    /// wait. With 0 it shows whatever is buffered, examined or not, and also behind the end: once
    /// that is answered with `consume(0)`, nothing of it counts as examined.
    result<read_result> try_read_at_least(std::size_t n) {
        if (!core_)
            return error_code(errc::already_completed);
        return core_->try_read({true, n});
    }

    /// Answers the delivered read: bytes before `consumed` are gone, bytes before `examined` need
    /// not be shown again until more arrive. The next read waits for a byte beyond `examined`; with
    /// `examined == consumed` before the end it completes at once. Segments wholly before
    /// `consumed` go back to the pool.
    ///
    /// Throws `errc::no_read_to_advance` without a delivered read, `errc::invalid_cursor` for a
    /// cursor that is stale, foreign or out of range, or if examined < consumed, and
    /// `errc::already_completed`; then nothing has changed.
    ///
    /// \snippet test/doc/concepts_test.cpp frame
    void advance(read_cursor consumed, read_cursor examined) {
        detail::pipe_core& shared = core("sluice::pipe_reader::advance");
        shared.wake(shared.state.advance(consumed, examined));
    }

    /// Consumed is examined, too.
    void advance(read_cursor consumed) { advance(consumed, consumed); }

    /// Consumes, and has examined, the first `n` delivered bytes; those behind them are unseen.
    /// Throws like `advance`.
    ///
    /// \snippet test/doc/concepts_test.cpp search
    void consume(std::size_t n) {
        detail::pipe_core& shared = core("sluice::pipe_reader::consume");
        shared.wake(shared.state.consume(n));
    }

    /// The bytes that are published and not consumed.
    std::size_t buffered() const noexcept {
        return core_ ? static_cast<std::size_t>(core_->state.buffered()) : 0;
    }

    /// Wakes the read that waits, or the next one when none does, with `cancelled == true` and
    /// whatever is buffered. Remembered once, not counted.
    void cancel_pending_read() {
        if (core_)
            core_->wake(core_->state.cancel_read());
    }

    /// Ends the reading: drops what is buffered, and makes the writer's flushes fail with `ec`, or
    /// with `asio::error::broken_pipe` when there is none. Again: no effect. For
    /// `asio::error::would_block` see `basic_pipe_writer::complete`.
    void complete(error_code ec = {}) {
        if (core_)
            core_->complete_reader(ec);
    }

private:
    template <class>
    friend struct basic_pipe;
    friend struct detail::pipe_access;

    basic_pipe_reader(detail::core_pointer core, const Executor& executor) noexcept
        : core_(std::move(core))
        , executor_(executor) {}

    detail::pipe_core& core(const char* what) const {
        if (!core_)
            detail::throw_error(errc::already_completed, what);
        return *core_;
    }

    template <class CompletionToken>
    auto start(detail::read_request request, CompletionToken& token) {
        return boost::asio::async_initiate<CompletionToken, void(error_code, read_result)>(
            initiation{this}, token, request);
    }

    struct initiation {
        using executor_type = Executor;
        executor_type get_executor() const noexcept { return reader->executor_; }

        template <class Handler>
        void operator()(Handler&& handler, detail::read_request request) const {
            using operation =
                detail::suspended_operation<detail::reading_kind, std::decay_t<Handler>, Executor>;
            std::unique_ptr<operation, detail::destroyer> created(
                operation::create(reader->core_, reader->executor_, {request, {}},
                                  std::decay_t<Handler>(std::forward<Handler>(handler))));
            if (!reader->core_)
                return created.release()->resume(resumption::post, errc::already_completed);
            created->connect_cancellation();
            reader->core_->start_read(created.release(), request);
        }

        basic_pipe_reader* reader;
    };

    detail::core_pointer core_;
    Executor executor_;
};

namespace detail {

template <class T>
inline constexpr bool is_pipe_reader = false;
template <class Executor>
inline constexpr bool is_pipe_reader<basic_pipe_reader<Executor>> = true;

} // namespace detail

} // namespace sluice
