// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/read_result.hpp>
#include <sluice/stream/detail/pump_count.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>

namespace sluice::detail {

// Writes what a reader shows to a stream, as a composed operation. What was written is consumed at
// once, so that whatever ends the operation, the reader stands behind the last written byte.
template <class Reader, class Stream>
class pump_to_stream {
public:
    pump_to_stream(Reader& from, Stream& to, const pump_options& options,
                   std::uint64_t* moved = nullptr) noexcept
        : from_(from)
        , to_(to)
        , complete_sink_(options.complete_sink)
        , count_(options.byte_limit, moved) {}

    template <class Self>
    void operator()(Self& self) {
        if (ended_)
            return self.complete(result_, count_.total());
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if constexpr (waitable_stream<Stream>) {
            error_code ec;
            to_.non_blocking(true, ec);
            if (ec)
                return give_up(self, ec);
        }
        go_on(self);
    }

    // After a read.
    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& delivered) {
        suspended_ = true;
        if (see(self, ec, delivered))
            go_on(self);
    }

    // After a wait for the stream, or the end of its sending direction.
    template <class Self>
    void operator()(Self& self, error_code ec) {
        suspended_ = true;
        if (ending_)
            return self.complete(ec, count_.total());
        if (ec)
            return give_up(self, ec);
        go_on(self);
    }

    // After a write.
    template <class Self>
    void operator()(Self& self, error_code ec, std::size_t n) {
        suspended_ = true;
        written(n);
        if (ec)
            return give_up(self, ec);
        go_on(self);
    }

private:
    static constexpr unsigned max_writes_in_a_row = 16;

    template <class Self>
    void go_on(Self& self) {
        for (unsigned i = 0;; ++i) {
            if (self.cancelled() != boost::asio::cancellation_type::none)
                return give_up(self, boost::asio::error::operation_aborted);
            if (count_.is_over())
                return end(self, {}, false);
            if (shown_.empty()) {
                if constexpr (waitable_stream<Stream>) // others may want the thread, too
                    if (i >= max_writes_in_a_row)
                        return to_.async_wait(Stream::wait_write, std::move(self));
                const result<read_result> read = from_.try_read();
                if (read.has_error() && (is_would_block(read.error()) || from_.buffered() != 0))
                    return from_.async_read_at_least(1, std::move(self)); // also what was examined
                if (!see(self, read.has_error() ? read.error() : error_code(),
                         read.has_error() ? read_result() : *read))
                    return;
            }
            if (!write(self))
                return;
        }
    }

    // False when the operation went on elsewhere.
    template <class Self>
    bool write(Self& self) {
        const readable_buffer shown = shown_.slice(0, count_.part_of(shown_.size()));
        if constexpr (waitable_stream<Stream>) {
            error_code ec;
            const std::size_t n = shown.is_contiguous() // one buffer takes a cheaper system call
                                      ? to_.write_some(shown.front(), ec)
                                      : to_.write_some(shown, ec);
            written(n);
            if (ec && !is_would_block(ec)) {
                give_up(self, ec);
                return false;
            }
            if (n == shown.size() || self.cancelled() != boost::asio::cancellation_type::none)
                return true;
            to_.async_wait(Stream::wait_write, std::move(self));
        } else {
            to_.async_write_some(shown, std::move(self));
        }
        return false;
    }

    // False when there is nothing to write.
    template <class Self>
    bool see(Self& self, error_code ec, const read_result& delivered) {
        shown_ = delivered.buffer;
        if (!ec && !delivered.cancelled && !shown_.empty())
            return true;
        if (ec == boost::asio::error::eof)
            ec = {};
        else if (delivered.cancelled)
            ec = boost::asio::error::operation_aborted;
        if (!ec || delivered.cancelled)
            written(0);
        end(self, ec, false);
        return false;
    }

    void written(std::size_t n) {
        count_.add(n);
        from_.consume(n);
        shown_ = {};
    }

    template <class Self>
    void give_up(Self& self, error_code ec) {
        end(self, ec, ec != boost::asio::error::operation_aborted);
    }

    template <class Self>
    void end(Self& self, error_code ec, bool of_sink) {
        if (!shown_.empty())
            written(0);
        if (of_sink)
            from_.complete(ec);
        else if (!ec && complete_sink_ && !shut_down_sending(self, ec))
            return;
        if (suspended_)
            return self.complete(ec, count_.total());
        ended_ = true;
        result_ = ec;
        boost::asio::post(to_.get_executor(), std::move(self));
    }

    // False when the operation went on elsewhere.
    template <class Self>
    bool shut_down_sending([[maybe_unused]] Self& self, [[maybe_unused]] error_code& ec) {
        if constexpr (async_half_closable<Stream>) {
            ending_ = true;
            to_.async_shutdown_send(std::move(self));
            return false;
        } else if constexpr (half_closable<Stream>) {
            to_.shutdown(boost::asio::socket_base::shutdown_send, ec);
            if (ec == boost::asio::error::not_connected) // the peer was quicker
                ec = {};
        }
        return true;
    }

    Reader& from_;
    Stream& to_;
    const bool complete_sink_;
    readable_buffer shown_; // delivered and not yet written
    pump_count count_;
    error_code result_;
    bool suspended_ = false; // no longer inside the initiating function
    bool ending_ = false;    // the stream's sending direction
    bool ended_ = false;
};

} // namespace sluice::detail
