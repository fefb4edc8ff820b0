// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// However lines arrive, they are the same lines.
#include "reference_lines.hpp"
#include "support/proof.hpp"
#include "support/test_pipe.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <initializer_list>
#include <utility>
#include <vector>

using namespace sluice;
using test::test_pipe;

namespace {

constexpr std::string_view corpus[] = {
    "",
    "\n",
    "\r\n",
    "a",
    "\r",
    "hello\nworld\n",
    "hello\r\nworld\r\n",
    "one\n\n\r\n\r\r\n\rtwo\r\nthree",
    "\r\r\r\n\n\n\r",
    "too long a line\nabc\n",
    "too long a line\r\nabc\r\n",
    "just12bytes!\r\nnext\n",
    "just12bytes!\r",
    "just12bytes!\rx\n",
    "a line of more than sixty-four bytes, which is why it is this long; it is\nshort\r\n",
};

using lines = framed_reader<pipe_reader&, line_decoder>;

// Takes what is there.
void take(lines& from, test::lines_found& found) {
    while (const auto line = from.try_next())
        found.lines.push_back(line->to_string());
}

// Publishes the text in parts, and takes lines after each.
test::lines_found arrive(std::string_view text, std::initializer_list<std::size_t> splits,
                         const line_options& options, std::size_t segment_size) {
    test_pipe pipe(test::with_segments(segment_size));
    lines reader(pipe.reader, line_decoder(options));
    test::lines_found found;
    std::size_t from = 0;
    for (const std::size_t to : splits) {
        (void)pipe.publish(text.substr(from, to - from));
        take(reader, found);
        from = to;
    }
    pipe.write(text.substr(from));
    pipe.writer.complete();
    take(reader, found);
    found.end = reader.try_next().error();
    found.error_position = reader.error_position();
    return found;
}

template <class Function>
void for_all(Function function) {
    for (const std::string_view text : corpus)
        for (const line_end end : test::line_ends)
            for (const std::size_t max_size : {12, 100})
                for (const bool allow_unterminated : {true, false}) {
                    CAPTURE(text);
                    CAPTURE(static_cast<int>(end));
                    const line_options options{end, max_size, allow_unterminated};
                    test::lines_found expected = test::reference_lines(text, options);
                    function(text, options, expected);
                }
}

} // namespace

TEST_CASE("every split into two gives the same lines, errors and positions") {
    for_all([](std::string_view text, const line_options& options, const auto& expected) {
        for (const std::size_t segment : {1, 2, 16, 64, 4096})
            for (std::size_t at = 0; at <= text.size(); ++at)
                CHECK(arrive(text, {at}, options, segment) == expected);
    });
}

TEST_CASE("every split into three gives the same") {
    for_all([](std::string_view text, const line_options& options, const auto& expected) {
        for (std::size_t first = 0; first <= text.size(); ++first)
            for (std::size_t second = first; second <= text.size(); ++second)
                CHECK(arrive(text, {first, second}, options, 16) == expected);
    });
}

TEST_CASE("byte by byte is the same") {
    for_all([](std::string_view text, const line_options& options, const auto& expected) {
        for (const std::size_t segment : {1, 2, 16, 64, 4096}) {
            test_pipe pipe(test::with_segments(segment));
            lines reader(pipe.reader, line_decoder(options));
            test::lines_found found;
            for (const char& c : text) {
                (void)pipe.publish({&c, 1});
                take(reader, found);
            }
            pipe.writer.complete();
            take(reader, found);
            found.end = reader.try_next().error();
            found.error_position = reader.error_position();
            CHECK(found == expected);
        }
    });
}

TEST_CASE("an LF whose CR was the last byte of a segment") {
    for (const std::size_t before : {1, 15, 16, 17, 63, 64}) {
        test_pipe pipe(test::with_segments(before + 1));
        lines reader(pipe.reader, line_decoder({line_end::crlf}));
        const std::string line(before, 'x');
        (void)pipe.publish(line + '\r');
        CHECK(reader.try_next().error() == asio::error::would_block);
        (void)pipe.publish("\ny\r\n");
        CHECK(reader.try_next()->equals(line));
        CHECK(reader.try_next()->equals("y"));
    }
}

TEST_CASE("a line that was let go behind, with another use of the reader in between") {
    test_pipe pipe;
    lines reader(pipe.reader);
    (void)pipe.publish("header\nBODY with\nends\nnext\nlast\n");
    CHECK(reader.try_next()->equals("header"));
    reader.release();
    const auto body = pipe.reader.try_read();
    CHECK(body->buffer.slice(0, 9).equals("BODY with"));
    pipe.reader.consume(9);
    CHECK(reader.try_next()->equals(""));
    CHECK(reader.try_next()->equals("ends"));
    reader.release();
    (void)pipe.reader.try_read();
    pipe.reader.consume(4);
    CHECK(reader.try_next()->equals(""));
    CHECK(reader.try_next()->equals("last"));
}

namespace {

// Whether a line that drips in is looked at again where its bytes have been there for so many
// arrivals: they change then, and would end the line.
bool is_looked_at_after(std::size_t arrivals, std::size_t size) {
    test_pipe pipe;
    lines reader(pipe.reader, line_decoder({line_end::either, 10'000}));
    std::vector<char*> bytes;
    for (std::size_t i = 0; i != size; ++i) {
        const asio::mutable_buffer room = pipe.writer.prepare(1);
        bytes.push_back(static_cast<char*>(room.data()));
        *bytes.back() = 'x';
        pipe.writer.commit(1);
        (void)pipe.writer.try_flush();
        if (reader.try_next().has_value())
            return true;
        if (bytes.size() > arrivals)
            *bytes[bytes.size() - 1 - arrivals] = '\n';
    }
    (void)pipe.publish("x\n");
    const auto line = reader.try_next();
    REQUIRE(line.has_value());
    return line->size() != size + 1;
}

} // namespace

TEST_CASE("a line that drips in is searched once") {
    constexpr std::size_t size = 8192;
    std::size_t searches = 1;
    while (is_looked_at_after(searches - 1, size))
        ++searches;
    CHECK(searches == 1);
    const std::size_t visits = 1 + searches + 1; // written, searched, and read by the user
    CHECK(visits <= 3);
    test::tell_proof(16, "visits of each byte of an 8 KiB line that drips in", visits);
}

TEST_CASE("a line of a gigabyte is refused at the limit, in bounded memory") {
    pipe_options options;
    options.pool = segment_pool();
    test_pipe bounded(options);
    lines reader(bounded.reader, line_decoder({line_end::either, 100'000}));
    const std::string piece(64 * 1024, 'x');
    error_code outcome;
    for (std::size_t sent = 0; sent < std::size_t{1} << 30; sent += piece.size()) {
        (void)bounded.publish(piece);
        if (outcome)
            continue;
        outcome = reader.try_next().error();
        if (outcome == asio::error::would_block) {
            outcome = {};
        } else {
            CHECK(sent < 200'000);
            CHECK(reader.error_position() == 100'000);
            bounded.reader.complete(outcome);
        }
    }
    CHECK(outcome == errc::frame_too_large);
    CHECK(options.pool.stats().peak_bytes_in_use < 400'000);
}
