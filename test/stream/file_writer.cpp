// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/proof.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_writer.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/write.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <fcntl.h>
#include <memory>
#include <optional>

using namespace sluice;
using namespace sluice::test;

namespace {

file_writer_options opened_for(file_opening opening, std::uint64_t offset = 0,
                               std::uint64_t length = file_stream::no_limit) {
    file_writer_options options;
    options.opening = opening;
    options.offset = offset;
    options.length = length;
    return options;
}

// A writer, and a context that is run until its file has nothing more to do.
struct written_file {
    temporary_file target;
    asio::io_context context;
    file_writer out;

    explicit written_file(const file_writer_options& options = {}, std::string_view content = {})
        : target(content)
        , out(context, target.path, options) {}

    void finish() {
        context.restart();
        context.run();
    }
    error_code flush(std::string_view text) {
        out.write(asio::buffer(text));
        wait_outcome flushed;
        out.flush(flushed.handler());
        CHECK(flushed.pending());
        finish();
        CHECK(flushed.calls == 1);
        return flushed.ec;
    }
    error_code complete(error_code with = {}) {
        wait_outcome ended;
        out.complete(with);
        out.async_wait_reader_completed(ended.handler());
        finish();
        CHECK(ended.calls == 1);
        return ended.ec;
    }
};

} // namespace

TEST_CASE("file_writer: a flush completes when the file has everything") {
    written_file f({}, "old content that is longer");
    CHECK(f.target.content().empty());
    CHECK_FALSE(f.flush("abc"));
    CHECK(f.target.content() == "abc");
    f.out.write(asio::buffer("de", 2));
    f.finish();
    CHECK(f.target.content() == "abc"); // not flushed
    CHECK_FALSE(f.flush("f"));
    CHECK(f.target.content() == "abcdef");
    CHECK_FALSE(f.flush(""));
    f.out.write(asio::buffer("!", 1));
    CHECK_FALSE(f.complete());
    CHECK(f.target.content() == "abcdef!");
}

TEST_CASE("file_writer: appends, and writes over what is there") {
    written_file f(opened_for(file_opening::append), "abcdef");
    CHECK_FALSE(f.flush("ghi"));
    CHECK_FALSE(f.complete());
    CHECK(f.target.content() == "abcdefghi");
    {
        file_writer other(f.context, f.target.path, opened_for(file_opening::update, 2));
        other.write(asio::buffer("XY", 2));
        other.complete();
        f.finish();
    }
    CHECK(f.target.content() == "abXYefghi");
    {
        file_writer other(f.context, f.target.path, opened_for(file_opening::update, 11));
        other.write(asio::buffer("Z", 1));
        other.complete();
        f.finish();
    }
    CHECK(f.target.content() == std::string("abXYefghi\0\0Z", 12));
}

TEST_CASE("file_writer: two append to one file") {
    written_file f(opened_for(file_opening::append));
    file_writer other(f.context, f.target.path, opened_for(file_opening::append));
    CHECK_FALSE(f.flush("ab"));
    other.write(asio::buffer("cd", 2));
    (void)other.try_flush();
    f.finish();
    CHECK_FALSE(f.flush("ef"));
    CHECK(f.target.content() == "abcdef");
}

TEST_CASE("file_writer: a range takes no more than it holds") {
    written_file f(opened_for(file_opening::update, 2, 4), "abcdefgh");
    CHECK_FALSE(f.flush("123"));
    CHECK(f.flush("456") == boost::system::errc::file_too_large);
    CHECK(f.target.content() == "ab1234gh");
    CHECK(f.flush("7") == boost::system::errc::file_too_large);
    CHECK(f.complete() == boost::system::errc::file_too_large);
    CHECK(f.target.content() == "ab1234gh");
}

TEST_CASE("file_writer: to an open file, from its position on") {
    const temporary_file target("abcdef");
    asio::io_context context;
    file_stream file(context);
    file.open_for_updating(target.path);
    file.seek(3);
    file_writer out(std::move(file));
    out.write(asio::buffer("!", 1));
    out.complete();
    context.run();
    CHECK(target.content() == "abc!ef");
}

TEST_CASE("file_writer: much in many pieces, with and without writing behind") {
    const std::string content = numbered_bytes(1'000'000);
    for (const std::size_t behind : {0u, 1u, 100'000u}) {
        file_writer_options options;
        options.write_behind = behind;
        options.sync_at_end = behind == 1;
        written_file f(options);
        bool done = false;
        asio::co_spawn(
            f.context,
            [&]() -> asio::awaitable<void> {
                for (std::size_t at = 0; at != content.size();) {
                    const std::size_t n =
                        std::min<std::size_t>(at % 7'919 + 1, content.size() - at);
                    f.out.write(asio::buffer(content.data() + at, n));
                    at += n;
                    co_await f.out.flush(asio::use_awaitable);
                }
                f.out.complete();
                co_await f.out.async_wait_reader_completed(asio::use_awaitable);
                done = true;
            },
            [](std::exception_ptr failure) { CHECK_FALSE(failure); });
        f.finish();
        CHECK(done);
        CHECK((f.target.content() == content));
    }
}

TEST_CASE("file_writer: whoever writes behind waits when too much is unwritten") {
    file_writer_options options;
    options.write_behind = 1'000;
    written_file f(options);
    f.out.write(asio::buffer(numbered_bytes(999)));
    CHECK(f.out.try_flush());
    f.out.write(asio::buffer(numbered_bytes(1, 999)));
    CHECK(f.out.try_flush().error() == asio::error::would_block);
    wait_outcome flushed;
    f.out.flush(flushed.handler());
    CHECK(flushed.pending());
    f.finish();
    CHECK(flushed.succeeded());
    CHECK((f.target.content() == numbered_bytes(1'000)));
}

TEST_CASE("file_writer: memory is given back") {
    const segment_pool pool;
    file_writer_options options;
    options.pool = pool;
    written_file f(options);
    CHECK(pool.stats().bytes_in_use == 0);
    CHECK_FALSE(f.flush(numbered_bytes(500'000)));
    CHECK(pool.stats().bytes_in_use == 0);
}

TEST_CASE("file_writer: batches and preserved bytes") {
    written_file f;
    auto batch = f.out.alloc();
    batch.write(asio::buffer("second", 6));
    f.out.write(asio::buffer("first ", 6));
    batch.commit();
    const temporary_file source(" third");
    file_reader in(f.context, source.path);
    f.finish();
    f.out.append(in.try_read()->buffer.preserve());
    CHECK_FALSE(f.complete());
    CHECK(f.target.content() == "first second third");
}

TEST_CASE("file_writer: a file that cannot be opened") {
    asio::io_context context;
    CHECK(thrown_by([&] { file_writer(context, "/nonexistent/sluice"); }) ==
          boost::system::errc::no_such_file_or_directory);
    error_code ec;
    file_writer out(context, "/nonexistent/sluice", {}, ec);
    CHECK(ec == boost::system::errc::no_such_file_or_directory);
    out.write(asio::buffer("abc", 3));
    CHECK(out.try_flush().error() == ec);
}

TEST_CASE("file_writer: completed or destroyed, it writes what was flushed and closes the file") {
    for (const std::string_view how : {"completed", "failed", "destroyed"}) {
        const temporary_file target;
        asio::io_context context;
        file_stream file(context);
        file.open_for_writing(target.path);
        const int descriptor = file.native_handle();
        std::optional<file_writer> out(std::in_place, std::move(file));
        out->write(asio::buffer("abc", 3));
        (void)out->try_flush();
        wait_outcome ended;
        out->async_wait_reader_completed(ended.handler());
        if (how == "completed")
            out->complete();
        else if (how == "failed")
            out->complete(asio::error::connection_reset);
        else
            out.reset();
        context.run();
        CHECK(ended.calls == 1);
        CHECK(ended.ec ==
              (how == "destroyed" ? error_code(asio::error::operation_aborted) : error_code()));
        CHECK(target.content() == "abc");
        CHECK(::fcntl(descriptor, F_GETFD) == -1);
    }
}

TEST_CASE("file_writer: failed or destroyed, it writes what was committed, flushed or not") {
    for (const bool destroyed : {false, true}) {
        CAPTURE(destroyed);
        const temporary_file target;
        asio::io_context context;
        std::optional<file_writer> out(std::in_place, context, target.path);
        out->write(asio::buffer("abc", 3));
        (void)out->try_flush();
        out->write(asio::buffer("de", 2));
        if (destroyed)
            out.reset();
        else
            out->complete(asio::error::connection_reset);
        context.run();
        CHECK(target.content() == "abcde");
    }
}

TEST_CASE("file_writer: an idle one is no work for the context") {
    written_file f;
    f.finish();
    CHECK_FALSE(f.flush("abc"));
    f.finish();
}

TEST_CASE("file_writer: a cancelled flush loses and repeats nothing, whenever it is cancelled") {
    const std::string content = numbered_bytes(600'000);
    for (const asio::cancellation_type type : all_types) {
        bool finished = false;
        for (std::size_t step = 0; !finished; ++step) {
            written_file f;
            asio::cancellation_signal signal;
            wait_outcome flushed;
            f.out.write(asio::buffer(content));
            f.out.flush(asio::bind_cancellation_slot(signal.slot(), flushed.handler()));
            for (std::size_t i = 0; i != step && flushed.pending(); ++i)
                f.context.run_one();
            finished = !flushed.pending();
            signal.emit(type);
            add_to_proof(6, "cancellations of reads and writes of files", 1);
            f.finish();
            REQUIRE(flushed.calls == 1);
            CHECK((finished ? !flushed.ec
                            : flushed.ec == asio::error::operation_aborted || !flushed.ec));
            CHECK_FALSE(f.flush("!"));
            CHECK((f.target.content() == content + "!"));
        }
    }
}

TEST_CASE("file_writer: the wait for the end is cancelled, and the end comes all the same") {
    for (const asio::cancellation_type type : all_types) {
        file_writer_options options;
        options.sync_at_end = true;
        written_file f(options);
        asio::cancellation_signal signal;
        wait_outcome ended;
        f.out.write(asio::buffer("abc", 3));
        f.out.complete();
        f.out.async_wait_reader_completed(
            asio::bind_cancellation_slot(signal.slot(), ended.handler()));
        signal.emit(type);
        f.finish();
        CHECK(ended.failed(asio::error::operation_aborted));
        CHECK(f.target.content() == "abc");
        CHECK_FALSE(f.complete());
    }
}

TEST_CASE("file_writer: a context that goes down takes it along, whatever was begun") {
    const auto token = std::make_shared<int>();
    for (std::size_t step = 0; step != 20; ++step) {
        const temporary_file target;
        asio::io_context context;
        asio::co_spawn(
            context,
            [&, token]() -> asio::awaitable<void> {
                file_writer out(co_await asio::this_coro::executor, target.path);
                for (;;) {
                    out.write(asio::buffer("abc", 3));
                    co_await out.flush(asio::use_awaitable);
                }
            },
            [token](std::exception_ptr) {});
        for (std::size_t i = 0; i != step; ++i)
            context.run_one();
    }
    CHECK(token.use_count() == 1);
}

TEST_CASE("rule 28: pumped from a file to a file, by its reader and as a stream") {
    const std::string content = numbered_bytes(1'000'000);
    const temporary_file source(content);
    for (const bool from_stream : {false, true}) {
        written_file f;
        transfer_outcome moved;
        file_stream stream(f.context);
        stream.open_for_reading(source.path);
        std::optional<file_reader> in;
        if (from_stream)
            async_pump(stream, f.out, {}, moved.handler());
        else
            async_pump(in.emplace(std::move(stream)), f.out, {}, moved.handler());
        f.finish();
        CHECK(moved.done());
        CHECK_FALSE(moved.ec);
        CHECK(moved.bytes == content.size());
        CHECK_FALSE(f.complete());
        CHECK((f.target.content() == content));
    }
}

TEST_CASE("file_writer: async_write of much at once") {
    written_file f;
    const std::string content = numbered_bytes(3'000'000);
    transfer_outcome written;
    sluice::async_write(f.out, asio::buffer(content), written.handler());
    f.finish();
    CHECK(written.done());
    CHECK(written.bytes == content.size());
    CHECK((f.target.content() == content));
}
