// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/outcome.hpp"
#include <sluice/buffer/borrowed_buffer.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/pipe/memory_reader.hpp>

#include <boost/asio/use_future.hpp>

#include <array>
#include <optional>
#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

bool refuses(errc code, auto&& call) {
    try {
        call();
    } catch (const boost::system::system_error& e) {
        return e.code() == code;
    }
    return false;
}

} // namespace

TEST_CASE("memory_reader: rule 06, 07, 08, 09: as a pipe whose writer has completed") {
    asio::io_context context;
    const std::string text = "some bytes";
    memory_reader in(context.get_executor(), readable_buffer::over(asio::buffer(text)));
    CHECK(in.buffered() == 10);
    CHECK(refuses(errc::no_read_to_advance, [&] { in.consume(0); }));
    CHECK(refuses(errc::no_read_to_advance, [&] { in.advance({}); }));

    read_outcome first, second;
    in.async_read(first.handler());
    CHECK(first.pending());
    in.async_read(second.handler());
    poll(context);
    CHECK(first.succeeded());
    CHECK(first.text() == text);
    CHECK(first.result.completed);
    CHECK(second.failed(errc::advance_required));
    CHECK(in.try_read().error() == errc::advance_required);

    const readable_buffer all = first.result.buffer;
    CHECK(refuses(errc::invalid_cursor, [&] { in.advance(all.at(3), all.at(2)); }));
    CHECK(refuses(errc::invalid_cursor, [&] { in.consume(11); }));
    const std::string elsewhere = "some others";
    const readable_buffer other = readable_buffer::over(asio::buffer(elsewhere));
    CHECK(refuses(errc::invalid_cursor, [&] { in.advance(other.start(), all.finish()); }));
    CHECK(refuses(errc::invalid_cursor, [&] { in.advance(all.start(), other.finish()); }));
    in.advance(all.at(5), all.at(7));
    const auto more = in.try_read();
    REQUIRE(more.has_value());
    CHECK(more->buffer.to_string() == "bytes");
    CHECK(more->examined == all.at(7));
    CHECK(more->completed);
    CHECK(refuses(errc::invalid_cursor, [&] { in.advance(all.start()); }));
    in.advance(more->buffer.start(), more->buffer.finish());

    read_outcome last;
    in.async_read(last.handler());
    poll(context);
    CHECK(last.failed(asio::error::eof));
    CHECK(last.text() == "bytes");
    const auto enough = in.try_read_at_least(5);
    REQUIRE(enough.has_value());
    in.consume(4);
    CHECK(in.try_read_at_least(2)->buffer.to_string() == "s");
    in.consume(1);
    CHECK(in.try_read().error() == asio::error::eof);
    CHECK(in.buffered() == 0);
}

TEST_CASE("memory_reader: rule 11, 12: cancelled, and completed; rule 02: futures and coroutines") {
    asio::io_context context;
    memory_reader in(asio::any_io_executor(context.get_executor()),
                     readable_buffer::over(asio::buffer("abc", 3)));
    in.cancel_pending_read();
    auto future = in.async_read_at_least(1, asio::use_future);
    poll(context);
    const read_result woken = future.get();
    CHECK(woken.cancelled);
    CHECK(woken.buffer.size() == 3);
    run(context, [&]() -> asio::awaitable<void> {
        const read_result read = co_await in.async_read(asio::use_awaitable);
        CHECK(read.completed);
        in.advance(read.buffer.at(1));
    });
    in.complete();
    CHECK(in.try_read().error() == errc::already_completed);
    CHECK(in.buffered() == 0);
}

TEST_CASE("memory_reader: nothing to read ends at once") {
    asio::io_context context;
    memory_reader in(context.get_executor(), readable_buffer());
    const auto read = in.try_read();
    REQUIRE(read.has_value());
    CHECK(read->completed);
    CHECK(read->buffer.empty());
    in.consume(0);
    CHECK(in.try_read().error() == asio::error::eof);
}

TEST_CASE("memory_reader: frames from memory in pieces, tried and awaited") {
    asio::io_context context;
    const std::string one = "first\nse", two = "cond\nlast";
    const borrowed_buffer pieces(
        std::array<asio::const_buffer, 2>{asio::buffer(one), asio::buffer(two)});
    memory_reader in(context.get_executor(), pieces.view());
    framed_reader lines(in, line_decoder());
    CHECK(lines.try_next()->to_string() == "first");
    std::string got;
    lines.async_next([&](error_code ec, readable_buffer line) {
        CHECK(!ec);
        got = line.to_string();
    });
    poll(context);
    CHECK(got == "second");
    CHECK(lines.try_next()->to_string() == "last");
    CHECK(lines.try_next().error() == asio::error::eof);
}
