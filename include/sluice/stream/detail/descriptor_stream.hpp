// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/system_call.hpp>

#include <boost/asio/detail/config.hpp>

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR
#    include <boost/asio/buffer.hpp>
#    include <boost/asio/posix/basic_stream_descriptor.hpp>

#    include <fcntl.h>
#endif

namespace boost::asio {

template <class, class>
class basic_stream_socket;
template <class>
class basic_readable_pipe;
template <class>
class basic_writable_pipe;

} // namespace boost::asio

namespace sluice::detail {

// Asio's own streams on a descriptor of the system. Nobody's that derive from them: those may mean
// to see the bytes.
template <class Stream>
inline constexpr bool is_socket_stream = false;
template <class Protocol, class Executor>
inline constexpr bool is_socket_stream<boost::asio::basic_stream_socket<Protocol, Executor>> = true;

template <class Stream>
inline constexpr bool is_pipe_end = false;
template <class Executor>
inline constexpr bool is_pipe_end<boost::asio::basic_readable_pipe<Executor>> = true;
template <class Executor>
inline constexpr bool is_pipe_end<boost::asio::basic_writable_pipe<Executor>> = true;

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR

template <class Stream>
inline constexpr bool is_descriptor_stream = is_socket_stream<Stream> || is_pipe_end<Stream>;
template <class Executor>
inline constexpr bool is_descriptor_stream<boost::asio::posix::basic_stream_descriptor<Executor>> =
    true;

// Waits for a stream on a descriptor. The ends of Asio's pipes have no `async_wait`, but take an
// operation on no bytes for one: then the handler is also told a number of bytes.
template <class Stream>
class descriptor_waiter {
public:
    explicit descriptor_waiter(Stream& stream) noexcept : stream_(stream) {}

    error_code prepare() {
        error_code ec;
        stream_.non_blocking(true, ec);
        return ec;
    }
    template <class Handler>
    void wait_to_read(Handler&& handler) {
        stream_.async_wait(Stream::wait_read, std::forward<Handler>(handler));
    }
    template <class Handler>
    void wait_to_write(Handler&& handler) {
        stream_.async_wait(Stream::wait_write, std::forward<Handler>(handler));
    }

private:
    Stream& stream_;
};

template <class Stream>
requires is_pipe_end<Stream>
class descriptor_waiter<Stream> {
public:
    explicit descriptor_waiter(Stream& stream) noexcept : stream_(stream) {}

    error_code prepare() {
        const int flags = ::fcntl(stream_.native_handle(), F_GETFL);
        if (flags < 0 || ::fcntl(stream_.native_handle(), F_SETFL, flags | O_NONBLOCK) < 0)
            return last_error();
        return {};
    }
    template <class Handler>
    void wait_to_read(Handler&& handler) {
        stream_.async_read_some(boost::asio::null_buffers(), std::forward<Handler>(handler));
    }
    template <class Handler>
    void wait_to_write(Handler&& handler) {
        stream_.async_write_some(boost::asio::null_buffers(), std::forward<Handler>(handler));
    }

private:
    Stream& stream_;
};

#else

template <class Stream>
inline constexpr bool is_descriptor_stream = false;

template <class Stream>
class descriptor_waiter; // named where it is not used

#endif

} // namespace sluice::detail
