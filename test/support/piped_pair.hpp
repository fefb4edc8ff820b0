// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/io_context.hpp>

namespace sluice::test {

// The two ends of an in-process stream, which can be tried but not waited for without a buffer.
struct piped_pair {
    std::pair<pipe_stream<>, pipe_stream<>> ends;
    pipe_stream<>&near = ends.first, &far = ends.second;

    explicit piped_pair(boost::asio::io_context& context)
        : ends(make_pipe_streams(boost::asio::any_io_executor(context.get_executor()))) {}
};

// Bytes on their way between sockets may take a moment, even over loopback.
template <class Outcome>
void run_until(boost::asio::io_context& context, const Outcome& outcome) {
    context.restart();
    while (outcome.pending() && context.run_one() != 0)
        ;
    context.restart();
    context.poll();
}

// Ends what a stream of any kind sends.
template <class Stream>
void end_sending(Stream& stream) {
    if constexpr (detail::half_closable<Stream>)
        stream.shutdown(boost::asio::socket_base::shutdown_send);
    else
        stream.close();
}

} // namespace sluice::test
