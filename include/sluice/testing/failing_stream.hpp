// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/fail_point.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace sluice::testing {

/// A stream around another one, of which each call is a point that may fail: then nothing is moved,
/// and the call fails with the error of the point. It has the face of the stream within: what that
/// can be asked for (`read_some`, `async_wait`, `shutdown`), this can.
///
/// *Errors.* That of the point; those of the stream within.
///
/// *Outstanding.* As with the stream within.
///
/// *Cancellation.* As with the stream within. What fails at the point fails with its error.
///
/// *Lifetimes.* The fail point stays. It may be moved while nothing is outstanding. Buffers stay
/// valid until an operation completes.
///
/// *Thread safety.* As of the stream within.
///
/// \snippet test/doc/testing_test.cpp failing_stream
template <class Stream>
class failing_stream {
public:
    using executor_type = typename Stream::executor_type; ///< that of the stream within
    using next_layer_type = Stream;                       ///< what is within

    /// Takes over a stream.
    failing_stream(Stream next, fail_point& point) : next_(std::move(next)), point_(&point) {}

    /// The executor of the stream within.
    executor_type get_executor() noexcept { return next_.get_executor(); }
    /// The stream within.
    Stream& next_layer() noexcept { return next_; }

    /// Reads, or fails.
    ///
    /// *Completes when* the read of the stream within does; at once if it fails.
    ///
    /// *Completion signature.* `void(error_code, std::size_t)`
    template <class MutableBufferSequence, class CompletionToken>
    auto async_read_some(const MutableBufferSequence& buffers, CompletionToken&& token) {
        return start<void(error_code, std::size_t)>(token, [this, buffers](auto&& self) {
            next_.async_read_some(buffers, std::move(self));
        });
    }
    /// Writes, or fails.
    ///
    /// *Completes when* the write of the stream within does; at once if it fails.
    ///
    /// *Completion signature.* `void(error_code, std::size_t)`
    template <class ConstBufferSequence, class CompletionToken>
    auto async_write_some(const ConstBufferSequence& buffers, CompletionToken&& token) {
        return start<void(error_code, std::size_t)>(token, [this, buffers](auto&& self) {
            next_.async_write_some(buffers, std::move(self));
        });
    }

    /// Reads what is there, or fails.
    template <class MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) requires
        requires(Stream& next) {
        next.read_some(buffers, ec);
    }
    {
        ec = point_->error();
        return ec ? 0 : next_.read_some(buffers, ec);
    }
    /// Writes as much as it can at once, or fails.
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) requires
        requires(Stream& next) {
        next.write_some(buffers, ec);
    }
    {
        ec = point_->error();
        return ec ? 0 : next_.write_some(buffers, ec);
    }
    /// Sets the mode, or fails.
    void non_blocking(bool mode, error_code& ec) requires requires(Stream& next) {
        next.non_blocking(mode, ec);
    }
    {
        ec = point_->error();
        if (!ec)
            next_.non_blocking(mode, ec);
    }

    /// What `async_wait` waits for.
    enum wait_type {
        wait_read, ///< until a read need not wait
        wait_write ///< until a write need not wait
    };
    /// Waits, or fails.
    ///
    /// *Completes when* the wait of the stream within does; at once if it fails.
    ///
    /// *Completion signature.* `void(error_code)`
    template <class CompletionToken>
    requires requires { Stream::wait_read; }
    auto async_wait(wait_type what, CompletionToken&& token) {
        return start<void(error_code)>(token, [this, what](auto&& self) {
            next_.async_wait(what == wait_read ? Stream::wait_read : Stream::wait_write,
                             std::move(self));
        });
    }

    /// Ends a direction, or fails.
    void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) requires
        requires(Stream& next) {
        next.shutdown(what, ec);
    }
    {
        ec = point_->error();
        if (!ec)
            next_.shutdown(what, ec);
    }

private:
    // The point, and then the operation of the stream within.
    template <class Signature, class Token, class Next>
    auto start(Token& token, Next next) {
        enum class state { initial, failed, begun };
        return boost::asio::async_compose<Token, Signature>(
            [this, next, at = state::initial, ec = error_code()]<class... Size>(
                auto& self, error_code result = {}, Size... size) mutable {
                if constexpr (std::is_same_v<Signature, void(error_code, Size...)>)
                    if (at == state::begun)
                        return self.complete(result, size...);
                if (at == state::failed) {
                    if constexpr (std::is_same_v<Signature, void(error_code)>)
                        return self.complete(ec);
                    else
                        return self.complete(ec, 0);
                }
                ec = point_->error();
                at = ec ? state::failed : state::begun;
                if (ec) {
                    const executor_type executor = next_.get_executor();
                    return boost::asio::post(executor, std::move(self));
                }
                self.reset_cancellation_state(boost::asio::enable_total_cancellation());
                Next begin = next;
                begin(std::move(self));
            },
            token, next_);
    }

    Stream next_;
    fail_point* point_;
};

} // namespace sluice::testing
