// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/temporary_file.hpp"
#include "support/test_pipe.hpp"
#include <sluice/sluice.hpp>
#include <sluice/testing/network.hpp>
#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// The examples of the comments in the public headers that stand nowhere else.

namespace asio = boost::asio;
using sluice::error_code;
using sluice::test::test_pipe;

TEST_CASE("reference: memory of a pool, and bytes that outlive a pipe") {
    asio::io_context context;
    // [segment_pool
    const sluice::segment_pool pool({.segment_size = 4096});
    sluice::pipe_options options;
    options.pool = pool; // of this pipe, and of others that are made so
    sluice::pipe pipe(context, options);
    // segment_pool]
    pipe.writer.write(asio::buffer("kept", 4));
    CHECK(pipe.writer.try_flush());
    CHECK(pool.stats().bytes_in_use == 4096);
    // [preserve
    const sluice::read_result read = pipe.reader.try_read().value();
    const sluice::preserved_buffer kept = read.buffer.preserve(); // copies no byte
    pipe.reader.advance(read.buffer.finish());
    // preserve]
    pipe.reader.complete();
    CHECK(kept.buffer().equals("kept"));
}

TEST_CASE("reference: bytes that are there already") {
    // [borrowed_buffer
    const std::array<asio::const_buffer, 2> pieces = {asio::buffer("12", 2),
                                                      asio::buffer("34;", 3)};
    const sluice::borrowed_buffer whole(pieces);
    sluice::byte_reader in(whole.view());
    CHECK(in.read_decimal<int>().value() == 1234);
    // borrowed_buffer]

    const sluice::readable_buffer buffer = whole.view();
    // [byte_view
    const auto threes = std::ranges::count(sluice::byte_view(buffer), std::byte{'3'});
    // byte_view]
    CHECK(threes == 1);

    asio::io_context context;
    const std::string_view text = "one\ntwo\n";
    std::vector<std::string> found;
    // [memory_reader
    sluice::memory_reader bytes(context.get_executor(),
                                sluice::readable_buffer::over({text.data(), text.size()}));
    sluice::framed_reader lines(bytes, sluice::line_decoder());
    while (const auto line = lines.try_next())
        found.push_back(line->to_string());
    // memory_reader]
    CHECK(found == std::vector<std::string>{"one", "two"});
}

TEST_CASE("reference: what can be written to") {
    // [span_writer
    std::array<std::byte, 64> memory;
    sluice::span_writer packet(memory);
    const asio::mutable_buffer size = packet.reserve(2);
    sluice::write_be<std::uint32_t>(packet, 7);
    sluice::write(packet, asio::buffer("text", 4));
    sluice::store_be<std::uint16_t>(size, static_cast<std::uint16_t>(packet.size() - 2));
    // span_writer]
    CHECK(std::to_integer<int>(memory[1]) == 8);

    // [dynamic_buffer_writer
    std::string text = "size: ";
    sluice::dynamic_buffer_writer out(asio::dynamic_buffer(text));
    sluice::write_decimal(out, 42);
    CHECK(text == "size: 42");
    // dynamic_buffer_writer]

    test_pipe pipe;
    // [pooled_buffer
    sluice::pooled_buffer body;
    sluice::write(body, asio::buffer("a body", 6));
    sluice::write_be<std::uint8_t>(pipe.writer, static_cast<std::uint8_t>(body.size()));
    pipe.writer.append(body.take()); // its memory becomes part of the stream
    // pooled_buffer]

    const std::string_view word = "drow";
    // [writer_output
    {
        sluice::writer_output letters(pipe.writer);
        std::ranges::reverse_copy(word, letters.begin());
    } // here they are committed
    // writer_output]
    CHECK(pipe.writer.try_flush());
    CHECK(pipe.reader.try_read()->buffer.equals("\6a bodyword"));
}

TEST_CASE("reference: operations of a pipe") {
    test_pipe pipe;
    std::uint32_t number = 0;
    // [async_read_at_least
    pipe.reader.async_read_at_least(4, [&](error_code ec, const sluice::read_result& read) {
        if (ec || read.buffer.size() < 4)
            return; // it ended before
        number = sluice::byte_reader(read.buffer).read_be<std::uint32_t>().value();
        pipe.reader.consume(4);
    });
    // async_read_at_least]
    CHECK(pipe.publish(std::string_view("\0\0\1\1five!", 9)));
    pipe.poll();
    CHECK(number == 257);

    std::string text;
    // [async_read_exactly
    sluice::async_read_exactly(pipe.reader, 5,
                               [&](error_code ec, const sluice::readable_buffer& bytes) {
                                   text = bytes.to_string(); // with eof fewer
                                   if (!ec)
                                       pipe.reader.advance(bytes.finish());
                               });
    // async_read_exactly]
    pipe.poll();
    CHECK(text == "five!");

    bool stopped = false, drained = false;
    std::size_t written = 0;
    const std::string large(1'000'000, 'x');
    // [async_write
    sluice::async_write(pipe.writer, asio::buffer(large), [&](error_code ec, std::size_t n) {
        written = n; // all, unless there is an error
        pipe.writer.complete(ec);
    });
    // async_write]
    // [async_wait_reader_completed
    pipe.writer.async_wait_reader_completed([&](error_code) { stopped = true; });
    // async_wait_reader_completed]
    pipe.poll();
    CHECK(written == 0);
    while (const auto read = pipe.reader.try_read()) {
        pipe.reader.advance(read->buffer.finish());
        pipe.poll();
    }
    CHECK(written == large.size());
    // [async_wait_drained
    pipe.writer.async_wait_drained([&](error_code ec) { drained = !ec; });
    // async_wait_drained]
    pipe.poll();
    CHECK(drained);
    CHECK(!stopped);
    pipe.reader.complete();
    pipe.poll();
    CHECK(stopped);

    test_pipe next;
    pipe.reset();
    pipe.write("moved");
    pipe.writer.complete();
    std::uint64_t moved = 0;
    // [async_pump
    sluice::async_pump(pipe.reader, next.writer, {},
                       [&](error_code ec, std::uint64_t n) { moved = ec ? 0 : n; });
    // async_pump]
    pipe.poll();
    CHECK(moved == 5);
    CHECK(next.take() == "moved");
}

TEST_CASE("reference: streams") {
    asio::io_context context;
    auto [near, far] = sluice::make_pipe_streams(context.get_executor());
    std::string text;
    // [stream_reader
    sluice::stream_reader in(near);
    in.async_read([&](error_code ec, const sluice::read_result& read) {
        text = read.buffer.to_string();
        if (!ec)
            in.advance(read.buffer.finish());
    });
    // stream_reader]
    CHECK(far.write_some(asio::buffer("hello", 5)) == 5);
    context.run();
    CHECK(text == "hello");

    const sluice::test::temporary_file made;
    const std::filesystem::path& path = made.path;
    bool saved = false;
    // [file_stream
    sluice::file_stream file(context);
    file.open_for_writing(path);
    file.async_write_some(asio::buffer("settings\n", 9), [&](error_code, std::size_t n) {
        file.async_sync([&, n](error_code ec, std::size_t) { saved = !ec && n == 9; });
    });
    // file_stream]
    context.restart();
    context.run();
    CHECK(saved);
    CHECK(made.content() == "settings\n");

    error_code told;
    // [standard_streams
    sluice::system_stream out = sluice::standard_output(context);
    out.async_write_some(asio::buffer("ready\n", 6), [&](error_code ec, std::size_t) {
        told = ec; // broken_pipe if nobody reads
    });
    // standard_streams]
    context.restart();
    context.run();
    CHECK(!told);
}

TEST_CASE("reference: frames") {
    test_pipe pipe;
    // [length_prefix
    sluice::length_prefix_options options;
    options.prefix_size = 2;
    options.max_size = 10'000;
    sluice::framed_writer messages(pipe.writer, sluice::length_prefix_encoder(options));
    messages.write("hello").value(); // 00 05 h e l l o
    messages.try_flush().value();
    sluice::framed_reader arrived(pipe.reader, sluice::length_prefix_decoder(options));
    CHECK(arrived.try_next()->equals("hello"));
    // length_prefix]
    arrived.release();

    test_pipe answers;
    CHECK(!sluice::resp_encoder().encode({"SET", "key", "value"}, pipe.writer));
    CHECK(!sluice::resp_encoder().encode({"PING"}, pipe.writer));
    pipe.writer.try_flush().value();
    // [resp_server
    sluice::framed_reader commands(pipe.reader, sluice::resp_command_decoder());
    const sluice::resp_encoder reply;
    while (const auto command = commands.try_next()) {
        if (command->empty())
            continue;
        if (command->front().equals("PING"))
            reply.bulk("PONG", answers.writer);
        else
            (void)reply.error("ERR unknown command", answers.writer);
    }
    answers.writer.try_flush().value();
    // resp_server]
    // [resp_decoder
    sluice::framed_reader replies(answers.reader, sluice::resp_decoder());
    CHECK(replies.try_next()->is_error());
    CHECK(replies.try_next()->to_string() == "PONG");
    // resp_decoder]
}

TEST_CASE("reference: the test kit") {
    std::array<char, 100> memory{};
    // [scripted_stream
    sluice::testing::manual_context context;
    sluice::testing::scripted_stream peer(context.get_executor());
    peer.deliver("hello"); // a read gets this,
    peer.deliver_end();    // and the next one the end
    std::size_t size = 0;
    peer.async_read_some(asio::buffer(memory),
                         [&](error_code ec, std::size_t n) { size = ec ? 0 : n; });
    context.run_all();
    CHECK(size == 5);
    // scripted_stream]

    const std::uint64_t seed = 1;
    // [network
    sluice::testing::network network(context, seed);
    auto [near, far] = network.connect();
    near.async_write_some(asio::buffer("hello", 5), [&](error_code, std::size_t) { near.close(); });
    std::size_t arrived = 0;
    far.async_read_some(asio::buffer(memory), [&](error_code, std::size_t n) { arrived = n; });
    CHECK(network.run()); // some of it, and late
    // network]
    CHECK(arrived != 0);
    // [manual_clock
    asio::basic_waitable_timer<sluice::testing::manual_clock> timer(context);
    timer.expires_after(std::chrono::hours(1));
    bool late = false;
    timer.async_wait([&](error_code ec) { late = !ec; });
    sluice::testing::manual_clock::advance(std::chrono::hours(1));
    context.run_all();
    CHECK(late);
    // manual_clock]
}
