// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/test_pipe.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/write.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <array>
#include <list>
#include <memory>
#include <vector>

using namespace sluice;
using namespace sluice::test;
using asio::bind_cancellation_slot;
using asio::cancellation_type;

namespace {

constexpr std::size_t window = 64 * 1024;

// Takes what there is, all of it, and returns how much that was.
std::size_t drain(test_pipe& pipe, std::string& seen) {
    const std::string bytes = pipe.take();
    seen += bytes;
    return bytes.size();
}

} // namespace

TEST_CASE("async_write: all bytes arrive in order, and no more is buffered than a window") {
    for (const std::size_t size : {16u, 0u}) {
        for (const std::size_t pause : {1u, 1000u, 65536u}) {
            CAPTURE(size);
            CAPTURE(pause);
            test_pipe pipe(with_thresholds(pause, pause / 2, with_segments(size)));
            const std::string bytes = numbered_bytes(5 * window + 17);
            transfer_outcome written;
            std::string seen;
            sluice::async_write(pipe.writer, asio::buffer(bytes), written.handler());
            do {
                pipe.poll();
                CHECK(pipe.reader.buffered() < pause + window);
            } while (drain(pipe, seen) != 0);
            CHECK(written.done());
            CHECK_FALSE(written.ec);
            CHECK(written.bytes == bytes.size());
            CHECK((seen == bytes));
        }
    }
}

TEST_CASE("async_write: any buffer sequence, with empty pieces, and ends of windows in any place") {
    const std::string bytes = numbered_bytes(3 * window);
    const auto piece = [&](std::size_t from, std::size_t to) {
        return asio::buffer(bytes.data() + from, to - from);
    };
    const auto check = [&](const auto& buffers) {
        test_pipe pipe;
        transfer_outcome written;
        std::string seen;
        sluice::async_write(pipe.writer, buffers, written.handler());
        do {
            pipe.poll();
        } while (drain(pipe, seen) != 0);
        CHECK(written.done());
        CHECK(written.bytes == asio::buffer_size(buffers));
        CHECK((seen == bytes.substr(0, written.bytes)));
    };
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, window - 1, window, window + 1})
        check(std::array{piece(0, cut), piece(cut, cut), piece(cut, 3 * window)});
    std::list<asio::const_buffer> many;
    for (std::size_t from = 0; from < 2 * window; from += 100)
        many.push_back(piece(from, std::min(from + 100, 2 * window)));
    check(many);
    check(std::vector<asio::const_buffer>());
    check(asio::const_buffer());
    check(piece(0, 1));
    check(asio::mutable_buffer(const_cast<char*>(bytes.data()), 10));
}

TEST_CASE("async_write: what was committed before leaves together with it") {
    test_pipe pipe;
    read_outcome read;
    transfer_outcome written;
    pipe.reader.async_read(read.handler());
    pipe.write("head ");
    sluice::async_write(pipe.writer, asio::buffer("body", 4), written.handler());
    pipe.poll();
    CHECK(read.text() == "head body");
    CHECK(written.bytes == 4);
}

TEST_CASE("async_write: goes with the context that it was started on, and has written nothing") {
    auto held = std::make_shared<int>();
    {
        test_pipe pipe;
        sluice::async_write(pipe.writer, asio::buffer("a", 1),
                            [held](error_code, std::size_t) { FAIL("called"); });
        CHECK(held.use_count() == 2);
        CHECK(pipe.writer.unflushed() == 0);
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("async_write: of nothing is a flush") {
    test_pipe pipe;
    transfer_outcome written, refused;
    pipe.write("head");
    sluice::async_write(pipe.writer, asio::const_buffer(), written.handler());
    pipe.poll();
    CHECK(written.done());
    CHECK(pipe.take() == "head");
    pipe.reader.complete();
    sluice::async_write(pipe.writer, asio::const_buffer(), refused.handler());
    pipe.poll();
    CHECK(refused.ec == asio::error::broken_pipe);
}

TEST_CASE("async_write: never inside the initiating function, and through the handler's executor") {
    test_pipe pipe;
    asio::io_context own;
    transfer_outcome written;
    asio::post(pipe.context, [&] {
        sluice::async_write(pipe.writer, asio::buffer("ab", 2),
                            asio::bind_executor(own, written.handler()));
        CHECK(written.calls == 0);
    });
    pipe.poll();
    CHECK(written.calls == 0);
    CHECK_FALSE(own.stopped());
    own.poll();
    CHECK(written.done());
    CHECK(pipe.take() == "ab");
}

TEST_CASE("async_write: cancelled, it has written what it counts, and no more") {
    for (const auto type :
         {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
        test_pipe pipe(with_thresholds(1000, 500));
        const std::string bytes = numbered_bytes(3 * window);
        asio::cancellation_signal signal;
        transfer_outcome written;
        sluice::async_write(pipe.writer, asio::buffer(bytes),
                            bind_cancellation_slot(signal.slot(), written.handler()));
        pipe.poll();
        CHECK(written.calls == 0);
        signal.emit(type);
        pipe.poll();
        CHECK(written.done());
        CHECK(written.ec == asio::error::operation_aborted);
        CHECK((pipe.take() == bytes.substr(0, written.bytes)));
        CHECK(pipe.writer.unflushed() == 0);
    }
}

TEST_CASE("async_write: a cancellation by the reader that it wakes is not lost") {
    pipe_options options;
    options.reader_resumption = resumption::dispatch;
    test_pipe pipe(options);
    const std::string bytes = numbered_bytes(3 * window);
    asio::cancellation_signal signal;
    transfer_outcome written;
    std::size_t taken = 0;
    pipe.reader.async_read([&](error_code, read_result read) {
        taken = read.buffer.size();
        pipe.reader.consume(taken);
        signal.emit(cancellation_type::total);
    });
    asio::post(pipe.context, [&] {
        sluice::async_write(pipe.writer, asio::buffer(bytes),
                            bind_cancellation_slot(signal.slot(), written.handler()));
    });
    pipe.poll();
    CHECK(written.done());
    CHECK(written.ec == asio::error::operation_aborted);
    CHECK(written.bytes == taken + pipe.take().size());
    CHECK(written.bytes < bytes.size());
}

TEST_CASE("async_write: the reader goes, before and meanwhile; the writer is completed") {
    const std::string bytes = numbered_bytes(3 * window);
    for (const bool before : {false, true}) {
        test_pipe pipe(with_thresholds(1000, 500));
        transfer_outcome written;
        if (before)
            pipe.reader.complete();
        sluice::async_write(pipe.writer, asio::buffer(bytes), written.handler());
        pipe.poll();
        pipe.reader.complete();
        pipe.poll();
        CHECK(written.done());
        CHECK(written.ec == asio::error::broken_pipe);
        CHECK(written.bytes <= window);
    }
    test_pipe pipe;
    transfer_outcome written;
    pipe.writer.complete();
    sluice::async_write(pipe.writer, asio::buffer(bytes), written.handler());
    pipe.poll();
    CHECK(written.done());
    CHECK(written.ec == errc::already_completed);
    CHECK(written.bytes == 0);
}

TEST_CASE("async_write: a context may end meanwhile") {
    auto owned = std::make_shared<int>();
    {
        test_pipe pipe(with_thresholds(1, 0));
        sluice::async_write(pipe.writer, asio::buffer("ab", 2),
                            [owned](error_code, std::size_t) { FAIL("called"); });
        pipe.poll();
        CHECK(owned.use_count() == 2);
    }
    CHECK(owned.use_count() == 1);
}
