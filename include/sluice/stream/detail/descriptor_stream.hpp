// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/system_call.hpp>

#include <boost/asio/detail/config.hpp>

#ifdef BOOST_ASIO_HAS_POSIX_STREAM_DESCRIPTOR
#    include <boost/asio/posix/basic_stream_descriptor.hpp>
#    include <boost/asio/posix/descriptor_base.hpp>

#    include <fcntl.h>
#    include <optional>
#    include <unistd.h>
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

// Waits for a stream on a descriptor. The ends of Asio's pipes have no `async_wait`: of those it
// has a duplicate that does.
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
    using descriptor = boost::asio::posix::basic_stream_descriptor<typename Stream::executor_type>;

public:
    explicit descriptor_waiter(Stream& stream)
        : stream_(stream)
        , duplicate_(stream.get_executor()) {}

    error_code prepare() {
        error_code ec;
        const int copy = ::fcntl(stream_.native_handle(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0)
            return last_error();
        duplicate_.assign(copy, ec);
        if (!ec)
            duplicate_.non_blocking(true, ec);
        return ec;
    }
    template <class Handler>
    void wait_to_read(Handler&& handler) {
        duplicate_.async_wait(descriptor::wait_read, std::forward<Handler>(handler));
    }
    template <class Handler>
    void wait_to_write(Handler&& handler) {
        duplicate_.async_wait(descriptor::wait_write, std::forward<Handler>(handler));
    }

private:
    Stream& stream_;
    descriptor duplicate_;
};

#else

template <class Stream>
inline constexpr bool is_descriptor_stream = false;

template <class Stream>
class descriptor_waiter; // named where it is not used

#endif

} // namespace sluice::detail
