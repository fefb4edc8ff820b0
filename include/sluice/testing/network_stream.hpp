// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/detail/network_link.hpp>
#include <sluice/testing/detail/network_transfer.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace boost::beast {
enum class role_type; // Beast's own, declared here so that its teardown is found without Beast
}

namespace sluice::testing {

/// One end of a simulated connection: an AsyncReadStream and AsyncWriteStream without
/// `async_wait`. `network::connect` makes them.
///
/// Limits of time of operations on it, as those of `async_relay`, go by the manual clock. Its end
/// closes it.
///
/// *Outstanding.* One read and one write.
///
/// *Errors.* `asio::error::eof`: the peer ended its direction or closed; `connection_reset`: one
/// side, or the network, reset the connection; `broken_pipe`: the peer does not receive any more,
/// or this end was shut down; `operation_aborted`: cancelled, or closed here.
///
/// *Cancellation.* Terminal, partial and total: either the transfer fails with
/// `operation_aborted` and has moved nothing, or it was done and says so.
///
/// *Lifetimes.* It may be moved while nothing is outstanding. Buffers stay valid until an operation
/// completes.
///
/// *Thread safety.* One thread for all of a network.
///
/// \snippet test/doc/reference_test.cpp network
class network_stream {
public:
    using executor_type = boost::asio::any_io_executor; ///< of the context of the network
    using clock_type = manual_clock;                    ///< by which limits of time go
    using lowest_layer_type = network_stream;           ///< there is nothing beneath

    /// For `network::connect`.
    explicit network_stream(detail::network_end end)
        : executor_(std::move(end.executor))
        , in_(std::move(end.in))
        , out_(std::move(end.out)) {}
    /// Takes over an end. One that was here is closed.
    /// @{
    network_stream(network_stream&&) noexcept = default;
    network_stream& operator=(network_stream&& other) noexcept {
        close();
        open_ = other.open_;
        executor_ = std::move(other.executor_);
        in_ = std::move(other.in_);
        out_ = std::move(other.out_);
        return *this;
    }
    /// @}
    ~network_stream() { close(); }

    /// That of the context of the network.
    executor_type get_executor() const noexcept { return executor_; }
    /// This stream.
    lowest_layer_type& lowest_layer() noexcept { return *this; }

    /// Reads from one byte up to as many as there is room for.
    ///
    /// *Completes when* bytes have arrived, or on an error. *Completion signature.*
    /// `void(error_code, std::size_t)`. The rest is said of the class.
    template <class MutableBufferSequence, class CompletionToken>
    auto async_read_some(const MutableBufferSequence& buffers, CompletionToken&& token) {
        const auto attempt = [buffers](detail::network_link& link, error_code& ec) {
            return read(link, buffers, ec);
        };
        return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
            detail::network_transfer(executor_, in_, false, attempt), token, executor_);
    }

    /// Writes from one byte up to all of them. Otherwise like `async_read_some`: it completes when
    /// the window has room for some.
    template <class ConstBufferSequence, class CompletionToken>
    auto async_write_some(const ConstBufferSequence& buffers, CompletionToken&& token) {
        const auto attempt = [buffers](detail::network_link& link, error_code& ec) {
            return write(link, buffers, ec);
        };
        return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
            detail::network_transfer(executor_, out_, true, attempt), token, executor_);
    }

    /// Ends a direction: of sending, the peer reads the end behind the last byte; of receiving,
    /// what the peer writes fails. There is never an error.
    /// @{
    void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) {
        ec = {};
        if (what != boost::asio::socket_base::shutdown_receive)
            out_->end_sending();
        if (what != boost::asio::socket_base::shutdown_send)
            in_->end_receiving();
    }
    void shutdown(boost::asio::socket_base::shutdown_type what) {
        error_code ec;
        shutdown(what, ec);
    }
    /// @}

    /// Ends both directions, orderly. What is outstanding here fails with `operation_aborted`.
    /// There is never an error.
    /// @{
    void close() {
        if (!is_open())
            return;
        out_->close_sender();
        in_->close_receiver();
        open_ = false;
    }
    void close(error_code& ec) {
        ec = {};
        close();
    }
    /// @}
    /// Whether it is connected, and was not closed here.
    bool is_open() const noexcept { return open_ && in_ != nullptr; }

    /// Resets the connection: operations at both ends fail, and what is under way is lost.
    void reset() { out_->reset(); }

    /// Beast's ways to end a stream.
    /// @{
    friend void beast_close_socket(network_stream& stream) { stream.close(); }
    friend void teardown(boost::beast::role_type, network_stream& stream, error_code& ec) {
        stream.shutdown(boost::asio::socket_base::shutdown_both, ec);
    }
    template <class TeardownHandler>
    friend void async_teardown(boost::beast::role_type, network_stream& stream,
                               TeardownHandler&& handler) {
        stream.shutdown(boost::asio::socket_base::shutdown_both);
        boost::asio::post(
            stream.get_executor(),
            boost::asio::append(std::forward<TeardownHandler>(handler), error_code()));
    }
    /// @}

private:
    friend class network_socket;

    template <class Buffers>
    static std::size_t read(detail::network_link& link, const Buffers& buffers, error_code& ec) {
        const std::size_t n = link.available(boost::asio::buffer_size(buffers), ec);
        boost::asio::buffer_copy(buffers, boost::asio::buffer(link.data(), n));
        if (n != 0)
            link.take(n);
        else if (!ec && boost::asio::buffer_size(buffers) != 0)
            ec = boost::asio::error::would_block;
        return n;
    }
    template <class Buffers>
    static std::size_t write(detail::network_link& link, const Buffers& buffers, error_code& ec) {
        const std::size_t n = link.room(boost::asio::buffer_size(buffers), ec);
        std::string bytes(n, '\0');
        boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers);
        if (n != 0)
            link.send(std::move(bytes));
        else if (!ec && boost::asio::buffer_size(buffers) != 0)
            ec = boost::asio::error::would_block;
        return n;
    }

    executor_type executor_;
    std::shared_ptr<detail::network_link> in_, out_;
    bool open_ = true;
};

/// The same with the face of a socket: it can be tried, and waited for without a buffer.
///
/// *Outstanding*, *errors*, *cancellation*, *lifetimes* and *thread safety.* As of
/// `network_stream`.
///
/// \snippet test/doc/reference_test.cpp network
class network_socket : public network_stream {
public:
    using network_stream::network_stream;
    /// What to wait for.
    enum wait_type {
        wait_read, ///< bytes, or the end
        wait_write ///< room
    };

    /// Nothing ever blocks.
    void non_blocking(bool, error_code& ec) { ec = {}; }

    /// What can be moved at once; `would_block` if nothing can, and sometimes where something can.
    /// @{
    template <class MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) {
        return would_block(ec) ? 0 : read(*in_, buffers, ec);
    }
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
        return would_block(ec) ? 0 : write(*out_, buffers, ec);
    }
    /// @}

    /// *Completes when* a read, or a write, need not wait. *Completion signature.*
    /// `void(error_code)`. The rest is said of the class.
    template <class CompletionToken>
    auto async_wait(wait_type what, CompletionToken&& token) {
        const bool sends = what == wait_write;
        return boost::asio::async_compose<CompletionToken, void(error_code)>(
            detail::network_wait(executor_, sends ? out_ : in_, sends), token, executor_);
    }

private:
    bool would_block(error_code& ec) {
        auto& network = in_->network();
        const bool blocks = network.random.one_in(network.options.would_block_one_in);
        ec = blocks ? error_code(boost::asio::error::would_block) : error_code();
        return blocks;
    }
};

} // namespace sluice::testing
