// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include <chrono>
#include <concepts>

namespace sluice::detail {

// Streams that can be tried, and waited for without a buffer: sockets and descriptors.
template <class Stream>
concept waitable_stream = requires(Stream& stream, boost::asio::mutable_buffer in,
                                   boost::asio::const_buffer out, error_code& ec) {
    stream.non_blocking(true, ec);
    { stream.read_some(in, ec) } -> std::convertible_to<std::size_t>;
    { stream.write_some(out, ec) } -> std::convertible_to<std::size_t>;
    stream.async_wait(Stream::wait_read, [](error_code) {});
};

// Streams that can be tried, whether or not they can be waited for without a buffer.
template <class Stream>
concept triable_source = requires(Stream& stream, boost::asio::mutable_buffer in, error_code& ec) {
    stream.non_blocking(true, ec);
    { stream.read_some(in, ec) } -> std::convertible_to<std::size_t>;
};
template <class Stream>
concept triable_sink = requires(Stream& stream, boost::asio::const_buffer out, error_code& ec) {
    stream.non_blocking(true, ec);
    { stream.write_some(out, ec) } -> std::convertible_to<std::size_t>;
};

// Costs a system call only the first time.
template <class Stream>
error_code make_non_blocking(Stream& stream) {
    error_code ec;
    if constexpr (requires { stream.non_blocking() ? 1 : 0; })
        if (stream.non_blocking())
            return ec;
    stream.non_blocking(true, ec);
    return ec;
}

// What a read of a stream at its end fails with. Windows says of pipes that they are broken when
// their writers are gone.
inline bool is_end_of_stream(const error_code& ec) noexcept {
#if defined(_WIN32)
    if (ec == boost::asio::error::broken_pipe)
        return true;
#endif
    return ec == boost::asio::error::eof;
}

// Streams whose sending direction can be ended alone.
template <class Stream>
concept half_closable = requires(Stream& stream, error_code& ec) {
    stream.shutdown(boost::asio::socket_base::shutdown_send, ec);
};

// Streams whose sending direction ends with bytes of their own, which may have to wait: TLS.
template <class Stream>
concept async_half_closable = requires(Stream& stream) {
    stream.async_shutdown_send([](error_code) {});
};

// Streams that can only be ended as a whole, together with the wait for the peer's end:
// `asio::ssl::stream`.
template <class Stream>
concept async_closable = !async_half_closable<Stream> && requires(Stream & stream) {
    stream.async_shutdown([](error_code) {});
};

// Streams that begin with a handshake, as one side or the other: TLS.
template <class Stream>
concept handshaking = requires(Stream& stream, typename Stream::handshake_type type) {
    stream.async_handshake(type, [](error_code) {});
};

// The clock that the limits of time of operations on a stream go by. Those of a simulation have one
// of their own.
template <class Stream>
struct stream_clock {
    using type = std::chrono::steady_clock;
};
template <class Stream>
requires requires {
    typename Stream::clock_type;
}
struct stream_clock<Stream> {
    using type = typename Stream::clock_type;
};
template <class Stream>
using stream_clock_t = typename stream_clock<Stream>::type;

// Streams that stand for another one, of a type that is known at run time.
template <class Stream>
concept veiled_stream = requires(Stream& stream) {
    stream.visit([](auto&) {});
};

// Or a signal came in between: it is tried again.
inline bool is_would_block(const error_code& ec) noexcept {
    return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again ||
           ec == boost::asio::error::interrupted;
}

} // namespace sluice::detail
