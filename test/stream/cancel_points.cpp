// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 6 of the reliability programme, for what has no file of that kind of its own.
#include "support/outcome.hpp"
#include "support/pipe_traffic.hpp"
#include "support/proof.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/stream_writer.hpp>
#include <sluice/stream/write.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>

using namespace sluice::test;
using sluice::error_code;
using sluice::testing::scripted_stream;

namespace {

bool step(asio::io_context& context) {
    context.restart();
    return context.poll_one() != 0;
}

// Numbered bytes from one stream to the other. What is cancelled is done again.
struct stream_transfer {
    static constexpr std::size_t all = 120;
    asio::io_context context;
    std::pair<sluice::pipe_stream<>, sluice::pipe_stream<>> ends = sluice::make_pipe_streams(
        asio::any_io_executor(context.get_executor()), segments_of(16, 10));
    asio::cancellation_signal writing, reading;
    const std::string out = numbered_bytes(all);
    std::string in;
    std::array<char, 50> memory{};
    std::size_t at_once, written = 0;
    unsigned cancelled = 0;
    bool ended = false;

    explicit stream_transfer(std::size_t read_size) : at_once(read_size) {}
    void write() {
        if (written == all)
            return ends.first.shutdown(asio::socket_base::shutdown_send);
        ends.first.async_write_some(
            asio::buffer(asio::buffer(out) + written, 7),
            asio::bind_cancellation_slot(writing.slot(), [this](error_code ec, std::size_t n) {
                check(ec, n);
                written += n;
                write();
            }));
    }
    void read() {
        ends.second.async_read_some(
            asio::buffer(memory, at_once),
            asio::bind_cancellation_slot(reading.slot(), [this](error_code ec, std::size_t n) {
                in.append(memory.data(), n);
                ended = ec == asio::error::eof;
                if (ended)
                    return;
                check(ec, n);
                read();
            }));
    }
    void check(error_code ec, std::size_t n) {
        CHECK((!ec || (ec == asio::error::operation_aborted && n == 0)));
        cancelled += ec.failed();
    }
};

struct written_pipe {
    asio::io_context context;
    sluice::pipe pipe{context, segments_of(4096, 50'000)};
    numbered_reading seen;
    sluice::pipe_writer& writer = pipe.writer;

    void read() { numbered_reader{pipe.reader, seen, 20'000}.start(); }
    std::uint64_t arrived() const { return seen.count; }
    bool in_order() const { return seen.in_order; }
};
struct written_stream {
    asio::io_context context;
    scripted_stream stream{context.get_executor()};
    sluice::stream_writer<scripted_stream&> writer{stream};

    void read() { stream.accept_all(20'000); }
    std::uint64_t arrived() const { return stream.written.size(); }
    bool in_order() const { return is_numbered(stream.written); }
};

} // namespace

TEST_CASE("rule 30: a read and a write that are cancelled after any step go on without a gap") {
    unsigned cancelled = 0;
    for (const auto type : all_types)
        for (const std::size_t read_size : {3u, 50u}) // then the writer waits; then the reader
            for (std::size_t steps = 0;; ++steps) {
                REQUIRE(steps < 1000);
                stream_transfer t(read_size);
                t.read();
                t.write();
                for (std::size_t i = 0; i != steps && step(t.context); ++i)
                    ;
                const bool over = t.ended;
                t.writing.emit(type);
                t.reading.emit(type);
                poll(t.context);
                CHECK(t.ended);
                CHECK(t.in == t.out);
                cancelled += t.cancelled;
                if (over)
                    break;
                add_to_proof(6, "cancellations of reads and writes", 1);
            }
    CHECK(cancelled > 20);
}

TEST_CASE_TEMPLATE("async_write: cancelled after any step, what is counted arrives, and another "
                   "goes on",
                   Written, written_pipe, written_stream) {
    const std::string bytes = numbered_bytes(300'000);
    unsigned cancelled = 0;
    for (const auto type : all_types)
        for (std::size_t steps = 0;; ++steps) {
            REQUIRE(steps < 1000);
            Written w;
            asio::cancellation_signal signal;
            transfer_outcome written;
            wait_outcome flushed;
            w.read();
            sluice::async_write(w.writer, asio::buffer(bytes),
                                asio::bind_cancellation_slot(signal.slot(), written.handler()));
            for (std::size_t i = 0; i != steps && step(w.context); ++i)
                ;
            const bool over = written.calls != 0;
            signal.emit(type);
            poll(w.context);
            REQUIRE(written.done());
            CHECK((!written.ec || written.ec == asio::error::operation_aborted));
            CHECK((written.ec || written.bytes == bytes.size()));
            cancelled += written.ec.failed();
            w.writer.flush(flushed.handler());
            poll(w.context);
            CHECK(flushed.succeeded());
            CHECK(w.arrived() == written.bytes);
            const std::uint64_t first = written.bytes;
            written = {};
            sluice::async_write(w.writer, asio::buffer(bytes) + first, written.handler());
            poll(w.context);
            CHECK(written.done());
            CHECK(w.arrived() == bytes.size());
            CHECK(w.in_order());
            if (over)
                break;
            add_to_proof(6, "cancellations of reads and writes", 1);
        }
    CHECK(cancelled > 5);
}
