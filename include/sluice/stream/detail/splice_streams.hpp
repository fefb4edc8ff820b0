// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/descriptor_stream.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/splice_path.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include <cstdint>
#include <tuple>
#include <utility>

namespace sluice::detail {

// Whether the system may move bytes between streams of these types.
#if defined(__linux__)
template <class From, class To>
inline constexpr bool is_spliceable = is_descriptor_stream<From>&& is_descriptor_stream<To>;
#else
template <class From, class To>
inline constexpr bool is_spliceable = false;
#endif

template <class From, class To>
bool can_splice([[maybe_unused]] From& from, [[maybe_unused]] To& to) noexcept {
    if constexpr (is_spliceable<From, To>)
        return splice_path::may_end_at(from.native_handle()) &&
               splice_path::may_end_at(to.native_handle());
    else
        return false;
}

// Moves bytes from stream to stream inside the system, at most so many. It completes with what
// has reached the sink. Cancelled, it takes no more out of the source, and brings what it has to
// the sink; a terminal cancellation does not wait for that.
//
// `Watcher`, at once called:
//   error_code source_ended(error_code)    no error: it ended orderly; gives what the sink ends
//   with bool completes_sink()                  whether a sink is shut down that ends without error
//   void moved(taken, given)               so many bytes so far
template <class From, class To, class Watcher, class Associates>
class splice_streams : public joint_operation<splice_streams<From, To, Watcher, Associates>,
                                              typename From::executor_type, Associates> {
    using joint = joint_operation<splice_streams, typename From::executor_type, Associates>;
    friend joint;
    using branch = typename joint::branch;

    splice_streams(const typename joint::foundation& base, From& from, To& to,
                   const Watcher& watcher, std::uint64_t limit)
        : joint(base)
        , from_(from)
        , to_(to)
        , source_(from)
        , sink_(to)
        , watcher_(watcher)
        , limit_(limit)
        , path_(from.native_handle(), to.native_handle(),
                boost::asio::use_service<system_pipe_service>(
                    boost::asio::query(from.get_executor(), boost::asio::execution::context))) {}
    ~splice_streams() = default;

    void begin() {
        if (ended_)
            return;
        if (const error_code ec = source_.prepare()) {
            source_ended(ec);
            end(verdict_);
        } else if (const error_code reason = sink_.prepare()) {
            end(reason);
        } else {
            go_on();
        }
    }

    void cancel(boost::asio::cancellation_type type) {
        if ((type & boost::asio::cancellation_type::terminal) !=
            boost::asio::cancellation_type::none)
            return end(boost::asio::error::operation_aborted);
        stopped_ = true;
        reading_.emit(boost::asio::cancellation_type::terminal);
    }
    void fail(error_code ec) override { end(ec); }

    void go_on(error_code = {}, std::uint64_t = 0) {
        if (ended_)
            return;
        const bool takes = !stopped_ && !source_ended_;
        path_.go(from_.native_handle(), to_.native_handle(), takes ? limit_ - path_.taken() : 0);
        watcher_.moved(path_.taken(), path_.given());
        if (ended_) // by whoever watches
            return;
        if (path_.sink_error())
            return end(path_.sink_error());
        if (takes && (path_.source_is_over() || path_.taken() == limit_))
            source_ended(path_.source_error());
        else if (stopped_ && !source_ended_)
            source_ended(boost::asio::error::operation_aborted);
        if (source_ended_ && path_.is_empty())
            return end(verdict_);
        wait();
    }

    void wait() {
        bool waits = false;
        if (path_.waits_for_source() && !source_ended_) {
            waits = true;
            if (!std::exchange(waiting_for_source_, true))
                source_.wait_to_read(
                    branch(&splice_streams::source_is_ready, this, reading_.slot()));
        }
        if (path_.waits_for_sink()) {
            waits = true;
            if (!std::exchange(waiting_for_sink_, true))
                sink_.wait_to_write(branch(&splice_streams::sink_is_ready, this, writing_.slot()));
        }
        if (!waits) // the others may want the thread, too
            boost::asio::post(this->executor(), branch(&splice_streams::go_on, this));
    }

    void source_is_ready(error_code ec, std::uint64_t) {
        waiting_for_source_ = false;
        if (ec && !ended_ && !stopped_ && !source_ended_)
            source_ended(ec);
        go_on();
    }
    void sink_is_ready(error_code ec, std::uint64_t) {
        waiting_for_sink_ = false;
        if (ec)
            return end(ec);
        go_on();
    }

    void source_ended(error_code ec) {
        source_ended_ = true;
        verdict_ = watcher_.source_ended(ec);
    }

    void end(error_code ec) {
        if (std::exchange(ended_, true))
            return;
        result_ = ec;
        reading_.emit(boost::asio::cancellation_type::terminal);
        writing_.emit(boost::asio::cancellation_type::terminal);
        if (ec || !watcher_.completes_sink())
            return;
        if constexpr (half_closable<To>) {
            to_.shutdown(boost::asio::socket_base::shutdown_send, result_);
            if (result_ == boost::asio::error::not_connected) // the peer was quicker
                result_ = {};
        }
    }

    std::tuple<error_code, std::uint64_t> outcome() const { return {result_, path_.given()}; }

    From& from_;
    To& to_;
    descriptor_waiter<From> source_;
    descriptor_waiter<To> sink_;
    Watcher watcher_;
    const std::uint64_t limit_;
    splice_path path_;
    boost::asio::cancellation_signal reading_, writing_;
    error_code verdict_, result_;
    bool waiting_for_source_ = false, waiting_for_sink_ = false;
    bool source_ended_ = false;
    bool stopped_ = false; // takes no more
    bool ended_ = false;
};

template <class Handler, class From, class To, class Watcher>
void start_splice(Handler handler, From& from, To& to, const Watcher& watcher,
                  std::uint64_t limit) {
    using own = associates_of<Handler, typename From::executor_type>;
    splice_streams<From, To, Watcher, own>::start(std::move(handler), from.get_executor(), from, to,
                                                  watcher, limit);
}

} // namespace sluice::detail
