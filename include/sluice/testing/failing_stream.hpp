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
/// *Cancellation* and *thread safety.* As of the stream within.
///
/// *Lifetimes.* The fail point stays.
template <class Stream>
class failing_stream {
public:
    using executor_type = typename Stream::executor_type;
    using next_layer_type = Stream;

    failing_stream(Stream next, fail_point& point) : next_(std::move(next)), point_(&point) {}

    executor_type get_executor() noexcept { return next_.get_executor(); }
    Stream& next_layer() noexcept { return next_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return start<void(error_code, std::size_t)>(token, [this, buffers](auto&& self) {
            next_.async_read_some(buffers, std::move(self));
        });
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return start<void(error_code, std::size_t)>(token, [this, buffers](auto&& self) {
            next_.async_write_some(buffers, std::move(self));
        });
    }

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& ec) requires requires(Stream& next) {
        next.read_some(buffers, ec);
    }
    {
        ec = point_->error();
        return ec ? 0 : next_.read_some(buffers, ec);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& ec) requires requires(Stream& next) {
        next.write_some(buffers, ec);
    }
    {
        ec = point_->error();
        return ec ? 0 : next_.write_some(buffers, ec);
    }
    void non_blocking(bool mode, error_code& ec) requires requires(Stream& next) {
        next.non_blocking(mode, ec);
    }
    {
        ec = point_->error();
        if (!ec)
            next_.non_blocking(mode, ec);
    }

    static constexpr int wait_read = 0, wait_write = 1;
    template <class Token>
    requires requires { Stream::wait_read; }
    auto async_wait(int what, Token&& token) {
        return start<void(error_code)>(token, [this, what](auto&& self) {
            next_.async_wait(what == wait_read ? Stream::wait_read : Stream::wait_write,
                             std::move(self));
        });
    }

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
                Next(next)(std::move(self));
            },
            token, next_);
    }

    Stream next_;
    fail_point* point_;
};

} // namespace sluice::testing
