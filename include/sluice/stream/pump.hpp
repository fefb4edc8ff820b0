// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/pump_between_pipes.hpp>
#include <sluice/stream/detail/pump_from_stream.hpp>
#include <sluice/stream/detail/pump_streams.hpp>
#include <sluice/stream/detail/pump_to_stream.hpp>
#include <sluice/stream/detail/start_pump.hpp>

#include <boost/asio/async_result.hpp>

namespace sluice {

namespace detail {

template <class T>
concept reader_face = requires(T& reader) {
    reader.try_read();
    reader.consume(std::size_t());
};

template <class T>
concept writer_face = requires(T& writer) {
    writer.prepare_sequence(std::size_t());
    writer.commit(std::size_t());
    writer.try_flush();
};

} // namespace detail

/// Moves bytes from an Asio stream to a writer until the stream ends.
///
/// It reads what is there in large scattered pieces, publishes each read, and waits while the
/// reader lags behind. A stream that can be waited for without a buffer (sockets, descriptors)
/// holds no memory while it is idle; other streams wait with the memory they read into.
///
/// *Completes when* the stream ends, an operation fails, the reader behind the writer completes
/// (noticed with the next bytes), or it is cancelled.
///
/// *Completion signature.* `void(error_code, std::uint64_t)`: bytes moved, also with an error.
///
/// *Errors.* None for the orderly end of the stream, or behind the `byte_limit`; the stream's own;
/// those of `flush`; `not_enough_memory`; `timed_out`; `operation_aborted`. An end or error of the
/// stream completes the writer, with that error, and so does `not_enough_memory`, unless
/// `complete_sink` is false.
///
/// *Outstanding.* No other read of the stream, and no other use of the writer.
///
/// *Cancellation.* Terminal, partial and total: every byte that was read is published, the writer
/// stays open, and another pump may go on.
///
/// *Lifetimes.* Stream and writer stay until it completes. A socket or descriptor is left in
/// non-blocking mode.
///
/// *Thread safety.* Stream and writer are used through the executor of the completion handler, the
/// stream's own by default: it must not run two handlers at once (one thread, or a strand).
///
/// \snippet test/doc/adapters_test.cpp pump
template <class AsyncReadStream, class Writer,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::uint64_t)) CompletionToken =
              detail::default_token_t<typename AsyncReadStream::executor_type>>
requires(detail::writer_face<Writer> && !detail::reader_face<AsyncReadStream>) auto async_pump(
    AsyncReadStream& from, Writer& to, const pump_options& options = {},
    CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, std::uint64_t)>(
        detail::start_pump<detail::pump_from_stream, AsyncReadStream, Writer, AsyncReadStream>{
            &from, &to, &from},
        token, options);
}

/// Moves bytes from a reader to an Asio stream until the reader ends.
///
/// It writes everything that is buffered at once, gathered. A short write consumes what was
/// written.
///
/// *Completes when* the reader ends, an operation fails, or it is cancelled, also by
/// `cancel_pending_read`.
///
/// *Completion signature.* `void(error_code, std::uint64_t)`: bytes moved, also with an error.
///
/// *Errors.* None at the orderly end of the reader, after which a socket's sending direction is
/// shut down unless `complete_sink` is false; the reader's own; the stream's, with which the reader
/// is then completed; `timed_out`; `operation_aborted`.
///
/// *Outstanding.* No other write to the stream, and no other use of the reader.
///
/// *Cancellation.* Terminal, partial and total: exactly the bytes that were written are consumed.
///
/// *Lifetimes* and *thread safety.* As from a stream to a writer.
///
/// \snippet test/doc/adapters_test.cpp pump
template <class Reader, class AsyncWriteStream,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::uint64_t)) CompletionToken =
              detail::default_token_t<typename AsyncWriteStream::executor_type>>
requires(detail::reader_face<Reader> && !detail::writer_face<AsyncWriteStream>) auto async_pump(
    Reader& from, AsyncWriteStream& to, const pump_options& options = {},
    CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, std::uint64_t)>(
        detail::start_pump<detail::pump_to_stream, Reader, AsyncWriteStream, AsyncWriteStream>{
            &from, &to, &to},
        token, options);
}

/// Moves bytes from a reader to a writer until the reader ends: segments are shared, no byte is
/// copied.
///
/// *Completes when* the reader ends, an operation fails, or it is cancelled, also by
/// `cancel_pending_read`.
///
/// *Completion signature.* `void(error_code, std::uint64_t)`: bytes moved, also with an error.
///
/// *Errors.* None at the orderly end of the reader; the reader's own; with both of them the writer
/// is completed, unless `complete_sink` is false; those of `flush`, with which the reader is
/// completed; `not_enough_memory`; `timed_out`; `operation_aborted`.
///
/// *Outstanding.* No other use of either end.
///
/// *Cancellation.* Terminal, partial and total: what was consumed is committed and published.
///
/// *Lifetimes* and *thread safety.* As from a stream to a writer.
///
/// \snippet test/doc/reference_test.cpp async_pump
template <class Reader, class Writer,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::uint64_t)) CompletionToken =
              detail::default_token_t<typename Reader::executor_type>>
requires(detail::reader_face<Reader>&& detail::writer_face<Writer>) auto async_pump(
    Reader& from, Writer& to, const pump_options& options = {},
    CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, std::uint64_t)>(
        detail::start_pump<detail::pump_between_pipes, Reader, Writer, Reader>{&from, &to, &from},
        token, options);
}

/// Moves bytes from one Asio stream to another until the first one ends. Reads and writes overlap.
///
/// Between Asio's own sockets, pipe ends and stream descriptors, and from a `file_stream` to one of
/// them, the system moves the bytes, where it can, unless `system_copy` is false. The file's
/// position then stands behind the last byte that was sent.
///
/// *Completes when* the source ends, an operation fails, or it is cancelled.
///
/// *Completion signature.* `void(error_code, std::uint64_t)`: bytes written, also with an error.
///
/// *Errors.* None at the orderly end of the source, after which a socket's sending direction is
/// shut down unless `complete_sink` is false; the source's own, behind its bytes; the sink's;
/// `not_enough_memory`; `timed_out`; `operation_aborted`.
///
/// *Outstanding.* No other read of the source, and no other write to the sink.
///
/// *Cancellation.* Partial and total: nothing more is read, and what was read is written before it
/// completes. Terminal: at once; what was read and not yet written is lost.
///
/// *Lifetimes* and *thread safety.* As from a stream to a writer, through the executor of the
/// source by default.
///
/// \snippet examples/pipe_view/transfer.cpp async_pump
template <class AsyncReadStream, class AsyncWriteStream,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::uint64_t)) CompletionToken =
              detail::default_token_t<typename AsyncReadStream::executor_type>>
requires(!detail::reader_face<AsyncReadStream> &&
         !detail::writer_face<AsyncWriteStream>) auto async_pump(AsyncReadStream& from,
                                                                 AsyncWriteStream& to,
                                                                 const pump_options& options = {},
                                                                 CompletionToken&& token =
                                                                     CompletionToken()) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, std::uint64_t)>(
        detail::start_pump_streams<AsyncReadStream, AsyncWriteStream>{&from, &to}, token, options);
}

} // namespace sluice
