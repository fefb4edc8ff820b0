// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/measurement.hpp"
#include "support/outcome.hpp"
#include "support/piped_pair.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/stream/cancel_after.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/detached.hpp>

#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

// Sends what it has read, with callbacks, and ends when its peer has.
template <class Stream>
class callback_echo {
public:
    explicit callback_echo(Stream& stream) : in_(stream), out_(stream) {}

    void operator()() {
        in_.async_read([this](error_code ec, const read_result& read) {
            if (ec || read.completed)
                return out_.complete();
            out_.write(read.buffer);
            in_.advance(read.buffer.finish());
            out_.flush([this](error_code failure) {
                if (!failure)
                    (*this)();
            });
        });
    }

private:
    stream_reader<Stream&> in_;
    stream_writer<Stream&> out_;
};

template <class Stream, class Wrap>
asio::awaitable<void> ask(Stream& stream, std::size_t size, measurement& measured, Wrap wrap) {
    stream_reader in(stream);
    stream_writer out(stream);
    const std::string text(size, 'x');
    do {
        out.write(asio::buffer(text));
        co_await out.flush(wrap(as_result));
        const auto [ec, read] = co_await in.async_read_at_least(size, wrap(as_result));
        CHECK_FALSE(ec);
        CHECK(read.buffer.size() == size);
        in.advance(read.buffer.finish());
    } while (measured.next());
    out.complete();
}

} // namespace

TEST_CASE_TEMPLATE("rule 25: stream_reader and stream_writer do not allocate, in callbacks and "
                   "coroutines",
                   Pair, tcp_pair, local_pair, piped_pair) {
    for (const std::size_t size : {1000u, 30'000u}) {
        CAPTURE(size);
        asio::io_context context;
        Pair pair(context);
        measurement measured;
        callback_echo echo(pair.far);
        echo();
        asio::co_spawn(context,
                       ask(pair.near, size, measured, [](const auto& token) { return token; }),
                       asio::detached);
        context.run();
        measured.check();
    }
}

TEST_CASE("rule 25: cancel_after does not allocate") {
    asio::io_context context;
    local_pair pair(context);
    measurement measured;
    callback_echo echo(pair.far);
    echo();
    asio::co_spawn(
        context,
        ask(pair.near, 10, measured,
            [](const auto& token) { return cancel_after(std::chrono::hours(1), token); }),
        asio::detached);
    context.run();
    measured.check();
}
