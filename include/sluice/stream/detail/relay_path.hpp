// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/relay_options.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sluice::detail {

// One direction of a relay: what is done, and how far it is.
template <class Executor, class Clock>
struct relay_path {
    using clock = Clock;

    bool over() const noexcept { return !filling && !emptying; }
    // The last bytes of the source are on their way.
    bool draining() const noexcept { return !filling && emptying; }

    void stop_reading() {
        stopped = true;
        if (pipe)
            source.emit(boost::asio::cancellation_type::terminal);
        else
            sink.emit(boost::asio::cancellation_type::partial);
    }
    void stop() {
        stop_reading();
        sink.emit(boost::asio::cancellation_type::terminal);
    }

    void look(typename clock::time_point now) noexcept {
        if (pipe)
            taken = pipe->stats().bytes_in;
        if (taken + given != seen) {
            seen = taken + given;
            moved_at = now;
        }
        result.bytes = given;
    }

    std::optional<basic_pipe<Executor>> pipe; // none: the system moves the bytes
    boost::asio::cancellation_signal source, sink;
    relay_direction result;
    bool filling = true, emptying = true;
    bool stopped = false; // by the relay, not by a stream
    error_code sink_error;

    std::uint64_t taken = 0; // as of when it was last looked at, unless by the system
    std::uint64_t given = 0;
    std::uint64_t seen = 0; // how much had moved when it was last looked at
    typename clock::time_point moved_at = clock::now();
    typename clock::time_point ended_at{}; // the source, or all of it
};

} // namespace sluice::detail
