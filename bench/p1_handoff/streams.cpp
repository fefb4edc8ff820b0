// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Streams that lead from one task to another: Beast's, in memory, and two of the kernel's.
#include "p1_handoff/handoff.hpp"

#include <boost/asio/basic_readable_pipe.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_writable_pipe.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/_experimental/test/stream.hpp>

namespace bench {

namespace {

template <class Executor>
struct beast_streams {
    beast_streams(const Executor& consumer, const Executor& producer)
        : from(context_of(producer))
        , to(context_of(consumer)) {
        from.connect(to);
    }
    using token = asio::use_awaitable_t<Executor>; // deferred it does not know
    boost::beast::test::basic_stream<Executor> from, to;

private:
    static asio::io_context& context_of(const Executor& executor) {
        return static_cast<asio::io_context&>(asio::query(executor, asio::execution::context));
    }
};

template <class Executor>
struct kernel_pipe {
    kernel_pipe(const Executor& consumer, const Executor& producer) : to(consumer), from(producer) {
        asio::connect_pipe(to, from);
    }
    using token = asio::deferred_t;
    asio::basic_readable_pipe<Executor> to;
    asio::basic_writable_pipe<Executor> from;
};

template <class Executor>
struct socket_pair {
    socket_pair(const Executor& consumer, const Executor& producer) : from(producer), to(consumer) {
        asio::local::connect_pair(from, to);
    }
    using token = asio::deferred_t;
    asio::basic_stream_socket<asio::local::stream_protocol, Executor> from, to;
};

template <template <class> class Streams, class Executor, threads Threads>
class stream_handoff final : public coroutine_handoff<Executor, Threads> {
public:
    stream_handoff(std::size_t chunk, reactor polled)
        : coroutine_handoff<Executor, Threads>(chunk, polled)
        , streams_(this->executor(side::consumer), this->executor(side::producer))
        , memory_(window) {}

private:
    using token = typename Streams<Executor>::token;

    asio::awaitable<void, Executor> produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i)
            co_await asio::async_write(streams_.from, asio::buffer(this->chunk_), token());
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived()) {
            const auto n = co_await streams_.to.async_read_some(asio::buffer(memory_), token());
            this->look(asio::buffer(memory_, n));
            this->received();
        }
    }

    Streams<Executor> streams_;
    std::vector<char> memory_;
};

template <class Executor, threads Threads>
using over_beast_streams = stream_handoff<beast_streams, Executor, Threads>;
template <class Executor, threads Threads>
using over_kernel_pipe = stream_handoff<kernel_pipe, Executor, Threads>;
template <class Executor, threads Threads>
using over_socket_pair = stream_handoff<socket_pair, Executor, Threads>;

} // namespace

void add_stream_forms(contestants& to, std::size_t chunk, threads number) {
    const auto names = [](const char* form) {
        return labels{{"form", form}, {"style", "suspending coroutine"}};
    };
    add_asynchronous<over_beast_streams>(to, chunk, number, names("beast test stream"));
    add_asynchronous<over_kernel_pipe>(to, chunk, number, names("pipe(2)"));
    add_asynchronous<over_socket_pair>(to, chunk, number, names("unix socket pair"));
}

} // namespace bench
