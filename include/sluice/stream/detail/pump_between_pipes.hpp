// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/pipe/detail/try_read_any.hpp>
#include <sluice/pipe/read_result.hpp>
#include <sluice/stream/detail/pump_count.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <new>

namespace sluice::detail {

// Moves what a reader shows into a writer, as a composed operation: segments are shared, not
// copied. What was moved is consumed and committed in one step, so that nothing is ever between.
template <class Reader, class Writer>
class pump_between_pipes {
public:
    pump_between_pipes(Reader& from, Writer& to, const pump_options& options,
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
        if (count_.is_over())
            return (void)source_ended(self, {});
        go_on(self);
    }

    // After a wait for room.
    template <class Self>
    void operator()(Self& self, error_code ec) {
        suspended_ = true;
        if (ec)
            return end(self, ec, ec != boost::asio::error::operation_aborted);
        if (self.cancelled() != boost::asio::cancellation_type::none) // when room was there already
            return end(self, boost::asio::error::operation_aborted, false);
        go_on(self);
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& read) {
        suspended_ = true;
        if (take(self, ec, read))
            go_on(self);
    }

private:
    static constexpr unsigned max_reads_in_a_row = 16;

    template <class Self>
    void go_on(Self& self) {
        for (unsigned i = 0; i != max_reads_in_a_row; ++i) {
            const result<read_result> read = try_read_any(from_);
            if (!read && is_would_block(read.error()))
                break;
            if (!take(self, read ? error_code() : read.error(), read ? *read : read_result()))
                return;
        }
        from_.async_read(std::move(self));
    }

    // False when the operation went on elsewhere.
    template <class Self>
    bool take(Self& self, error_code ec, const read_result& read) {
        if (!ec && read.cancelled)
            ec = boost::asio::error::operation_aborted;
        if (ec)
            return source_ended(self, ec);
        const readable_buffer moved = read.buffer.slice(0, count_.part_of(read.buffer.size()));
        try {
            to_.append(moved.preserve());
        } catch (const std::bad_alloc&) {
            from_.consume(0);
            end(self, make_error_code(boost::system::errc::not_enough_memory), false);
            return false;
        } catch (const boost::system::system_error& error) {
            from_.consume(0);
            end(self, error.code(), true);
            return false;
        }
        count_.add(moved.size());
        from_.consume(moved.size());
        const result<void> flushed = to_.try_flush();
        if (!flushed && !is_would_block(flushed.error())) {
            end(self, flushed.error(), true);
            return false;
        }
        if (count_.is_over() || (read.completed && moved.size() == read.buffer.size()))
            return source_ended(self, {});
        if (self.cancelled() != boost::asio::cancellation_type::none) { // perhaps by the sink
            end(self, boost::asio::error::operation_aborted, false);
            return false;
        }
        if (!flushed)
            to_.flush(std::move(self));
        return flushed.has_value();
    }

    template <class Self>
    bool source_ended(Self& self, error_code ec) {
        if (ec == boost::asio::error::eof)
            ec = {};
        if (ec != boost::asio::error::operation_aborted && complete_sink_)
            to_.complete(ec);
        end(self, ec, false);
        return false;
    }

    template <class Self>
    void end(Self& self, error_code ec, bool of_sink) {
        if (of_sink)
            from_.complete(ec);
        if (suspended_)
            return self.complete(ec, count_.total());
        ended_ = true;
        result_ = ec;
        boost::asio::post(from_.get_executor(), std::move(self));
    }

    Reader& from_;
    Writer& to_;
    const bool complete_sink_;
    pump_count count_;
    error_code result_;
    bool suspended_ = false;
    bool ended_ = false;
};

} // namespace sluice::detail
