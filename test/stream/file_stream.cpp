// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/file_stream.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <thread>

using namespace sluice;
using namespace sluice::test;

namespace {

struct fixture {
    asio::io_context context;
    file_stream file{context};
    std::string memory = std::string(100'000, '-');

    // Files have threads of their own: their ends are waited for.
    void finish() {
        context.restart();
        context.run();
    }
    std::string read(boost::system::error_condition expected = {}) {
        transfer_outcome outcome;
        file.async_read_some(asio::buffer(memory), outcome.handler());
        CHECK(outcome.calls == 0);
        finish();
        CHECK(outcome.ec == expected);
        return memory.substr(0, outcome.bytes);
    }
    void write(std::string_view text, boost::system::error_condition expected = {}) {
        transfer_outcome outcome;
        file.async_write_some(asio::buffer(text), outcome.handler());
        finish();
        CHECK(outcome.ec == expected);
        CHECK(outcome.bytes == (expected ? 0 : text.size()));
    }
};

const boost::system::error_condition end = error_code(asio::error::eof).default_error_condition();

} // namespace

TEST_CASE("file_stream: a file is named by a path or by a string") {
    const temporary_file source("abc");
    const std::string name = source.path.string();
    fixture by_path, by_string, by_characters;
    by_path.file.open_for_reading(source.path);
    by_string.file.open_for_reading(name);
    by_characters.file.open_for_reading(name.c_str());
    for (const fixture* f : {&by_path, &by_string, &by_characters})
        CHECK(f->file.size() == 3);
}

TEST_CASE("file_stream: reads to the end, from any position, up to a limit") {
    const temporary_file source("abcdefghij");
    fixture f;
    f.file.open_for_reading(source.path);
    CHECK(f.file.size() == 10);
    CHECK(f.read() == "abcdefghij");
    CHECK(f.file.position() == 10);
    CHECK(f.read(end).empty());
    f.file.seek(7);
    CHECK(f.read() == "hij");
    f.file.seek(2, 3);
    CHECK(f.read() == "cde");
    CHECK(f.read(end).empty());
    f.file.seek(8, file_stream::no_limit);
    CHECK(f.read() == "ij");
    f.file.seek(100);
    CHECK(f.read(end).empty());
}

TEST_CASE("file_stream: writes at a position, within a limit, or behind what is there") {
    const temporary_file target("old content");
    fixture f;
    f.file.open_for_writing(target.path);
    f.write("abcdef");
    f.file.seek(1, 2);
    transfer_outcome part;
    f.file.async_write_some(asio::buffer("XYZ", 3), part.handler());
    f.finish();
    CHECK(part.bytes == 2);
    f.write("more", boost::system::errc::file_too_large);
    f.file.close();
    CHECK_FALSE(f.file.is_open());
    CHECK(target.content() == "aXYdef");
    f.file.open_for_appending(target.path);
    f.write("!");
    f.write("?");
    CHECK(target.content() == "aXYdef!?");
}

TEST_CASE("file_stream: scatters and gathers") {
    const temporary_file target;
    fixture f;
    f.file.open_for_writing(target.path);
    transfer_outcome written;
    f.file.async_write_some(
        std::array{asio::buffer("abc", 3), asio::buffer("", 0), asio::buffer("de", 2)},
        written.handler());
    f.finish();
    CHECK(written.bytes == 5);
    f.file.open_for_reading(target.path);
    std::array<char, 2> a{};
    std::array<char, 9> b{};
    transfer_outcome read;
    f.file.async_read_some(std::array{asio::buffer(a), asio::buffer(b)}, read.handler());
    f.finish();
    CHECK(read.bytes == 5);
    CHECK(std::string(a.data(), 2) + std::string(b.data(), 3) == "abcde");
}

TEST_CASE("file_stream: nothing to transfer succeeds at once") {
    fixture f;
    f.file.open_for_reading(temporary_file("x").path);
    transfer_outcome read;
    f.file.async_read_some(asio::mutable_buffer(), read.handler());
    CHECK(read.calls == 0);
    f.finish();
    CHECK(read.done());
    CHECK_FALSE(read.ec);
}

TEST_CASE("file_stream: errors are those of the system") {
    fixture f;
    error_code ec;
    f.file.open_for_reading("/nonexistent/sluice", ec);
    CHECK(ec == boost::system::errc::no_such_file_or_directory);
    CHECK_FALSE(f.file.is_open());
    CHECK(thrown_by([&] { f.file.open_for_writing("/nonexistent/sluice"); }) ==
          boost::system::errc::no_such_file_or_directory);
    CHECK(thrown_by([&] { f.file.size(); }) == boost::system::errc::bad_file_descriptor);
    CHECK(f.read(boost::system::errc::bad_file_descriptor).empty());
    f.file.open_for_reading(std::filesystem::temp_directory_path());
    CHECK(f.read(boost::system::errc::is_a_directory).empty());
    if (std::filesystem::exists("/dev/full")) {
        f.file.open_for_writing("/dev/full");
        f.write("x", boost::system::errc::no_space_on_device);
    }
}

TEST_CASE("file_stream: what was written can be brought to the device") {
    const temporary_file target;
    fixture f;
    f.file.open_for_writing(target.path);
    f.write("abc");
    transfer_outcome synced;
    f.file.async_sync(synced.handler());
    f.finish();
    CHECK(synced.done());
    CHECK_FALSE(synced.ec);
    CHECK(f.file.position() == 3);
}

TEST_CASE("file_stream: moved, assigned and released") {
    const temporary_file source("abc");
    fixture f;
    file_stream other(f.context);
    other.open_for_reading(source.path);
    f.file = std::move(other);
    CHECK_FALSE(other.is_open());
    const int descriptor = f.file.release();
    CHECK_FALSE(f.file.is_open());
    f.file.assign(descriptor);
    CHECK(f.read() == "abc");
}

TEST_CASE("file_stream: handlers run on their own executor") {
    const temporary_file source("abc");
    fixture f;
    f.file.open_for_reading(source.path);
    const auto strand = asio::make_strand(f.context);
    bool inside = false;
    f.file.async_read_some(asio::buffer(f.memory),
                           asio::bind_executor(strand, [&](error_code, std::size_t) {
                               inside = strand.running_in_this_thread();
                           }));
    f.finish();
    CHECK(inside);
}

TEST_CASE("rule 02: futures and coroutines with a file_stream") {
    const temporary_file source("abc");
    fixture f;
    f.file.open_for_reading(source.path);
    auto read = f.file.async_read_some(asio::buffer(f.memory), asio::use_future);
    f.finish();
    CHECK(read.get() == 3);
    asio::co_spawn(
        f.context,
        [&]() -> asio::awaitable<void> {
            f.file.seek(1);
            CHECK(co_await f.file.async_read_some(asio::buffer(f.memory)) == 2);
            const auto [ec, n] = co_await f.file.async_read_some(asio::buffer(f.memory), as_result);
            CHECK(ec == asio::error::eof);
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    f.finish();
}

TEST_CASE("file_stream: a context that goes down takes its operations along") {
    const temporary_file source("abc");
    const auto token = std::make_shared<int>();
    std::string memory(10, '-');
    for (int i = 0; i != 20; ++i) {
        asio::io_context context;
        file_stream file(context);
        file.open_for_reading(source.path);
        file.async_read_some(asio::buffer(memory),
                             [token](error_code, std::size_t) { FAIL("called"); });
    }
    CHECK(token.use_count() == 1);
}

TEST_CASE("rule 28: file streams pumped through a pipe and without one") {
    std::string content(3'000'000, ' ');
    for (std::size_t i = 0; i != content.size(); ++i)
        content[i] = static_cast<char>(i * 7 + i / 251);
    const temporary_file source(content);
    for (const bool through_pipe : {true, false}) {
        const temporary_file target;
        asio::io_context context;
        file_stream from(context), to(context);
        from.open_for_reading(source.path);
        to.open_for_writing(target.path);
        transfer_outcome filled, emptied;
        sluice::pipe pipe(context);
        if (through_pipe) {
            async_pump(from, pipe.writer, {}, filled.handler());
            async_pump(pipe.reader, to, {}, emptied.handler());
        } else {
            async_pump(from, to, {}, emptied.handler());
        }
        context.run();
        CHECK_FALSE(emptied.ec);
        CHECK(emptied.bytes == content.size());
        CHECK((target.content() == content));
    }
}

TEST_CASE("rule 28: a full device is an error of the pump, and of the writer's flush") {
    if (!std::filesystem::exists("/dev/full"))
        return;
    asio::io_context context;
    file_stream to(context);
    to.open_for_writing("/dev/full");
    sluice::pipe pipe(context);
    transfer_outcome emptied;
    async_pump(pipe.reader, to, {}, emptied.handler());
    pipe.writer.write(asio::buffer("abc", 3));
    (void)pipe.writer.try_flush();
    context.run();
    CHECK(emptied.ec == boost::system::errc::no_space_on_device);
    pipe.writer.write(asio::buffer("abc", 3));
    CHECK(pipe.writer.try_flush().error() == boost::system::errc::no_space_on_device);
}
