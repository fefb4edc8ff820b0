// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/mutable_segments.hpp>
#include <sluice/stream/detail/pump_count.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>

namespace sluice::detail {

// Reads a stream into a writer, as a composed operation.
template <class Stream, class Writer>
class pump_from_stream {
public:
    pump_from_stream(Stream& from, Writer& to, const pump_options& options,
                     std::uint64_t* moved = nullptr) noexcept
        : from_(from)
        , to_(to)
        , complete_sink_(options.complete_sink)
        , max_read_size_(options.max_read_size)
        , read_size_(std::min(options.max_read_size, first_read_size))
        , count_(options.byte_limit, moved) {}

    template <class Self>
    void operator()(Self& self) {
        if (ended_)
            return self.complete(result_, count_.total());
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if constexpr (waitable_stream<Stream>) {
            error_code ec;
            from_.non_blocking(true, ec);
            if (ec)
                return end(self, ec, ec != boost::asio::error::operation_aborted);
        }
        if (count_.is_over())
            return end(self, {}, true);
        read(self);
    }

    // After a wait for the stream, or for the reader behind the writer.
    template <class Self>
    void operator()(Self& self, error_code ec) {
        suspended_ = true;
        if (flushing_) {
            flushing_ = false;
            if (ec)
                return end(self, ec, false);
        } else if (ec) {
            return end(self, ec, ec != boost::asio::error::operation_aborted);
        }
        if (self.cancelled() != boost::asio::cancellation_type::none)
            return end(self, boost::asio::error::operation_aborted, false);
        read(self);
    }

    // After a read that may have waited with its buffers.
    template <class Self>
    void operator()(Self& self, error_code ec, std::size_t n) {
        suspended_ = true;
        if (take(self, ec, n))
            read(self);
    }

private:
    static constexpr std::size_t first_read_size = 16 * 1024;
    static constexpr unsigned max_reads_in_a_row = 16;

    template <class Self>
    void read(Self& self) {
        if constexpr (waitable_stream<Stream>) {
            if (try_reads(self))
                from_.async_wait(Stream::wait_read, std::move(self));
        } else {
            if (const auto buffers = prepare(self))
                from_.async_read_some(*buffers, std::move(self));
        }
    }

    // Reads what is there: then it is to wait without a buffer. False when the operation went on
    // elsewhere.
    template <class Self>
    bool try_reads(Self& self) {
        for (unsigned i = 0; i != max_reads_in_a_row; ++i) {
            const auto buffers = prepare(self);
            if (!buffers)
                return false;
            error_code ec;
            const std::size_t n = buffers->count() == 1 // one buffer takes a cheaper system call
                                      ? from_.read_some(*buffers->begin(), ec)
                                      : from_.read_some(*buffers, ec);
            if (is_would_block(ec)) {
                (void)to_.try_flush(); // gives the memory back
                break;
            }
            const bool exhausted = n < buffers->size();
            if (!take(self, ec, n))
                return false;
            if (exhausted)
                break;
        }
        return true;
    }

    // Memory to read to; none: the operation has ended.
    template <class Self>
    std::optional<mutable_segments> prepare(Self& self) {
        try {
            return to_.prepare_sequence(count_.part_of(read_size_));
        } catch (const std::bad_alloc&) {
            end(self, make_error_code(boost::system::errc::not_enough_memory), true);
        } catch (const boost::system::system_error& error) {
            end(self, error.code(), false);
        }
        return std::nullopt;
    }

    // False when the operation went on elsewhere.
    template <class Self>
    bool take(Self& self, error_code ec, std::size_t n) {
        count_.add(n);
        to_.commit(n);
        const result<void> flushed = to_.try_flush();
        if (ec) {
            end(self, ec, ec != boost::asio::error::operation_aborted);
            return false;
        }
        adapt(n);
        if (flushed.has_error() && !is_would_block(flushed.error())) {
            end(self, flushed.error(), false);
            return false;
        }
        if (self.cancelled() != boost::asio::cancellation_type::none) { // perhaps by the reader
            end(self, boost::asio::error::operation_aborted, false);
            return false;
        }
        if (count_.is_over()) {
            end(self, {}, true);
            return false;
        }
        if (flushed.has_value())
            return true;
        flushing_ = true;
        to_.flush(std::move(self));
        return false;
    }

    void adapt(std::size_t n) noexcept {
        if (n >= read_size_)
            read_size_ = std::min(max_read_size_, read_size_ * 2);
        else if (n < read_size_ / 4)
            read_size_ = std::max(read_size_ / 2, std::min(max_read_size_, first_read_size));
    }

    template <class Self>
    void end(Self& self, error_code ec, bool of_source) {
        if (of_source && is_end_of_stream(ec))
            ec = {};
        if (of_source && complete_sink_)
            to_.complete(ec);
        if (suspended_)
            return self.complete(ec, count_.total());
        ended_ = true;
        result_ = ec;
        boost::asio::post(from_.get_executor(), std::move(self));
    }

    Stream& from_;
    Writer& to_;
    const bool complete_sink_;
    const std::size_t max_read_size_;
    std::size_t read_size_;
    pump_count count_;
    error_code result_;
    bool suspended_ = false; // no longer inside the initiating function
    bool flushing_ = false;
    bool ended_ = false;
};

} // namespace sluice::detail
