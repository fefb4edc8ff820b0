// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/descriptor_stream.hpp>
#include <sluice/stream/detail/file_call.hpp>
#include <sluice/stream/detail/file_service.hpp>
#include <sluice/stream/detail/file_transfer.hpp>
#include <sluice/stream/detail/pump_count.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace sluice {

template <class Executor>
class basic_file_stream;

namespace detail {

template <class Stream>
inline constexpr bool is_file_stream = false;
template <class Executor>
inline constexpr bool is_file_stream<basic_file_stream<Executor>> = true;

#if defined(__linux__)
template <class From, class To>
inline constexpr bool is_sendable = is_file_stream<From>&& is_descriptor_stream<To>;
#else
template <class From, class To>
inline constexpr bool is_sendable = false;
#endif

// Moves a file to a socket or pipe inside the system, as a composed operation. The system would
// wait for the device in the middle of it: so first it is seen whether it has the bytes in memory,
// and if not, those who wait for files read one of them. `Copy` moves the bytes when the system
// does not: `copy(from, to, options, moved, handler)`.
template <class File, class Stream, class Copy>
class send_file {
public:
    send_file(File& from, Stream& to, const pump_options& options, std::uint64_t* moved)
        : from_(from)
        , to_(to)
        , options_(options)
        , moved_(moved)
        , sink_(to)
        , probe_(std::make_unique<std::byte>())
        , count_(options.byte_limit, moved) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        const error_code ec = sink_.prepare();
        boost::asio::post(from_.get_executor(), boost::asio::append(std::move(self), ec));
    }

    // It may go on: at first, after a turn, or as a sink can take more that tells no number.
    template <class Self>
    void operator()(Self& self, error_code ec) {
        if (ec)
            return self.complete(ec, count_.total());
        send(self);
    }

    // A byte has been read, and others came along; or the sink can take more; or all was copied.
    template <class Self>
    void operator()(Self& self, error_code ec, std::uint64_t n) {
        if (copying_)
            return self.complete(ec, n);
        if (std::exchange(fetching_, false)) {
            if (ec == boost::asio::error::eof)
                return end(self);
            fetched_ = !ec;
        }
        if (ec)
            return self.complete(ec, count_.total());
        send(self);
    }

private:
    static constexpr std::uint64_t most_of_a_turn = 1 << 20;

    template <class Self>
    void send(Self& self) {
        if (self.cancelled() != boost::asio::cancellation_type::none)
            return self.complete(boost::asio::error::operation_aborted, count_.total());
        std::uint64_t most = std::min<std::uint64_t>(from_.limit(), count_.part_of(most_of_a_turn));
        if (most == 0)
            return end(self);
        const std::uint64_t position = from_.position();
        error_code ec;
        const std::uint64_t size = from_.size(ec);
        if (size > position)
            most = std::min({most, size - position, most_of_a_turn});
        // What was fetched may be gone again, and a file of no size can still be read.
        if (!std::exchange(fetched_, false)) {
            if (!has_in_memory(position))
                return fetch(self, position);
            if (!has_in_memory(position + most - 1))
                return fetch(self, position + most - 1);
        }
        sent(self, send_part_of_file(from_.native_handle(), position, to_.native_handle(), most));
    }

    template <class Self>
    void sent(Self& self, const file_transfer& what) {
        from_.seek(from_.position() + what.size, from_.limit() - what.size);
        count_.add(what.size);
        switch (what.state) {
        case file_transfer::had_enough: // the others may want the thread, too
            return boost::asio::post(from_.get_executor(),
                                     boost::asio::append(std::move(self), error_code()));
        case file_transfer::at_end:
            return end(self);
        case file_transfer::would_block:
            return sink_.wait_to_write(std::move(self));
        case file_transfer::is_unsupported:
            if (count_.total() == 0) {
                copying_ = true;
                return Copy()(from_, to_, options_, moved_, std::move(self));
            }
            [[fallthrough]];
        case file_transfer::failed:
            self.complete(what.ec, count_.total());
        }
    }

    file_pieces probe() const noexcept {
        return file_pieces(boost::asio::mutable_buffer(probe_.get(), 1), 1);
    }
    bool has_in_memory(std::uint64_t position) const noexcept {
        return from_.file_.read_cached(position, probe()) == 1;
    }

    template <class Self>
    void fetch(Self& self, std::uint64_t position) {
        fetching_ = true;
        const auto executor = from_.get_executor();
        auto& service = boost::asio::use_service<file_service>(
            boost::asio::query(executor, boost::asio::execution::context));
        using call = file_call<Self, std::decay_t<decltype(executor)>>;
        const bool is_regular = from_.file_.is_regular();
        const int descriptor = from_.native_handle();
        const file_pieces pieces = probe();
        service.start(call::create(std::move(self), executor, descriptor, file_action::read,
                                   position, pieces),
                      is_regular);
    }

    template <class Self>
    void end(Self& self) {
        error_code ec;
        if constexpr (half_closable<Stream>)
            if (options_.complete_sink) {
                to_.shutdown(boost::asio::socket_base::shutdown_send, ec);
                if (ec == boost::asio::error::not_connected) // the peer was quicker
                    ec = {};
            }
        self.complete(ec, count_.total());
    }

    File& from_;
    Stream& to_;
    pump_options options_;
    std::uint64_t* moved_;
    descriptor_waiter<Stream> sink_;
    std::unique_ptr<std::byte> probe_;
    pump_count count_;
    bool fetching_ = false, fetched_ = false;
    bool copying_ = false;
};

} // namespace detail

} // namespace sluice
