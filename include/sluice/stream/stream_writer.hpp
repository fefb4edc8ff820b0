// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/stream_sink.hpp>
#include <sluice/stream/stream_writer_options.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

/// The writer's face on an Asio stream: everything that takes a `pipe_writer` takes this. Small
/// writes gather until a flush, which writes them to the stream, several pieces with one system
/// call. No task pumps bytes.
///
/// A socket or descriptor is tried first, and waited for only when it is full; it is left in
/// non-blocking mode. Any other *AsyncWriteStream* is given one piece at a time of up to 16 KiB, or
/// more where that much lies in one piece: a record of TLS each.
///
/// `Stream` is a stream that the writer owns, or a reference to one that somebody else keeps, and
/// that must outlive the writer; `asio::ssl::stream` also what is outstanding on it, which ends
/// through its executor after the writer: close what is below it, and let that run first. While
/// nothing is unwritten the stream may be used otherwise.
///
/// Prepared memory is valid until the next call of `prepare`, `prepare_sequence`, `write`,
/// `append`, `reserve`, a flush or `complete`; what was prepared and not committed may be prepared
/// again.
///
/// Destroying the writer completes flushes that wait with `operation_aborted`, drops what is
/// unwritten, and closes a stream it owns: to have everything sent and the end with it, call
/// `complete` and await `async_wait_reader_completed` first. A moved-from writer behaves like a
/// completed one.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; the stream is used through its
/// executor, which must not run two handlers at once (one thread, or a strand).
///
/// \snippet test/doc/adapters_test.cpp stream_ends
template <class Stream>
class stream_writer {
    using sink_type = detail::stream_sink<Stream>;

public:
    using stream_type = std::remove_reference_t<Stream>;       ///< the stream
    using executor_type = typename stream_type::executor_type; ///< of the stream

    /// Starts nothing.
    explicit stream_writer(Stream&& stream,
                           const stream_writer_options& options = stream_writer_options())
        : stream_writer(std::forward<Stream>(stream),
                        basic_pipe<executor_type>(stream.get_executor(), inside(options))) {}
    /// Takes over a writer with its stream and its bytes, also while a flush is outstanding. One
    /// that was here is destroyed.
    /// @{
    stream_writer(stream_writer&&) noexcept = default;
    stream_writer& operator=(stream_writer&& other) noexcept {
        if (this != &other) {
            stop();
            writer_ = std::move(other.writer_);
            sink_ = std::move(other.sink_);
        }
        return *this;
    }
    /// @}
    ~stream_writer() { stop(); }

    /// The stream's own.
    executor_type get_executor() const noexcept { return writer_.get_executor(); }

    /// The stream; not of a moved-from writer.
    stream_type& stream() noexcept { return sink_->stream(); }

    /// Contiguous memory to write to: at least `minimum` bytes, and at least one. Throws
    /// `std::bad_alloc` and `errc::already_completed`; then nothing has changed.
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        return writer_.prepare(minimum);
    }

    /// Memory for `total` bytes (at least one) in a few pieces, for a scatter read. Throws like
    /// `prepare`.
    mutable_segments prepare_sequence(std::size_t total) { return writer_.prepare_sequence(total); }

    /// The first `n` prepared bytes are to be written. Throws `errc::commit_exceeds_prepared` for
    /// more than was prepared, and changes nothing then.
    void commit(std::size_t n) { writer_.commit(n); }

    /// Copies and commits all bytes, and returns how many. Throws like `prepare`: all or nothing.
    template <class ConstBufferSequence>
    std::size_t write(const ConstBufferSequence& buffers) {
        return writer_.write(buffers);
    }

    /// Commits preserved bytes without a copy: their memory is shared. Throws like `prepare`.
    void append(const preserved_buffer& bytes) { writer_.append(bytes); }

    /// Commits `n` contiguous bytes to be filled in before the flush: a length that is known only
    /// later. Throws like `prepare`.
    boost::asio::mutable_buffer reserve(std::size_t n) { return writer_.reserve(n); }

    /// Writes everything that was committed.
    ///
    /// *Completes when* the stream has taken all of it, or has failed.
    ///
    /// *Completion signature.* `void(error_code)`
    ///
    /// *Errors.* The stream's own, also one of an earlier flush: the bytes are dropped, and so are
    /// all that follow; `errc::already_completed`: the writer was completed; `not_enough_memory`,
    /// after which another flush goes on; `operation_aborted`: cancelled, the writer was destroyed,
    /// or the operations of the stream were cancelled.
    ///
    /// *Outstanding.* Any number; all complete when everything that any of them is to write is
    /// written. No other write to the stream.
    ///
    /// *Cancellation.* Terminal, partial and total: `operation_aborted`. No byte is lost or
    /// repeated: what is not written by then is written by the next flush, or by `complete`. A
    /// write that the stream cannot end without a loss goes on behind it.
    ///
    /// *Lifetimes.* The writer stays until the operation was started.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto flush(CompletionToken&& token = CompletionToken()) {
        return flush_behind<CompletionToken>([] { return error_code(); }, token);
    }

    /// Writes what a socket, descriptor or `pipe_stream` takes without a wait.
    /// `asio::error::would_block`: something is left for the next flush, as everything is of what
    /// goes to another stream. Errors like `flush`.
    result<void> try_flush() {
        const result<void> published = writer_.try_flush();
        if (published || !detail::is_would_block(published.error()))
            return published;
        const std::shared_ptr<sink_type> sink = sink_;
        return sink->send();
    }

    /// The bytes that were committed since the last flush.
    std::size_t unflushed() const noexcept { return writer_.unflushed(); }

    /// Completes the flushes that wait with `operation_aborted`, as their cancellation does.
    void cancel_pending_flush() {
        const std::shared_ptr<sink_type> sink = sink_;
        writer_.cancel_pending_flush();
        if (sink)
            sink->wait_cancelled();
    }

    /// Ends the writing: sends what is left, as far as that goes at once and then as the stream
    /// takes it, and ends its sending direction: `shutdown(shutdown_send)` of sockets, or
    /// `async_shutdown_send`. After an `ec` the sending direction stays open: the peer must not
    /// take a failure for an end. Other streams are left to their owner. Again: no effect.
    ///
    /// `async_wait_reader_completed` awaits all that.
    void complete(error_code ec = {}) {
        if (!sink_)
            return;
        const std::shared_ptr<sink_type> sink = sink_;
        writer_.complete(ec);
        sink->finish(!ec);
    }

    /// Whether the stream takes no more: it has failed, or everything and the end were sent.
    bool reader_completed() const noexcept { return writer_.reader_completed(); }

    /// Waits until the stream takes no more. It does not watch the stream.
    ///
    /// *Completes when*, after `complete`, everything and the end were sent; or when a write has
    /// failed. *Completion signature.* `void(error_code)`. *Errors.* The stream's own;
    /// `not_enough_memory`; `operation_aborted`: cancelled, the writer was destroyed, or the
    /// operations of the stream were cancelled while the rest was sent. *Outstanding.* Any number.
    /// *Cancellation.* Terminal, partial and total: of the wait only. *Lifetimes.* The writer stays
    /// until the operation was started.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_wait_reader_completed(CompletionToken&& token = CompletionToken()) {
        return writer_.async_wait_reader_completed(std::forward<CompletionToken>(token));
    }

private:
    friend struct detail::pipe_access;
    using with_own_flush = stream_writer;

    stream_writer(Stream&& stream, basic_pipe<executor_type> ends)
        : sink_(std::make_shared<sink_type>(std::forward<Stream>(stream), std::move(ends.reader)))
        , writer_(std::move(ends.writer)) {}

    // A flush waits until all is consumed.
    static pipe_options inside(const stream_writer_options& options) {
        pipe_options made;
        made.pause_threshold = 1;
        made.minimum_segment_size = options.minimum_segment_size;
        made.pool = options.pool;
        return made;
    }

    void stop() {
        if (sink_)
            sink_->stop();
    }

    template <class CompletionToken, class Before>
    auto flush_behind(Before before, CompletionToken& token) {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(
            initiation{this}, token, std::move(before));
    }

    struct initiation {
        using executor_type = typename stream_type::executor_type;
        executor_type get_executor() const noexcept { return self->get_executor(); }

        template <class Handler, class Before>
        void operator()(Handler&& handler, Before before) const {
            const std::shared_ptr<sink_type> sink = self->sink_;
            bool waits = false;
            const auto send = [&]() -> error_code {
                if (const error_code ec = before())
                    return ec;
                if (const result<void> done = self->writer_.try_flush();
                    !done && detail::is_would_block(done.error()))
                    sink->send_if_socket();
                waits = sink->lacks_a_wait();
                return {};
            };
            detail::pipe_access::flush_behind<Handler>(self->writer_, send, handler);
            if (waits) // else it may be over, and another thread go on
                sink->send_later();
        }

        stream_writer* self;
    };

    std::shared_ptr<sink_type> sink_;
    basic_pipe_writer<executor_type> writer_; // goes before the other end
};

/// Owns a temporary, and refers to a variable.
/// @{
template <class Stream>
stream_writer(Stream&&) -> stream_writer<Stream>;
template <class Stream>
stream_writer(Stream&&, const stream_writer_options&) -> stream_writer<Stream>;
/// @}

} // namespace sluice
