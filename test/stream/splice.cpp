// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/proof.hpp"
#include "support/stream_pairs.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <type_traits>
#include <vector>

using namespace sluice::test;
using sluice::detail::splice_path;
using sluice::detail::system_pipe_service;

namespace {

template <class Source, class Sink>
struct route {
    using source = Source;
    using sink = Sink;
};

// What the test sends comes out of `source.far`, and is pumped to `sink.near`, to arrive in
// `sink.far`.
template <class Route>
struct spliced {
    asio::io_context context;
    typename Route::source source{context};
    typename Route::sink sink{context};
    transfer_outcome sending, pumping, receiving;
    asio::cancellation_signal signal;
    std::string out, in;

    void send(std::size_t n) {
        out = numbered_bytes(n);
        asio::async_write(source.near, asio::buffer(out), [this](auto... result) {
            source.near.close();
            sending.handler()(result...);
        });
    }
    void receive() { asio::async_read(sink.far, asio::dynamic_buffer(in), receiving.handler()); }
    void pump(const sluice::pump_options& how = {}) {
        sluice::async_pump(source.far, sink.near, how,
                           asio::bind_cancellation_slot(signal.slot(), pumping.handler()));
    }
    void run_until_pumped() {
        while (pumping.calls == 0 && context.run_one_for(std::chrono::seconds(20)) != 0)
            ;
    }
    // The end of sinks that cannot be shut down.
    void close_sink() { sink.near.close(); }
};

// No descriptor can be opened while it lives.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 3;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_;
};

// A file that does not take part in `splice`: it is appended to.
class appended_file {
public:
    appended_file() : descriptor_(::mkstemp(name_)) {
        ::fcntl(descriptor_, F_SETFL, O_APPEND);
        ::unlink(name_);
    }
    ~appended_file() { ::close(descriptor_); }
    int descriptor() const noexcept { return descriptor_; }
    std::string contents() const {
        std::string bytes(1'000'000, '\0');
        bytes.resize(static_cast<std::size_t>(::pread(descriptor_, bytes.data(), bytes.size(), 0)));
        return bytes;
    }

private:
    char name_[32] = "/tmp/sluice_splice_XXXXXX";
    int descriptor_;
};

} // namespace

static_assert(sluice::detail::is_spliceable<asio::ip::tcp::socket, asio::writable_pipe>);
struct derived_socket : asio::ip::tcp::socket {
    using asio::ip::tcp::socket::basic_stream_socket; // it may mean to see what is read
};
static_assert(!sluice::detail::is_spliceable<derived_socket, asio::ip::tcp::socket>);

TEST_CASE_TEMPLATE_DEFINE("async_pump inside the system: every byte, and the end", Route,
                          spliced_all) {
    for (const std::size_t size : {0u, 1u, 70'000u, 5'000'000u}) {
        spliced<Route> s;
        s.send(size);
        s.receive();
        s.pump();
        s.run_until_pumped();
        REQUIRE(s.pumping.done());
        CHECK_FALSE(s.pumping.ec);
        CHECK(s.pumping.bytes == size);
        s.close_sink();
        s.context.restart();
        s.context.run_for(std::chrono::seconds(20));
        CHECK(s.receiving.ec == asio::error::eof);
        CHECK(s.in == s.out);
    }
}
TEST_CASE_TEMPLATE_INVOKE(spliced_all, route<tcp_pair, tcp_pair>, route<tcp_pair, local_pair>,
                          route<local_pair, tcp_pair>, route<tcp_pair, pipe_pair>,
                          route<pipe_pair, tcp_pair>, route<pipe_pair, pipe_pair>,
                          route<descriptor_pair, local_pair>, route<local_pair, descriptor_pair>,
                          route<pipe_pair, descriptor_pair>);

TEST_CASE_TEMPLATE_DEFINE("async_pump inside the system: a sink that has gone is an error, and no "
                          "signal; what it did not take stays behind",
                          Route, spliced_gone) {
    spliced<Route> s;
    s.send(5'000'000);
    s.pump();
    s.context.poll();
    CHECK(s.pumping.calls == 0);
    s.sink.far.close();
    s.context.restart();
    s.run_until_pumped();
    REQUIRE(s.pumping.done());
    CHECK((s.pumping.ec == asio::error::broken_pipe ||
           s.pumping.ec == asio::error::connection_reset));
    CHECK(s.pumping.bytes < 5'000'000);
    sigset_t pending;
    ::sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
}
TEST_CASE_TEMPLATE_INVOKE(spliced_gone, route<tcp_pair, tcp_pair>, route<local_pair, local_pair>,
                          route<tcp_pair, pipe_pair>, route<pipe_pair, tcp_pair>,
                          route<pipe_pair, pipe_pair>);

TEST_CASE_TEMPLATE_DEFINE("async_pump inside the system: cancelled gently at any time, no byte is "
                          "lost, and another one goes on",
                          Route, spliced_cancelled) {
    constexpr std::size_t size = 300'000;
    for (std::size_t steps = 0; steps != 40; ++steps)
        for (const auto type : {asio::cancellation_type::partial, asio::cancellation_type::total}) {
            spliced<Route> s;
            s.send(size);
            s.receive();
            s.pump();
            for (std::size_t i = 0; i != steps; ++i)
                s.context.run_one_for(std::chrono::milliseconds(1));
            const bool over = s.pumping.calls != 0;
            s.signal.emit(type);
            add_to_proof(6, "cancellations of pumps", 1);
            s.run_until_pumped();
            CHECK(s.pumping.done());
            if (!over && s.pumping.bytes != size)
                CHECK(s.pumping.ec == asio::error::operation_aborted);
            const std::uint64_t first = s.pumping.bytes;
            if (s.pumping.ec) {
                s.pumping = {};
                s.pump();
                s.run_until_pumped();
                CHECK_FALSE(s.pumping.ec);
                CHECK(first + s.pumping.bytes == size);
            }
            s.close_sink();
            s.context.run_for(std::chrono::seconds(20));
            CHECK(s.in == s.out);
        }
}
TEST_CASE_TEMPLATE_INVOKE(spliced_cancelled, route<tcp_pair, tcp_pair>,
                          route<local_pair, local_pair>, route<tcp_pair, pipe_pair>,
                          route<pipe_pair, tcp_pair>);

TEST_CASE("async_pump inside the system: at once when it is told to") {
    spliced<route<local_pair, local_pair>> s;
    s.send(5'000'000);
    s.pump();
    s.context.poll();
    CHECK(s.pumping.calls == 0); // the sink takes no more
    s.signal.emit(asio::cancellation_type::terminal);
    s.context.poll();
    REQUIRE(s.pumping.done());
    CHECK(s.pumping.ec == asio::error::operation_aborted);
}

TEST_CASE("async_pump inside the system: without a descriptor to spare it works all the same") {
    spliced<route<tcp_pair, tcp_pair>> s;
    s.send(1'000'000);
    s.receive();
    {
        const no_descriptors limit;
        s.pump();
        s.run_until_pumped();
    }
    s.context.run_for(std::chrono::seconds(20));
    REQUIRE(s.pumping.done());
    CHECK_FALSE(s.pumping.ec);
    CHECK(s.in == s.out);
}

TEST_CASE("splice_path: what is on its way when the system says no arrives") {
    asio::io_context context;
    local_pair source(context);
    appended_file sink;
    source.far.non_blocking(true);
    splice_path path(source.far.native_handle(), sink.descriptor(),
                     asio::use_service<system_pipe_service>(context));
    const auto go = [&] {
        path.go(source.far.native_handle(), sink.descriptor(), ~std::uint64_t(0));
    };
    const std::string bytes = numbered_bytes(200'000);
    for (std::size_t done = 0; done != bytes.size();) {
        const std::size_t n = std::min<std::size_t>(bytes.size() - done, 20'000);
        asio::write(source.near, asio::buffer(bytes.data() + done, n));
        done += n;
        do
            go();
        while (!path.waits_for_source());
        REQUIRE_FALSE(path.sink_error());
        CHECK(path.given() == done);
    }
    source.near.close();
    do
        go();
    while (!path.source_is_over());
    CHECK_FALSE(path.source_error());
    CHECK(sink.contents() == bytes);
}

TEST_CASE("splice_path: ends at stream sockets and pipes, and nothing else") {
    asio::io_context context;
    tcp_pair tcp(context);
    local_pair local(context);
    pipe_pair piped(context);
    appended_file file;
    CHECK(splice_path::may_end_at(tcp.near.native_handle()));
    CHECK(splice_path::may_end_at(local.near.native_handle()));
    CHECK(splice_path::may_end_at(piped.far.native_handle()));
    CHECK(splice_path::may_end_at(piped.near.native_handle()));
    CHECK_FALSE(splice_path::may_end_at(file.descriptor()));
    CHECK_FALSE(splice_path::may_end_at(-1));
}

TEST_CASE("async_pump inside the system: closed streams are an error") {
    for (const bool source_is_closed : {true, false}) {
        spliced<route<tcp_pair, tcp_pair>> s;
        (source_is_closed ? s.source.far : s.sink.near).close();
        s.source.near.close();
        s.pump();
        s.run_until_pumped();
        REQUIRE(s.pumping.done());
        CHECK(s.pumping.ec == asio::error::bad_descriptor);
    }
}

TEST_CASE_TEMPLATE_DEFINE("async_pump inside the system: it ends when its waiting source is closed "
                          "or cancelled, and takes nothing more",
                          Route, spliced_source_ended) {
    for (const bool is_closed : {true, false}) {
        spliced<Route> s;
        asio::write(s.source.near, asio::buffer("before", 6));
        s.pump();
        while (s.context.poll() != 0)
            ;
        REQUIRE(s.pumping.calls == 0);
        if (is_closed)
            s.source.far.close();
        else
            s.source.far.cancel();
        s.context.restart();
        s.run_until_pumped();
        REQUIRE(s.pumping.done());
        CHECK(s.pumping.ec == asio::error::operation_aborted);
        CHECK(s.pumping.bytes == 6);
        if (is_closed)
            continue;
        asio::write(s.source.near, asio::buffer("after", 5));
        std::string left(5, '\0');
        asio::read(s.source.far, asio::buffer(left));
        CHECK(left == "after");
    }
}
TEST_CASE_TEMPLATE_INVOKE(spliced_source_ended, route<pipe_pair, tcp_pair>,
                          route<pipe_pair, pipe_pair>, route<tcp_pair, tcp_pair>,
                          route<descriptor_pair, local_pair>);

TEST_CASE_TEMPLATE_DEFINE("async_pump inside the system: it ends when the sink that it waits for "
                          "is closed or cancelled",
                          Route, spliced_sink_ended) {
    for (const bool is_closed : {true, false}) {
        spliced<Route> s;
        s.send(8'000'000);
        s.pump();
        while (s.context.poll() != 0)
            ;
        REQUIRE(s.pumping.calls == 0);
        if (is_closed)
            s.sink.near.close();
        else
            s.sink.near.cancel();
        s.context.restart();
        s.run_until_pumped();
        REQUIRE(s.pumping.done());
        CHECK(s.pumping.ec == asio::error::operation_aborted);
        CHECK(s.pumping.bytes < 8'000'000);
    }
}
TEST_CASE_TEMPLATE_INVOKE(spliced_sink_ended, route<tcp_pair, pipe_pair>,
                          route<pipe_pair, pipe_pair>, route<tcp_pair, tcp_pair>,
                          route<local_pair, descriptor_pair>);
