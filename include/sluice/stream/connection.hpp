// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/connection_options.hpp>
#include <sluice/stream/detail/run_connection.hpp>

#include <concepts>
#include <utility>

namespace sluice {

/// A stream with a pipe on either side: read what the peer sends from `input()`, write what it is
/// to get to `output()`, and let `async_run` move the bytes.
///
/// The peer's end arrives at `input()` as its end. Completing `output()` sends what is left and
/// then ends the sending direction alone, so that the peer may go on sending. The connection is
/// over when both directions are.
///
/// Over TLS the end of the sending direction is a close_notify, and one of the peer is needed for
/// the end of the input: without it, the input ends with an error. The stream is best a
/// `tls_stream`; an `asio::ssl::stream`, which cannot end one direction alone, does so only when
/// the peer has ended too, or the input was completed here.
///
/// *Thread safety.* Distinct objects: safe. One connection: its stream's executor, which must not
/// run two handlers at once (one thread, or a strand).
///
/// \snippet test/doc/readme_test.cpp readme
template <class Stream>
class connection {
public:
    using stream_type = Stream;                           ///< the stream, by value
    using executor_type = typename Stream::executor_type; ///< of the stream and of both pipes
    using reader_type = basic_pipe_reader<executor_type>; ///< of what the peer sends
    using writer_type = basic_pipe_writer<executor_type>; ///< of what the peer is to get

    /// Takes over a connected stream. Throws like `pipe`.
    explicit connection(Stream stream, const connection_options& options = connection_options())
        : stream_(std::move(stream))
        , pump_(options.pump)
        , linger_(options.linger)
        , handshake_timeout_(options.handshake_timeout)
        , input_(stream_.get_executor(), options.input)
        , output_(stream_.get_executor(), options.output) {}
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() {
        if (run_ != nullptr)
            run_->orphaned = true;
    }

    /// The stream's own.
    executor_type get_executor() noexcept { return stream_.get_executor(); }
    /// The stream: for its options and addresses, and to close it.
    Stream& stream() noexcept { return stream_; }

    /// What the peer sends.
    reader_type& input() noexcept { return input_.reader; }
    /// What the peer is to get.
    writer_type& output() noexcept { return output_.writer; }

    /// Moves the bytes in both directions until both are over.
    ///
    /// *Completes when* the output was completed, sent and shut down, and the input has ended: at
    /// the peer's end or error, or, when `input()` was completed here, once the peer has ended or
    /// the `linger` time is over. Also when `cancel` is called. It may complete inside a call of
    /// `complete` of either end, when that was all that was left.
    ///
    /// *Completion signature.* `void(error_code)`
    ///
    /// *Errors.* None for an orderly end; the first error of the stream, `operation_aborted` among
    /// them when it was closed or cancelled by itself; `timed_out` beyond a limit of the `pump`
    /// options. They also reach the ends: `input()` as an error of its reads, `output()` as an
    /// error of its flushes. `operation_aborted`, when cancelled.
    ///
    /// *Outstanding.* Once in the life of a connection.
    ///
    /// *Cancellation.* Terminal, partial and total: like `cancel`.
    ///
    /// *Lifetimes.* The connection stays until it completes.
    ///
    /// \snippet test/doc/http_test.cpp connection
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_run(CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(initiation{this},
                                                                              token);
    }

    /// Shakes hands first, as `asio::ssl::stream_base::client` or `server`; then like `async_run`.
    ///
    /// What is written meanwhile is sent afterwards. If the handshake fails, its error reaches both
    /// ends, too; `asio::error::timed_out` after the `handshake_timeout`.
    ///
    /// \tparam Side the stream's type for its part in the handshake
    /// \snippet examples/http_file_server/link.cpp async_run
    template <class Side, BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code)) CompletionToken =
                              detail::default_token_t<executor_type>>
    requires detail::handshaking<Stream> && std::same_as<Side, typename Stream::handshake_type>
    auto async_run(Side side, CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(initiation{this},
                                                                              token, side);
    }

    /// Ends the connection at once: operations on either end fail with `operation_aborted`, and so
    /// does `async_run`. The stream stays open for its owner to close.
    void cancel() {
        cancelled_ = true;
        if (run_ != nullptr) {
            run_->stop(); // the pumps still hold memory of the pipes: their ends are completed
                          // after them
        } else {
            input_.writer.complete(boost::asio::error::operation_aborted);
            output_.reader.complete(boost::asio::error::operation_aborted);
        }
    }

private:
    template <class, class, class>
    friend class detail::run_connection;

    struct initiation {
        using executor_type = typename Stream::executor_type;
        executor_type get_executor() const noexcept { return self->stream_.get_executor(); }

        template <class Handler, class Side = detail::no_handshake>
        void operator()(Handler&& handler, Side side = Side()) const {
            using decayed = std::decay_t<Handler>;
            using own = detail::associates_of<decayed, executor_type>;
            detail::run_connection<connection, Side, own>::start(
                decayed(std::forward<Handler>(handler)), get_executor(), *self, side);
        }

        connection* self;
    };

    Stream stream_;
    pump_options pump_;
    std::chrono::milliseconds linger_;
    std::chrono::milliseconds handshake_timeout_;
    basic_pipe<executor_type> input_;
    basic_pipe<executor_type> output_;
    detail::connection_run* run_ = nullptr;
    bool cancelled_ = false;
};

} // namespace sluice
