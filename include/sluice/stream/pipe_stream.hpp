// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/pipe_stream_operations.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include <type_traits>
#include <utility>

namespace boost::beast {
enum class role_type; // Beast's own, declared here so that its teardown is found without Beast
}

namespace sluice {

/// The two ends of pipes as one Asio stream: what is read comes from a reader, what is written goes
/// to a writer.
///
/// It models *AsyncReadStream*, *AsyncWriteStream* and, without ever waiting, their synchronous
/// forms. Whatever runs over a socket runs over it: Beast's HTTP and WebSocket,
/// `asio::ssl::stream`, `asio::async_read_until`. Bytes that one protocol leaves unread reach the
/// next one.
///
/// `Reader` and `Writer` are ends that the stream owns, or references to ends that somebody else
/// keeps, such as those of a `connection`. Closing or destroying a stream completes ends it owns:
/// its peer reads the end of the stream, and what it writes fails with `asio::error::broken_pipe`.
///
/// *Thread safety.* Distinct objects: safe, also the two ends of a pair. Shared objects: unsafe;
/// one read and one write may be outstanding at a time, on one implicit or explicit strand.
///
/// \snippet test/doc/adapters_test.cpp pipe_stream
template <class Reader = pipe_reader, class Writer = pipe_writer>
class pipe_stream {
public:
    using reader_type = std::remove_reference_t<Reader>;       ///< the end that is read
    using writer_type = std::remove_reference_t<Writer>;       ///< the end that is written
    using executor_type = typename reader_type::executor_type; ///< of the reader
    using lowest_layer_type = pipe_stream;                     ///< there is nothing beneath

    /// Takes over the ends, or refers to them.
    pipe_stream(Reader&& reader, Writer&& writer)
        : reader_(std::forward<Reader>(reader))
        , writer_(std::forward<Writer>(writer)) {}
    /// Only while nothing is outstanding, as with a socket.
    pipe_stream(pipe_stream&&) = default;
    ~pipe_stream() {
        if constexpr (!std::is_reference_v<Writer>)
            writer_.complete();
        if constexpr (!std::is_reference_v<Reader>)
            reader_.complete();
    }

    /// The reader's own.
    executor_type get_executor() const noexcept { return reader_.get_executor(); }
    /// This stream.
    /// @{
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    const lowest_layer_type& lowest_layer() const noexcept { return *this; }
    /// @}

    /// The ends. Bytes that are read from one are not read by the stream, and the other way round.
    /// @{
    reader_type& reader() noexcept { return reader_; }
    writer_type& writer() noexcept { return writer_; }
    /// @}

    /// Reads at least one byte. With buffers of no size it succeeds at once, also at the end.
    ///
    /// *Completes when* there are bytes, the peer has ended, or it is cancelled. *Completion
    /// signature.* `void(error_code, std::size_t)`
    ///
    /// *Errors.* `asio::error::eof`: the peer ended orderly; those of `async_read` of the reader.
    ///
    /// *Outstanding.* One read, and one write.
    ///
    /// *Cancellation.* Terminal, partial and total: nothing was read.
    ///
    /// *Lifetimes.* The stream stays where it is, and the memory of the buffers valid, until it
    /// completes.
    template <class MutableBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_read_some(const MutableBufferSequence& buffers,
                         CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
            detail::stream_read<pipe_stream, MutableBufferSequence>(*this, buffers), token,
            reader_);
    }

    /// Writes at least one byte, and publishes what it wrote. Waits first while the peer lags
    /// behind. Otherwise like `async_read_some`.
    ///
    /// *Completes when* bytes were written, or on an error. *Completion signature.*
    /// `void(error_code, std::size_t)`
    ///
    /// *Errors.* `asio::error::broken_pipe`: the peer does not read any more; those of `flush` of
    /// the writer; `not_enough_memory`. Then nothing was written.
    ///
    /// *Cancellation.* Terminal, partial and total: nothing was written.
    template <class ConstBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_write_some(const ConstBufferSequence& buffers,
                          CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
            detail::stream_write<pipe_stream, ConstBufferSequence>(*this, buffers), token, writer_);
    }

    /// As sockets have it, for what asks: `read_some` and `write_some` never wait.
    /// @{
    bool non_blocking() const noexcept { return true; }
    void non_blocking(bool, error_code& ec) noexcept { ec = {}; }

    /// @}

    /// What can be read at once; `asio::error::would_block` when `async_read_some` would wait.
    /// Without an error_code it throws `boost::system::system_error`.
    /// @{
    template <class MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) {
        detail::stream_transfer done;
        done.read(reader_, buffers);
        ec = done.ec;
        return done.size;
    }
    template <class MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence& buffers) {
        error_code ec;
        const std::size_t n = read_some(buffers, ec);
        if (ec)
            detail::throw_error(ec, "sluice::pipe_stream::read_some");
        return n;
    }
    /// @}

    /// What can be written at once; `asio::error::would_block` when `async_write_some` would wait.
    /// Without an error_code it throws `boost::system::system_error`.
    /// @{
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
        detail::stream_transfer done;
        done.write(writer_, buffers);
        ec = done.ec;
        return done.size;
    }
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers) {
        error_code ec;
        const std::size_t n = write_some(buffers, ec);
        if (ec)
            detail::throw_error(ec, "sluice::pipe_stream::write_some");
        return n;
    }
    /// @}

    /// Ends a direction: of sending, the peer reads the end; of receiving, what the peer writes
    /// fails. `what` is one of `asio::socket_base::shutdown_type`. There is never an error.
    /// @{
    void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) {
        ec = {};
        if (what != boost::asio::socket_base::shutdown_receive)
            writer_.complete();
        if (what != boost::asio::socket_base::shutdown_send)
            reader_.complete();
    }
    void shutdown(boost::asio::socket_base::shutdown_type what) {
        error_code ec;
        shutdown(what, ec);
    }
    /// @}

    /// Ends both directions. What is outstanding completes with `operation_aborted`. There is never
    /// an error.
    /// @{
    void close() {
        cancel();
        shutdown(boost::asio::socket_base::shutdown_both);
        open_ = false;
    }
    void close(error_code& ec) {
        ec = {};
        close();
    }
    /// @}
    /// Whether it was not closed.
    bool is_open() const noexcept { return open_; }

    /// Completes what is outstanding with `operation_aborted`.
    void cancel() {
        if constexpr (detail::is_pipe_reader<reader_type>) {
            if (const auto core = detail::pipe_access::share(reader_))
                core->abort_read();
        } else if (reading_) {
            reader_.cancel_pending_read();
        }
        writer_.cancel_pending_flush();
    }

    /// Beast's ways to end a stream: see its documentation of `teardown` and `close_socket`. They
    /// are done at once; `handler` is posted, with no error.
    /// @{
    friend void beast_close_socket(pipe_stream& stream) { stream.close(); }
    friend void teardown(boost::beast::role_type, pipe_stream& stream, error_code& ec) {
        stream.shutdown(boost::asio::socket_base::shutdown_both, ec);
    }
    template <class TeardownHandler>
    friend void async_teardown(boost::beast::role_type, pipe_stream& stream,
                               TeardownHandler&& handler) {
        stream.shutdown(boost::asio::socket_base::shutdown_both);
        boost::asio::post(
            stream.get_executor(),
            boost::asio::append(std::forward<TeardownHandler>(handler), error_code()));
    }
    /// @}

private:
    template <class, class>
    friend class detail::stream_read;

    Reader reader_;
    Writer writer_;
    bool reading_ = false; // waiting for a reader that is not that of a pipe
    bool open_ = true;
};

/// Owns temporaries, and refers to variables.
template <class Reader, class Writer>
pipe_stream(Reader&&, Writer&&) -> pipe_stream<Reader, Writer>;

/// Two streams that are connected to each other within the program: what one writes, the other
/// reads. The options are those of both directions.
///
/// *Thread safety.* The two streams may be used by two threads.
///
/// \snippet test/doc/adapters_test.cpp pipe_stream
template <class Executor>
std::pair<pipe_stream<basic_pipe_reader<Executor>, basic_pipe_writer<Executor>>,
          pipe_stream<basic_pipe_reader<Executor>, basic_pipe_writer<Executor>>>
make_pipe_streams(const Executor& executor, const pipe_options& options = pipe_options()) {
    using stream = pipe_stream<basic_pipe_reader<Executor>, basic_pipe_writer<Executor>>;
    basic_pipe<Executor> there(executor, options), back(executor, options);
    return {stream(std::move(back.reader), std::move(there.writer)),
            stream(std::move(there.reader), std::move(back.writer))};
}

} // namespace sluice
