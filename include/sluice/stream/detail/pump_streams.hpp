// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/pump_from_stream.hpp>
#include <sluice/stream/detail/pump_to_stream.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/compose.hpp>

namespace sluice::detail {

// Stream to stream: a pipe, and a pump at either end of it, so that one reads while the other
// writes. Cancelled, it reads no more, and writes what it has read; a terminal cancellation does
// not wait for that.
template <class From, class To, class Handler>
class pump_streams : public joint_operation<pump_streams<From, To, Handler>, Handler,
                                            typename From::executor_type> {
    using io_executor = typename From::executor_type;
    using joint = joint_operation<pump_streams, Handler, io_executor>;
    friend joint;
    template <auto Next>
    using branch = typename joint::template branch<Next>;

    pump_streams(Handler&& handler, From& from, To& to, const pump_options& options)
        : joint(std::move(handler), from.get_executor())
        , from_(from)
        , to_(to)
        , options_(options)
        , between_(from.get_executor()) {}
    ~pump_streams() = default;

    void begin() {
        if (stopped_)
            return;
        pump_options filling = options_;
        filling.complete_sink = true;
        branch<&pump_streams::emptied> to_sink(this, sink_.slot());
        branch<&pump_streams::filled> from_source(this, source_.slot());
        run(pump_from_stream(from_, between_.writer, filling), from_, std::move(from_source));
        run(pump_to_stream(between_.reader, to_, options_), to_, std::move(to_sink));
    }

    template <class Pump, class Stream, class Branch>
    static void run(Pump pump, Stream& stream, Branch branch) {
        boost::asio::async_compose<Branch, void(error_code, std::uint64_t)>(std::move(pump), branch,
                                                                            stream);
    }

    void cancel(boost::asio::cancellation_type type) {
        stopped_ = boost::asio::error::operation_aborted;
        source_.emit(boost::asio::cancellation_type::terminal);
        if ((type & boost::asio::cancellation_type::terminal) !=
            boost::asio::cancellation_type::none)
            sink_.emit(boost::asio::cancellation_type::terminal);
    }

    void fail(error_code ec) {
        cancel(boost::asio::cancellation_type::terminal);
        stopped_ = ec;
    }

    void filled(error_code ec, std::uint64_t) {
        filling_ = false;
        if (ec == boost::asio::error::operation_aborted) // else the pump has completed it
            between_.writer.complete(ec);
    }

    void emptied(error_code ec, std::uint64_t n) {
        moved_ = n;
        error_ = ec;
        if (filling_) // the sink failed
            source_.emit(boost::asio::cancellation_type::terminal);
    }

    std::tuple<error_code, std::uint64_t> outcome() const {
        return {stopped_ ? stopped_ : error_, moved_};
    }

    From& from_;
    To& to_;
    const pump_options options_;
    basic_pipe<io_executor> between_;
    boost::asio::cancellation_signal source_, sink_;
    error_code error_, stopped_;
    std::uint64_t moved_ = 0;
    bool filling_ = true;
};

template <class From, class To>
struct start_pump_streams {
    using executor_type = typename From::executor_type;
    executor_type get_executor() const noexcept { return from->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, const pump_options& options) const {
        pump_streams<From, To, std::decay_t<Handler>>::start(
            std::decay_t<Handler>(std::forward<Handler>(handler)), *from, *to, options);
    }

    From* from;
    To* to;
};

} // namespace sluice::detail
