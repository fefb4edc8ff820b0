// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include <sluice/sluice.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;

namespace {

// [pump
// Sends a stream's bytes through a filter to another one, each step at its own pace.
template <class Filter>
asio::awaitable<void> filtered(tcp::socket& from, tcp::socket& to, Filter filter) {
    sluice::pipe before(from.get_executor()), after(from.get_executor());
    co_await (sluice::async_pump(from, before.writer, {}, use_awaitable) &&
              filter(before.reader, after.writer) &&
              sluice::async_pump(after.reader, to, {}, use_awaitable));
}
// pump]

// [limits
// Takes an upload of at most a megabyte from a client that must not dawdle.
asio::awaitable<std::uint64_t> receive_upload(tcp::socket& client, sluice::pipe_writer& to) {
    using namespace std::chrono_literals;
    sluice::pump_progress report;
    report.callback = [](std::uint64_t bytes) { std::clog << bytes << " bytes so far\n"; };
    const sluice::pump_options limits = {
        .byte_limit = 1'000'000, .idle_timeout = 10s, .min_rate = 1000, .progress = &report};
    co_return co_await sluice::async_pump(client, to, limits, use_awaitable);
}
// limits]

asio::awaitable<void> to_upper(sluice::pipe_reader& in, sluice::pipe_writer& out) {
    for (bool more = true; more;) {
        const sluice::read_result read = co_await in.async_read(use_awaitable);
        std::string text = read.buffer.to_string();
        for (char& c : text)
            c = static_cast<char>(c - (c >= 'a' && c <= 'z' ? 'a' - 'A' : 0));
        out.write(asio::buffer(text));
        in.advance(read.buffer.finish());
        co_await out.flush(use_awaitable);
        more = !read.completed;
    }
    out.complete();
}

// [relay
asio::awaitable<void> forward(tcp::socket client, tcp::endpoint target) {
    tcp::socket server(client.get_executor());
    co_await server.async_connect(target, use_awaitable);
    sluice::relay_options options;
    options.half_close_timeout = std::chrono::seconds(30);
    options.idle_timeout = std::chrono::minutes(5);
    const auto [ec, result] =
        co_await sluice::async_relay(client, server, options, asio::as_tuple(use_awaitable));
    if (ec)
        co_return; // result.a_to_b and result.b_to_a say how far each direction got, and why
}
// relay]

// [stream_ends
// Asks, and waits five seconds for the line that answers.
asio::awaitable<std::string> ask(tcp::socket& socket, std::string question) {
    sluice::stream_reader in(socket);
    sluice::stream_writer out(socket);
    out.write(asio::buffer(question));
    co_await out.flush(use_awaitable);
    const sluice::readable_buffer line = co_await sluice::async_read_until(
        in, '\n', sluice::cancel_after(std::chrono::seconds(5), use_awaitable));
    std::string answer = line.to_string();
    in.advance(line.finish());
    co_return answer;
}
// stream_ends]

// [files
// Copies the lines that hold a word; when it is over, the device has them.
asio::awaitable<void> copy_lines(std::filesystem::path from, std::filesystem::path to,
                                 std::string_view word) {
    const auto executor = co_await asio::this_coro::executor;
    sluice::file_writer_options options;
    options.sync_at_end = true;
    sluice::file_reader in(executor, from);
    sluice::file_writer out(executor, to, options);
    sluice::framed_reader lines(in, sluice::line_decoder());
    for (;;) {
        const auto [ec, line] = co_await lines.async_next(asio::as_tuple(use_awaitable));
        if (ec == asio::error::eof)
            break;
        if (ec)
            throw boost::system::system_error(ec);
        if (line.find(word)) {
            out.write(line);
            out.write(asio::buffer("\n", 1));
        }
        if (out.unflushed() > 100'000)
            co_await out.flush(use_awaitable); // throws when the device is full
    }
    out.complete();
    co_await out.async_wait_reader_completed(use_awaitable);
}
// files]

// [pipe_stream
// A protocol that is written for sockets, tested without one.
asio::awaitable<void> greet() {
    auto [client, server] = sluice::make_pipe_streams(co_await asio::this_coro::executor);
    co_await asio::async_write(client, asio::buffer("hello\n", 6), use_awaitable);
    client.shutdown(asio::socket_base::shutdown_send);

    std::string all;
    const auto [ec, n] =
        co_await asio::async_read(server, asio::dynamic_buffer(all), asio::as_tuple(use_awaitable));
    CHECK(ec == asio::error::eof);
    CHECK(all == "hello\n");
}
// pipe_stream]

template <class Body>
void run(asio::io_context& context, Body body) {
    auto done = asio::co_spawn(context, std::move(body), asio::use_future);
    context.run_for(std::chrono::seconds(20));
    done.get();
}

} // namespace

TEST_CASE("adapters.md: pumps on either side of a filter") {
    asio::io_context context;
    sluice::test::tcp_pair in(context), out(context);
    asio::write(in.near, asio::buffer("shout\n", 6));
    in.near.shutdown(asio::socket_base::shutdown_send);
    run(context, filtered(in.far, out.near, to_upper));
    std::array<char, 20> memory{};
    boost::system::error_code ec;
    const std::size_t n = asio::read(out.far, asio::buffer(memory), ec);
    CHECK(std::string(memory.data(), n) == "SHOUT\n");
    CHECK(ec == asio::error::eof);
}

TEST_CASE("adapters.md: a pump with limits") {
    asio::io_context context;
    sluice::test::tcp_pair client(context);
    sluice::pipe upload(context);
    asio::write(client.near, asio::buffer("a photograph", 12));
    client.near.close();
    run(context, [&]() -> asio::awaitable<void> {
        CHECK(co_await receive_upload(client.far, upload.writer) == 12);
    });
}

TEST_CASE("adapters.md: a relay") {
    asio::io_context context;
    sluice::test::tcp_pair client(context);
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    std::string question = "question";
    run(context,
        (
            forward(std::move(client.far), acceptor.local_endpoint()) &&
                [](tcp::acceptor& listening) -> asio::awaitable<void> {
                tcp::socket server = co_await listening.async_accept(use_awaitable);
                std::string all;
                co_await asio::async_read(server, asio::dynamic_buffer(all),
                                          asio::as_tuple(use_awaitable));
                all += "!";
                co_await asio::async_write(server, asio::buffer(all), use_awaitable);
            }(acceptor) && [](tcp::socket& socket, std::string& text) -> asio::awaitable<void> {
                co_await asio::async_write(socket, asio::buffer(text), use_awaitable);
                socket.shutdown(asio::socket_base::shutdown_send);
                text.clear();
                co_await asio::async_read(socket, asio::dynamic_buffer(text),
                                          asio::as_tuple(use_awaitable));
            }(client.near, question)));
    CHECK(question == "question!");
}

TEST_CASE("adapters.md: the ends of a stream") {
    asio::io_context context;
    sluice::test::tcp_pair pair(context);
    asio::write(pair.far, asio::buffer("42\nand more", 11));
    auto answer = asio::co_spawn(context, ask(pair.near, "6 * 7\n"), asio::use_future);
    context.run_for(std::chrono::seconds(20));
    CHECK(answer.get() == "42\n");
    std::array<char, 6> asked{};
    asio::read(pair.far, asio::buffer(asked));
    CHECK(std::string(asked.data(), asked.size()) == "6 * 7\n");
}

TEST_CASE("adapters.md: files") {
    std::string content, expected;
    for (int i = 0; i != 50'000; ++i) {
        const std::string line = std::to_string(i) + (i % 3 == 0 ? " with it\n" : " without\n");
        content += line;
        expected += i % 3 == 0 ? line : "";
    }
    const sluice::test::temporary_file from(content), to;
    asio::io_context context;
    auto copied =
        asio::co_spawn(context, copy_lines(from.path, to.path, "with it"), asio::use_future);
    context.run();
    copied.get();
    CHECK((to.content() == expected));
}

TEST_CASE("adapters.md: pipes as streams") {
    asio::io_context context;
    run(context, greet());
}
