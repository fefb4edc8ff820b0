// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/stream_source.hpp>
#include <sluice/stream/stream_reader_options.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

/// The reader's face on an Asio stream: everything that takes a `pipe_reader` takes this, and the
/// bytes come from the stream when they are asked for, without a task that pumps them.
///
/// A socket or descriptor is read in scattered pieces that grow with the rate of arrival, and
/// waited for without memory; it is left in non-blocking mode. Any other *AsyncReadStream*, TLS
/// among them, waits with a segment, into which at most 16 KiB are read at once. The end of the
/// stream is the end of the reading; an error of the stream arrives behind its bytes.
///
/// `Stream` is a stream that the reader owns, or a reference to one that somebody else keeps, and
/// that must outlive the reader; `asio::ssl::stream` also what is outstanding on it, which ends
/// through its executor after the reader: close what is below it, and let that run first. While
/// nothing is outstanding the stream may be used otherwise, and may be replaced behind a reference;
/// what was buffered stays in the reader.
///
/// A read that is cancelled leaves every byte where it is, whatever the stream makes of
/// cancellation: where a read of the stream cannot be ended without a loss, it goes on, and the
/// next read of this reader gets its bytes. Completing or destroying the reader ends it.
///
/// Destroying the reader completes a read that waits with `operation_aborted`, and closes a stream
/// it owns. A moved-from reader behaves like a completed one.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; the stream is used through its
/// executor, which must not run two handlers at once (one thread, or a strand).
///
/// \snippet test/doc/adapters_test.cpp stream_ends
template <class Stream>
class stream_reader {
    using source_type = detail::stream_source<Stream>;

public:
    using stream_type = std::remove_reference_t<Stream>;       ///< the stream
    using executor_type = typename stream_type::executor_type; ///< of the stream

    /// Starts nothing.
    explicit stream_reader(Stream&& stream,
                           const stream_reader_options& options = stream_reader_options())
        : stream_reader(std::forward<Stream>(stream), options,
                        basic_pipe<executor_type>(stream.get_executor(), inside(options))) {}
    /// Takes over a reader with its stream and its bytes, also while a read is outstanding. One
    /// that was here is destroyed.
    /// @{
    stream_reader(stream_reader&&) noexcept = default;
    stream_reader& operator=(stream_reader&& other) noexcept {
        if (this != &other) {
            stop();
            reader_ = std::move(other.reader_);
            source_ = std::move(other.source_);
        }
        return *this;
    }
    /// @}
    ~stream_reader() { stop(); }

    /// The stream's own.
    executor_type get_executor() const noexcept { return reader_.get_executor(); }

    /// The stream; not of a moved-from reader.
    stream_type& stream() noexcept { return source_->stream(); }

    /// Waits for bytes beyond those examined: first those that are buffered, then those that the
    /// stream has, then those that will arrive.
    ///
    /// *Completes when* there are such bytes, the stream ends or fails, or `cancel_pending_read` is
    /// called. It delivers everything that was read and not consumed.
    ///
    /// *Completion signature.* `void(error_code, read_result)`
    ///
    /// *Errors.* `asio::error::eof`: the stream has ended, which an earlier read has shown, and
    /// nothing is unexamined; the stream's own error, likewise; `errc::buffer_limit_exceeded`: see
    /// `stream_reader_options::max_buffered`; `errc::advance_required`: the last read was not
    /// advanced; `errc::read_pending`: another read is outstanding, and goes on;
    /// `errc::already_completed`: the reader was completed; `not_enough_memory`, after which
    /// another read may be tried; `operation_aborted`: cancelled, the reader was completed or
    /// destroyed, or the operations of the stream were cancelled. With `eof`, the stream's error
    /// and `buffer_limit_exceeded` the result shows what was never consumed; with the others it is
    /// empty.
    ///
    /// *Outstanding.* One read at a time, and no other read of the stream.
    ///
    /// *Cancellation.* Terminal, partial and total: `operation_aborted`, and no byte is lost or
    /// moved.
    ///
    /// *Lifetimes.* The reader stays until the operation was started; it may be moved or destroyed
    /// afterwards. The buffer is valid until the `advance` that passes it.
    ///
    /// \snippet test/doc/reference_test.cpp stream_reader
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_read(CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>({}, token);
    }

    /// Waits until `n` bytes are buffered, examined or not.
    ///
    /// Like `async_read`, but completes when `buffer.size() >= n`; with fewer bytes only at the end
    /// or when cancelled; at once when `n` is 0. Fails with `errc::buffer_limit_exceeded` at once
    /// when `n` exceeds `max_buffered`.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_read_at_least(std::size_t n, CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>({true, n}, token);
    }

    /// What `async_read` would deliver without a wait: what is buffered, else what a socket,
    /// descriptor or `pipe_stream` has; `asio::error::would_block` when there is nothing. Errors
    /// like `async_read`.
    result<read_result> try_read() { return attempt({}); }

    /// What `async_read_at_least` would deliver without a wait, likewise. With 0 it shows whatever
    /// is buffered, examined or not, and also behind the end: once that is answered with
    /// `consume(0)`, nothing of it counts as examined.
    result<read_result> try_read_at_least(std::size_t n) { return attempt({true, n}); }

    /// Answers the delivered read, with the meaning and the exceptions of `pipe_reader::advance`:
    /// bytes before `consumed` are gone, and the next read waits for a byte beyond `examined`.
    void advance(read_cursor consumed, read_cursor examined) {
        reader_.advance(consumed, examined);
    }
    /// Consumed is examined, too.
    void advance(read_cursor consumed) { reader_.advance(consumed); }

    /// Consumes, and has examined, the first `n` delivered bytes; those behind them are unseen.
    /// Throws like `advance`.
    void consume(std::size_t n) { reader_.consume(n); }

    /// The bytes that were read from the stream and not consumed.
    std::size_t buffered() const noexcept { return reader_.buffered(); }

    /// Wakes the read that waits, or the next one when none does, with `cancelled == true` and
    /// whatever is buffered. Remembered once, not counted.
    void cancel_pending_read() {
        const std::shared_ptr<source_type> source = source_;
        reader_.cancel_pending_read();
        if (source)
            source->wait_cancelled();
    }

    /// Ends the reading: drops what is buffered, and ends what is outstanding on the stream, which
    /// itself stays open. The error is for nobody; it is there because readers have it.
    void complete(error_code ec = {}) {
        stop();
        reader_.complete(ec);
    }

private:
    stream_reader(Stream&& stream, const stream_reader_options& options,
                  basic_pipe<executor_type> ends)
        : source_(std::make_shared<source_type>(std::forward<Stream>(stream),
                                                std::move(ends.writer), options.max_read_size))
        , reader_(std::move(ends.reader)) {}

    static pipe_options inside(const stream_reader_options& options) {
        pipe_options made;
        made.pause_threshold = 0;
        made.max_buffered = options.max_buffered;
        made.minimum_segment_size = options.minimum_segment_size;
        made.pool = options.pool;
        return made;
    }

    void stop() {
        if (source_)
            source_->stop();
    }

    result<read_result> try_read(const result<read_result>& read,
                                 const detail::read_request& request) {
        if (read || !detail::is_would_block(read.error()))
            return read;
        const std::shared_ptr<source_type> source = source_;
        if (const error_code ec = source->fetch(request))
            return ec;
        return source->core().try_read(request);
    }

    result<read_result> attempt(const detail::read_request& request) {
        const std::shared_ptr<source_type> source = source_;
        if (!source)
            return error_code(errc::already_completed);
        const result<read_result> buffered = source->core().try_read(request);
        if (buffered || !detail::is_would_block(buffered.error()))
            return buffered;
        if (const error_code ec = source->fetch(request))
            return ec;
        return source->core().try_read(request);
    }

    template <class CompletionToken>
    auto start(detail::read_request request, CompletionToken& token) {
        return boost::asio::async_initiate<CompletionToken, void(error_code, read_result)>(
            initiation{this}, token, request);
    }

    struct initiation {
        using executor_type = typename stream_type::executor_type;
        executor_type get_executor() const noexcept { return self->get_executor(); }

        template <class Handler>
        void operator()(Handler&& handler, detail::read_request request) const {
            const std::shared_ptr<source_type> source = self->source_;
            if (!source || source->core().reading())
                return read(std::forward<Handler>(handler), request);
            const error_code ec = source->fetch_if_socket(request);
            const bool waits = ec || source->lacks_bytes();
            read(std::forward<Handler>(handler), request);
            if (!waits)
                return; // it may be over, and another thread go on
            if (ec)
                source->core().end_read(ec);
            else
                source->fetch_later();
        }
        template <class Handler>
        void read(Handler&& handler, detail::read_request request) const {
            if (request.at_least)
                self->reader_.async_read_at_least(request.count, std::forward<Handler>(handler));
            else
                self->reader_.async_read(std::forward<Handler>(handler));
        }

        stream_reader* self;
    };

    std::shared_ptr<source_type> source_;
    basic_pipe_reader<executor_type> reader_; // goes before the other end
};

/// Owns a temporary, and refers to a variable.
/// @{
template <class Stream>
stream_reader(Stream&&) -> stream_reader<Stream>;
template <class Stream>
stream_reader(Stream&&, const stream_reader_options&) -> stream_reader<Stream>;
/// @}

} // namespace sluice
