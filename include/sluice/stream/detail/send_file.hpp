// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/descriptor_stream.hpp>
#include <sluice/stream/detail/file_service.hpp>
#include <sluice/stream/detail/file_transfer.hpp>
#include <sluice/stream/detail/pump_count.hpp>
#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/pump_options.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/bind_executor.hpp>
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

// Moves a file to a socket or pipe inside the system, as a composed operation. The threads of the
// files do it, as they may have to wait for the device; with a duplicate of the sink's descriptor,
// whose number may otherwise become somebody else's meanwhile. `Copy` moves the bytes when the
// system does not: `copy(from, to, options, moved, handler)`.
template <class File, class Stream, class Copy>
class send_file {
public:
    send_file(File& from, Stream& to, const pump_options& options, std::uint64_t* moved)
        : from_(from)
        , to_(to)
        , options_(options)
        , moved_(moved)
        , sink_(std::make_unique<descriptor_waiter<Stream>>(to))
        , count_(options.byte_limit, moved) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        error_code ec = sink_->prepare();
        if (!ec)
            duplicate_ = duplicate_descriptor(to_.native_handle(), ec);
        if (!ec)
            return send(self);
        const auto executor = from_.get_executor();
        boost::asio::post(executor, boost::asio::append(std::move(self), ec, std::uint64_t(0)));
    }

    // The system has sent so much, until it would have to wait.
    template <class Self>
    void operator()(Self& self, file_transfer sent) {
        from_.seek(from_.position() + sent.size, from_.limit() - sent.size);
        count_.add(sent.size);
        if (sent.state == file_transfer::is_unsupported && count_.total() == 0)
            return Copy()(from_, to_, options_, moved_, std::move(self));
        if (sent.ec)
            return self.complete(sent.ec, count_.total());
        if (self.cancelled() != boost::asio::cancellation_type::none)
            return self.complete(boost::asio::error::operation_aborted, count_.total());
        if (sent.state == file_transfer::at_end || count_.is_over() || from_.limit() == 0)
            return end(self);
        if (sent.state == file_transfer::would_block)
            return sink_->wait_to_write(std::move(self));
        send(self);
    }

    // The sink can take more.
    template <class Self>
    void operator()(Self& self, error_code ec) {
        if (ec)
            return self.complete(ec, count_.total());
        send(self);
    }

    template <class Self>
    void operator()(Self& self, error_code ec, std::uint64_t copied) {
        self.complete(ec, copied);
    }

private:
    template <class Self>
    void send(Self& self) {
        const auto executor = from_.get_executor();
        auto& context = boost::asio::query(executor, boost::asio::execution::context);
        const auto threads = boost::asio::use_service<file_service>(context).get_executor();
        const std::uint64_t most = std::min(from_.limit(), options_.byte_limit - count_.total());
        boost::asio::post(boost::asio::bind_executor(
            threads, [executor, file = from_.native_handle(), position = from_.position(),
                      sink = duplicate_.descriptor(), most, moved = std::move(self)]() mutable {
                const file_transfer sent = send_part_of_file(file, position, sink, most);
                boost::asio::post(executor, boost::asio::append(std::move(moved), sent));
            }));
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
    std::unique_ptr<descriptor_waiter<Stream>> sink_;
    native_file duplicate_;
    pump_count count_;
};

} // namespace detail

} // namespace sluice
