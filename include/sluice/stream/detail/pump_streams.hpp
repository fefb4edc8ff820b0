// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/detail/joint_operation.hpp>
#include <sluice/stream/detail/pump_from_stream.hpp>
#include <sluice/stream/detail/pump_to_stream.hpp>
#include <sluice/stream/detail/send_file.hpp>
#include <sluice/stream/detail/splice_streams.hpp>
#include <sluice/stream/detail/watched_pump.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/compose.hpp>

namespace sluice::detail {

// Stream to stream: a pipe, and a pump at either end of it, so that one reads while the other
// writes. Cancelled, it reads no more, and writes what it has read; a terminal cancellation does
// not wait for that.
template <class From, class To, class Associates>
class pump_streams : public joint_operation<pump_streams<From, To, Associates>,
                                            typename From::executor_type, Associates> {
    using io_executor = typename From::executor_type;
    using joint = joint_operation<pump_streams, io_executor, Associates>;
    friend joint;
    using branch = typename joint::branch;

    pump_streams(const typename joint::foundation& base, From& from, To& to,
                 const pump_options& options, std::uint64_t* moved)
        : joint(base)
        , from_(from)
        , to_(to)
        , options_(options)
        , moved_(moved != nullptr ? *moved : own_moved_)
        , between_(from.get_executor()) {}
    ~pump_streams() = default;

    void begin() {
        if (stopped_)
            return;
        begun_ = true;
        pump_options filling;
        filling.complete_sink = false; // `filled` does it
        filling.max_read_size = options_.max_read_size;
        filling.byte_limit = options_.byte_limit;
        branch to_sink(&pump_streams::emptied, this, sink_.slot());
        branch from_source(&pump_streams::filled, this, source_.slot());
        run(pump_from_stream(from_, between_.writer, filling), from_, std::move(from_source));
        run(pump_to_stream(between_.reader, to_, options_, &moved_), to_, std::move(to_sink));
    }

    template <class Pump, class Stream>
    static void run(Pump pump, Stream& stream, branch done) {
        boost::asio::async_compose<branch, void(error_code, std::uint64_t)>(std::move(pump), done,
                                                                            stream);
    }

    void cancel(boost::asio::cancellation_type type) {
        if (!begun_ && !stopped_) // otherwise the pumps say whether it ended anything
            stopped_ = boost::asio::error::operation_aborted;
        source_.emit(boost::asio::cancellation_type::terminal);
        if ((type & boost::asio::cancellation_type::terminal) !=
            boost::asio::cancellation_type::none)
            sink_.emit(boost::asio::cancellation_type::terminal);
    }

    void fail(error_code ec) override {
        if (!stopped_)
            stopped_ = ec;
        cancel(boost::asio::cancellation_type::terminal);
    }

    void filled(error_code ec, std::uint64_t) {
        filling_ = false;
        between_.writer.complete(ec);
    }

    void emptied(error_code ec, std::uint64_t) {
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
    std::uint64_t own_moved_ = 0;
    std::uint64_t& moved_;
    basic_pipe<io_executor> between_;
    boost::asio::cancellation_signal source_, sink_;
    error_code error_, stopped_;
    bool begun_ = false;
    bool filling_ = true;
};

// Where the system moves the bytes.
struct spliced_pump {
    bool complete_sink;
    std::uint64_t* shown;

    error_code source_ended(error_code ec) const noexcept { return ec; }
    bool completes_sink() const noexcept { return complete_sink; }
    void moved(std::uint64_t, std::uint64_t given) const noexcept {
        if (shown != nullptr)
            *shown = given;
    }
};

struct copy_streams {
    template <class From, class To, class Handler>
    void operator()(From& from, To& to, const pump_options& options, std::uint64_t* moved,
                    Handler handler) const {
        using own = associates_of<Handler, typename From::executor_type>;
        pump_streams<From, To, own>::start(std::move(handler), from.get_executor(), from, to,
                                           options, moved);
    }
};

template <class From, class To>
struct start_pump_streams {
    using executor_type = typename From::executor_type;
    using clock_type = stream_clock_t<From>;
    executor_type get_executor() const noexcept { return from->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, const pump_options& options) const {
        using decayed = std::decay_t<Handler>;
        if (is_watched(options))
            watched_pump<start_pump_streams, associates_of<decayed, executor_type>>::start(
                decayed(std::forward<Handler>(handler)), get_executor(), *this, options);
        else
            run(options, nullptr, decayed(std::forward<Handler>(handler)));
    }

    template <class Handler>
    void run(const pump_options& options, std::uint64_t* moved, Handler handler) const {
        if constexpr (veiled_stream<From>)
            from->visit([&]<class Stream>(Stream& seen) {
                start_pump_streams<Stream, To>{&seen, to}.run(options, moved, std::move(handler));
            });
        else if constexpr (veiled_stream<To>)
            to->visit([&]<class Stream>(Stream& seen) {
                start_pump_streams<From, Stream>{from, &seen}.run(options, moved,
                                                                  std::move(handler));
            });
        else
            start(options, moved, std::move(handler));
    }

    From* from;
    To* to;

private:
    template <class Handler>
    void start(const pump_options& options, std::uint64_t* moved, Handler handler) const {
        if constexpr (is_spliceable<From, To>)
            if (options.system_copy && can_splice(*from, *to))
                return start_splice(std::move(handler), *from, *to,
                                    spliced_pump{options.complete_sink, moved}, options.byte_limit);
        if constexpr (is_sendable<From, To>)
            if (options.system_copy && splice_path::may_end_at(to->native_handle()))
                return boost::asio::async_compose<Handler, void(error_code, std::uint64_t)>(
                    send_file<From, To, copy_streams>(*from, *to, options, moved), handler, *from);
        copy_streams()(*from, *to, options, moved, std::move(handler));
    }
};

} // namespace sluice::detail
