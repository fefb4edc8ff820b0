// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/outcome.hpp"
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>
#include <sluice/stream/standard_streams.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <pty.h>
#include <string>
#include <unistd.h>

using namespace sluice;
using namespace sluice::test;

namespace {

// A descriptor of the test's.
class held_descriptor {
public:
    explicit held_descriptor(int number) : number_(number) { REQUIRE(number >= 0); }
    held_descriptor(const std::string& path, int flags)
        : held_descriptor(::open(path.c_str(), flags)) {}
    held_descriptor(held_descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    ~held_descriptor() { close(); }
    void close() {
        if (number_ >= 0)
            ::close(std::exchange(number_, -1));
    }
    int get() const noexcept { return number_; }
    bool is_non_blocking() const { return (::fcntl(number_, F_GETFL) & O_NONBLOCK) != 0; }
    off_t position() const { return ::lseek(number_, 0, SEEK_CUR); }

private:
    int number_;
};

struct two_descriptors {
    held_descriptor first, second;
};
two_descriptors a_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    return {held_descriptor(ends[0]), held_descriptor(ends[1])};
}
two_descriptors a_socket_pair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    return {held_descriptor(ends[0]), held_descriptor(ends[1])};
}
two_descriptors a_terminal() { // and who sits at it
    int keyboard = -1, terminal = -1;
    REQUIRE(::openpty(&keyboard, &terminal, nullptr, nullptr, nullptr) == 0);
    return {held_descriptor(terminal), held_descriptor(keyboard)};
}

struct attached_stream {
    asio::io_context context;
    system_stream stream{context};

    explicit attached_stream(const held_descriptor& to) { stream.attach(to.get()); }

    std::string read(error_code& ec) {
        std::array<char, 100> memory{};
        transfer_outcome outcome;
        stream.async_read_some(asio::buffer(memory), outcome.handler());
        CHECK(outcome.calls == 0);
        run();
        CHECK(outcome.done());
        ec = outcome.ec;
        return {memory.data(), outcome.bytes};
    }
    std::string read() {
        error_code ec;
        std::string text = read(ec);
        CHECK_FALSE(ec);
        return text;
    }
    void write(const std::string& text, boost::system::error_condition expected = {}) {
        transfer_outcome outcome;
        asio::async_write(stream, asio::buffer(text), outcome.handler());
        run();
        CHECK(outcome.done());
        CHECK(outcome.ec == expected);
    }
    void run() {
        context.restart();
        context.run_for(std::chrono::seconds(20));
    }
};

void give(const held_descriptor& to, const std::string& text) {
    REQUIRE(::write(to.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

} // namespace

TEST_CASE("system_stream: pipes, and nobody else finds them in non-blocking mode") {
    auto [out, in] = a_pipe();
    attached_stream reading(out), writing(in);
    CHECK(reading.stream.kind() == descriptor_kind::fifo);
    writing.write("hello");
    CHECK(reading.read() == "hello");
    CHECK_FALSE(out.is_non_blocking());
    CHECK_FALSE(in.is_non_blocking());
    in.close();
    writing.stream.close();
    error_code ec;
    reading.read(ec);
    CHECK(ec == asio::error::eof);
}

TEST_CASE("system_stream: sockets, which are left as they were") {
    auto [here, there] = a_socket_pair();
    {
        attached_stream both(here);
        CHECK(both.stream.kind() == descriptor_kind::socket);
        both.write("hello");
        std::array<char, 5> memory{};
        CHECK(::read(there.get(), memory.data(), 5) == 5);
        give(there, "there");
        CHECK(both.read() == "there");
        CHECK(here.is_non_blocking()); // there is no other way
    }
    CHECK_FALSE(here.is_non_blocking());
    ::fcntl(here.get(), F_SETFL, O_NONBLOCK);
    { attached_stream both(here); }
    CHECK(here.is_non_blocking());
}

TEST_CASE("system_stream: a terminal, and the end that is typed") {
    auto [terminal, keyboard] = a_terminal();
    attached_stream both(terminal);
    CHECK(both.stream.kind() == descriptor_kind::terminal);
    give(keyboard, "a line\n");
    CHECK(both.read() == "a line\n");
    give(keyboard, "\x04");
    error_code ec;
    both.read(ec);
    CHECK(ec == asio::error::eof);
    give(keyboard, "more\n");
    CHECK(both.read() == "more\n");
    both.write("answer");
    CHECK_FALSE(terminal.is_non_blocking());
}

TEST_CASE("system_stream: the side of a terminal that controls it is the same one") {
    auto [terminal, keyboard] = a_terminal();
    attached_stream controlling(keyboard);
    controlling.write("typed\n");
    std::array<char, 10> memory{};
    CHECK(::read(terminal.get(), memory.data(), memory.size()) == 6);
}

TEST_CASE(
    "system_stream: a file is read from where its descriptor stands, and left where it ends") {
    const temporary_file source("0123456789");
    held_descriptor file(source.path, O_RDONLY);
    ::lseek(file.get(), 4, SEEK_SET);
    {
        attached_stream reading(file);
        CHECK(reading.stream.kind() == descriptor_kind::file);
        std::array<char, 3> memory{};
        transfer_outcome outcome;
        asio::async_read(reading.stream, asio::buffer(memory), outcome.handler());
        reading.run();
        CHECK(std::string(memory.data(), 3) == "456");
    }
    CHECK(file.position() == 7);
    attached_stream rest(file);
    CHECK(rest.read() == "789");
    error_code ec;
    rest.read(ec);
    CHECK(ec == asio::error::eof);
}

TEST_CASE("system_stream: a file is written where its descriptor stands, or at its end") {
    const temporary_file target("0123456789");
    {
        held_descriptor file(target.path, O_WRONLY);
        ::lseek(file.get(), 4, SEEK_SET);
        { attached_stream(file).write("ab"); }
        give(file, "c"); // as the next program does
    }
    CHECK(target.content() == "0123abc789");
    held_descriptor behind(target.path, O_WRONLY | O_APPEND);
    attached_stream appending(behind);
    appending.write("!");
    give(behind, "?");
    appending.write("!");
    CHECK(target.content() == "0123abc789!?!");
}

TEST_CASE("system_stream: devices") {
    attached_stream null(held_descriptor("/dev/null", O_RDWR));
    CHECK(null.stream.kind() == descriptor_kind::device);
    null.write("nothing");
    error_code ec;
    null.read(ec);
    CHECK(ec == asio::error::eof);
    CHECK(attached_stream(held_descriptor("/dev/zero", O_RDONLY)).read() == std::string(100, '\0'));
    attached_stream(held_descriptor("/dev/full", O_WRONLY))
        .write("x", make_error_condition(boost::system::errc::no_space_on_device));
}

TEST_CASE("system_stream: what is no descriptor, and one that is closed") {
    asio::io_context context;
    system_stream stream(context);
    error_code ec;
    stream.attach(-1, ec);
    CHECK(ec == boost::system::errc::bad_file_descriptor);
    stream.assign(1'000'000, ec);
    CHECK(ec == boost::system::errc::bad_file_descriptor);
    CHECK_FALSE(stream.is_open());
    CHECK(thrown_by([&] { stream.attach(-1); }) == boost::system::errc::bad_file_descriptor);
    CHECK(thrown_by([&] { stream.assign(-1); }) == boost::system::errc::bad_file_descriptor);
    char byte;
    transfer_outcome outcome;
    stream.async_read_some(asio::buffer(&byte, 1), outcome.handler());
    context.run();
    CHECK(outcome.ec == asio::error::bad_descriptor);
}

TEST_CASE("system_stream: what it takes over it closes") {
    auto [out, in] = a_pipe();
    {
        asio::io_context context;
        system_stream stream(context);
        stream.assign(::dup(in.get()));
        in.close();
        system_stream moved(std::move(stream));
        CHECK(moved.is_open());
    }
    char byte;
    CHECK(::read(out.get(), &byte, 1) == 0);
}

TEST_CASE("system_stream: a read is cancelled") {
    auto [out, in] = a_pipe();
    attached_stream reading(out);
    std::array<char, 10> memory{};
    transfer_outcome outcome;
    reading.stream.async_read_some(asio::buffer(memory), outcome.handler());
    reading.context.poll();
    reading.stream.cancel();
    reading.run();
    CHECK(outcome.ec == asio::error::operation_aborted);
}

TEST_CASE("system_stream: pumps between all kinds") {
    const std::string bytes = numbered_bytes(300'000);
    const temporary_file source(bytes);
    for (const bool system_copy : {true, false})
        for (const bool from_file : {true, false})
            for (const bool to_file : {true, false}) {
                const temporary_file target;
                asio::io_context context;
                system_stream from(context), to(context);
                local_pair feeding(context), taking(context);
                std::string got;
                transfer_outcome fed, taken, outcome;
                if (from_file) {
                    from.attach(held_descriptor(source.path, O_RDONLY).get());
                } else {
                    from.assign(feeding.far.release());
                    asio::async_write(feeding.near, asio::buffer(bytes), [&](auto... result) {
                        feeding.near.close();
                        fed.handler()(result...);
                    });
                }
                if (to_file) {
                    to.attach(held_descriptor(target.path, O_WRONLY).get());
                } else {
                    to.assign(taking.near.release());
                    asio::async_read(taking.far, asio::dynamic_buffer(got), taken.handler());
                }
                async_pump(from, to, {.system_copy = system_copy}, outcome.handler());
                while (outcome.calls == 0 && context.run_one_for(std::chrono::seconds(20)) != 0)
                    ;
                CHECK_FALSE(outcome.ec);
                CHECK(outcome.bytes == bytes.size());
                to.close();
                context.run_for(std::chrono::seconds(20));
                CHECK((to_file ? target.content() : got) == bytes);
            }
}

TEST_CASE("system_stream: pumps to and from pipes, and the faces of a reader and a writer") {
    const temporary_file source("some text\n");
    const temporary_file target;
    asio::io_context context;
    system_stream from(context), to(context);
    from.attach(held_descriptor(source.path, O_RDONLY).get());
    to.attach(held_descriptor(target.path, O_WRONLY).get());
    sluice::pipe between(context);
    transfer_outcome in, out;
    async_pump(from, between.writer, {}, in.handler());
    async_pump(between.reader, to, {}, out.handler());
    context.run();
    CHECK((in.bytes == 10 && out.bytes == 10));
    CHECK(target.content() == "some text\n");

    from.attach(held_descriptor(source.path, O_RDONLY).get());
    stream_reader reader(from);
    stream_writer writer(to);
    reader.async_read([&](error_code ec, const read_result& read) {
        CHECK_FALSE(ec);
        writer.write(read.buffer);
        reader.advance(read.buffer.finish());
        writer.flush([&](error_code failure) { CHECK_FALSE(failure); });
    });
    context.restart();
    context.run();
    CHECK(target.content() == "some text\nsome text\n");
}

TEST_CASE("standard streams are those of the process") {
    auto [out, in] = a_pipe();
    const held_descriptor before(::dup(0));
    ::dup2(out.get(), 0);
    asio::io_context context;
    system_stream input = standard_input(context);
    const auto error = standard_error(context.get_executor());
    ::dup2(before.get(), 0);
    CHECK(error.is_open());
    give(in, "typed");
    std::array<char, 10> memory{};
    auto read = input.async_read_some(asio::buffer(memory), asio::use_future);
    context.run();
    CHECK(read.get() == 5);
}

TEST_CASE("standard streams that are closed") {
    const held_descriptor before(::dup(0));
    {
        asio::io_context context;
        ::close(0);
        const auto expected = boost::system::errc::bad_file_descriptor;
        CHECK(thrown_by([&] { standard_input(context); }) == expected);
        asio::posix::stream_descriptor first_user(context); // gives the number to the reactor
        CHECK(thrown_by([&] { standard_input(context); }) == expected);
    }
    ::dup2(before.get(), 0);
}
