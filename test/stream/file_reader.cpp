// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/read_exactly.hpp>
#include <sluice/stream/read_until.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <fcntl.h>
#include <memory>
#include <optional>

using namespace sluice;
using namespace sluice::test;

namespace {

file_reader_options pieces_of(std::size_t piece, std::size_t ahead = 1, std::size_t segment = 0) {
    file_reader_options options;
    options.piece_size = piece;
    options.read_ahead = ahead;
    if (segment != 0)
        options.pool = segment_pool({.segment_size = segment});
    return options;
}

file_reader_options range_of(std::uint64_t offset, std::uint64_t length,
                             file_reader_options options = {}) {
    options.offset = offset;
    options.length = length;
    return options;
}

void finish_files(asio::io_context& context) {
    context.restart();
    context.run();
}

// All that is left, and the error at its end.
std::string read_rest(asio::io_context& context, file_reader& in, error_code& ec) {
    std::string all;
    for (;;) {
        read_outcome read;
        in.async_read(read.handler());
        CHECK(read.calls == 0);
        finish_files(context);
        REQUIRE(read.calls == 1);
        ec = read.ec;
        if (ec)
            return all;
        all += read.text();
        in.advance(read.result.buffer.finish());
    }
}
std::string read_rest(asio::io_context& context, file_reader& in) {
    error_code ec;
    std::string all = read_rest(context, in, ec);
    CHECK(ec == asio::error::eof);
    return all;
}

} // namespace

TEST_CASE("file_reader: reads a file to its end, whatever the sizes") {
    const std::string content = numbered_bytes(70'001);
    const temporary_file source(content);
    for (const std::size_t piece : {1u, 1'000u, 65'536u, 70'001u, 1'000'000u})
        for (const std::size_t ahead : {0u, 5'000u, 1'000'000u})
            for (const std::size_t segment : {1'024u, 16'384u}) {
                if (piece == 1 && (ahead != 5'000 || segment != 1'024))
                    continue;
                for (const bool cold : {false, true}) {
                    if (cold)
                        source.evict();
                    asio::io_context context;
                    file_reader in(context, source.path, pieces_of(piece, ahead, segment));
                    CHECK((read_rest(context, in) == content));
                }
            }
}

TEST_CASE("file_reader: the last bytes come with the end") {
    const temporary_file source("abcdef");
    asio::io_context context;
    file_reader in(context, source.path);
    read_outcome read;
    in.async_read(read.handler());
    context.run();
    CHECK(read.text() == "abcdef");
    CHECK(read.result.completed);
    in.advance(read.result.buffer.finish());
    CHECK(in.try_read().error() == asio::error::eof);
}

TEST_CASE("file_reader: an empty file ends at once") {
    const temporary_file source;
    asio::io_context context;
    file_reader in(context, source.path);
    read_outcome read;
    in.async_read(read.handler());
    context.run();
    CHECK(read.succeeded());
    CHECK(read.result.completed);
    CHECK(read.result.buffer.empty());
}

TEST_CASE("file_reader: ranges, at the end and behind it") {
    const temporary_file source("abcdefghij");
    const auto read = [&](std::uint64_t offset, std::uint64_t length) {
        std::string first;
        for (const std::size_t piece : {1u, 3u, 1'000u}) {
            asio::io_context context;
            file_reader in(context, source.path, range_of(offset, length, pieces_of(piece)));
            const std::string all = read_rest(context, in);
            CHECK((piece == 1 || all == first));
            first = all;
        }
        return first;
    };
    CHECK(read(2, 3) == "cde");
    CHECK(read(0, 10) == "abcdefghij");
    CHECK(read(7, 100) == "hij");
    CHECK(read(3, file_stream::no_limit) == "defghij");
    CHECK(read(9, 1) == "j");
    CHECK(read(5, 0) == "");
    CHECK(read(10, 1) == "");
    CHECK(read(11, 5) == "");
    CHECK(read(1'000'000, file_stream::no_limit) == "");
}

TEST_CASE("file_reader: of an open file, from its position on") {
    const temporary_file source("abcdefghij");
    asio::io_context context;
    file_stream file(context);
    file.open_for_reading(source.path);
    CHECK(file.size() == 10);
    file.seek(4, 5);
    file_reader in(std::move(file));
    CHECK(read_rest(context, in) == "efghi");
    file.open_for_reading(source.path);
    file.seek(4);
    in = file_reader(std::move(file), range_of(1, 2));
    CHECK(read_rest(context, in) == "fg");
}

TEST_CASE("file_reader: reads ahead so far and no further, and is no work for the context") {
    const temporary_file source(numbered_bytes(1'000'000));
    asio::io_context context;
    {
        file_reader in(context, source.path, pieces_of(10'000, 35'000));
        finish_files(context); // returns, though much is unread
        CHECK(in.buffered() == 40'000);
        const result<read_result> read = in.try_read();
        REQUIRE(read.has_value());
        CHECK(read->buffer.size() == 40'000);
        finish_files(context);
        CHECK(in.buffered() == 40'000);
        in.consume(10'000);
        finish_files(context); // one more
        CHECK(in.buffered() == 40'000);
        read_outcome more;
        in.async_read_at_least(100'000, more.handler()); // asks for more than that
        finish_files(context);
        CHECK(more.succeeded());
        CHECK(is_numbered(more.text(), 10'000));
    }
    finish_files(context);
}

TEST_CASE("file_reader: the next piece is read while the last is worked on") {
    const temporary_file source(numbered_bytes(50'000));
    asio::io_context context;
    file_reader in(context, source.path, pieces_of(10'000, 20'000));
    read_outcome read;
    in.async_read(read.handler());
    while (read.pending())
        context.run_one();
    const std::size_t delivered = read.result.buffer.size();
    finish_files(context);
    CHECK(in.buffered() > delivered); // though nothing was advanced
    CHECK(is_numbered(read.text()));
}

TEST_CASE("file_reader: memory is bounded, and all of it is given back") {
    const temporary_file source(numbered_bytes(2'000'000));
    const segment_pool pool;
    asio::io_context context;
    file_reader_options options = pieces_of(32'000, 64'000);
    options.pool = pool;
    file_reader in(context, source.path, options);
    std::uint64_t count = 0;
    for (bool more = true; more;) {
        read_outcome read;
        in.async_read(read.handler());
        finish_files(context);
        REQUIRE(read.succeeded());
        CHECK((is_numbered(read.text(), count)));
        count += read.result.buffer.size();
        more = !read.result.completed;
        in.advance(read.result.buffer.finish());
    }
    CHECK(count == 2'000'000);
    CHECK(pool.stats().peak_bytes_in_use < 250'000);
    CHECK(pool.stats().bytes_in_use == 0);
}

TEST_CASE("file_reader: a limit of what is held back") {
    const temporary_file source(numbered_bytes(100'000));
    asio::io_context context;
    file_reader_options options = pieces_of(1'000);
    options.max_buffered = 10'000;
    file_reader in(context, source.path, options);
    error_code ec;
    while (!ec) {
        read_outcome read;
        in.async_read(read.handler());
        finish_files(context);
        ec = read.ec;
        if (!ec)
            in.advance(read.result.buffer.start(), read.result.buffer.finish());
    }
    CHECK(ec == errc::buffer_limit_exceeded);
}

TEST_CASE("file_reader: a file that cannot be opened") {
    asio::io_context context;
    CHECK(thrown_by([&] { file_reader(context, "/nonexistent/sluice"); }) ==
          boost::system::errc::no_such_file_or_directory);
    error_code ec;
    file_reader in(context, "/nonexistent/sluice", {}, ec);
    CHECK(ec == boost::system::errc::no_such_file_or_directory);
    error_code shown;
    CHECK(read_rest(context, in, shown).empty());
    CHECK(shown == ec);
}

TEST_CASE("file_reader: completed or destroyed, it closes the file") {
    const temporary_file source(numbered_bytes(100'000));
    for (const bool begun : {false, true})
        for (const bool destroyed : {false, true}) {
            asio::io_context context;
            file_stream file(context);
            file.open_for_reading(source.path);
            const int descriptor = file.native_handle();
            std::optional<file_reader> in(std::in_place, std::move(file), pieces_of(1'000));
            if (begun)
                finish_files(context);
            read_outcome read;
            in->async_read(read.handler());
            if (destroyed)
                in.reset();
            else
                in->complete();
            finish_files(context);
            CHECK(read.calls == 1);
            CHECK(::fcntl(descriptor, F_GETFD) == -1);
        }
}

TEST_CASE("file_reader: a cancelled read loses nothing, whenever it is cancelled") {
    const std::string content = numbered_bytes(20'000);
    const temporary_file source(content);
    for (const asio::cancellation_type type : all_types) {
        bool finished = false;
        for (std::size_t step = 0; !finished; ++step) {
            asio::io_context context;
            if (type == asio::cancellation_type::total)
                source.evict();
            file_reader in(context, source.path, pieces_of(3'000));
            asio::cancellation_signal signal;
            read_outcome read;
            in.async_read_at_least(15'000,
                                   asio::bind_cancellation_slot(signal.slot(), read.handler()));
            for (std::size_t i = 0; i != step && read.pending(); ++i)
                context.run_one();
            finished = !read.pending();
            signal.emit(type);
            add_to_proof(6, "cancellations of reads and writes of files", 1);
            finish_files(context);
            REQUIRE(read.calls == 1);
            CHECK((finished ? !read.ec : read.ec == asio::error::operation_aborted || !read.ec));
            if (!read.ec)
                in.consume(0);
            CHECK((read_rest(context, in) == content));
        }
    }
}

TEST_CASE("file_reader: is woken without bytes") {
    const temporary_file source(numbered_bytes(20'000));
    asio::io_context context;
    file_reader in(context, source.path, pieces_of(1'000));
    read_outcome read;
    in.async_read_at_least(20'000, read.handler());
    in.cancel_pending_read();
    finish_files(context);
    CHECK(read.succeeded());
    CHECK(read.result.cancelled);
    in.consume(0);
    CHECK((read_rest(context, in) == numbered_bytes(20'000)));
}

TEST_CASE("file_reader: searches and exact reads, in a coroutine") {
    const temporary_file source("a line\nfive!the rest");
    asio::io_context context;
    bool done = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            file_reader in(co_await asio::this_coro::executor, source.path, pieces_of(2));
            readable_buffer found = co_await async_read_until(in, '\n', asio::use_awaitable);
            CHECK(found.to_string() == "a line\n");
            in.advance(found.finish());
            found = co_await async_read_exactly(in, 5, asio::use_awaitable);
            CHECK(found.to_string() == "five!");
            in.advance(found.finish());
            const auto [ec, rest] = co_await async_read_exactly(in, 100, as_result);
            CHECK(ec == asio::error::eof);
            CHECK(rest.to_string() == "the rest");
            done = true;
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.run();
    CHECK(done);
}

TEST_CASE("file_reader: a context that goes down takes it along, whatever was begun") {
    const temporary_file source(numbered_bytes(20'000));
    const auto token = std::make_shared<int>();
    for (std::size_t step = 0; step != 40; ++step) {
        if (step % 2 == 0)
            source.evict();
        asio::io_context context;
        asio::co_spawn(
            context,
            [&, token]() -> asio::awaitable<void> {
                file_reader in(co_await asio::this_coro::executor, source.path, pieces_of(1'000));
                (void)co_await in.async_read_at_least(20'000, asio::use_awaitable);
                for (;;) // for ever
                    (void)co_await in.async_read_at_least(30'000, as_result);
            },
            [token](std::exception_ptr) {});
        for (std::size_t i = 0; i != step / 2; ++i)
            context.run_one();
    }
    CHECK(token.use_count() == 1);
}

TEST_CASE("file_reader: outlives its context") {
    const temporary_file source(numbered_bytes(20'000));
    for (std::size_t step = 0; step != 6; ++step) {
        source.evict();
        std::optional<asio::io_context> context(std::in_place);
        file_reader in(*context, source.path, pieces_of(1'000));
        for (std::size_t i = 0; i != step; ++i)
            context->poll_one();
        context.reset();
        CHECK(in.buffered() <= 20'000);
    }
}
