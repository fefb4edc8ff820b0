// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#ifdef SLUICE_HAS_ADDRESS_SANITIZER
#    include <sanitizer/asan_interface.h>
#endif

using namespace sluice;
using namespace sluice::test;

namespace {

// True when no piece is empty and the pieces add up.
bool has_sound_pieces(const readable_buffer& view) {
    std::size_t total = 0;
    for (const asio::const_buffer piece : view) {
        if (piece.size() == 0)
            return false;
        total += piece.size();
    }
    return total == view.size();
}

} // namespace

TEST_CASE("rule 14: a view stays valid until the advance that passes it") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        REQUIRE(pipe.publish("abcdefgh"));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        for (int i = 0; i != 50; ++i)
            (void)pipe.publish("more");
        CHECK(view.equals("abcdefgh"));
        pipe.reader.advance(view.at(5), view.finish());
        const readable_buffer rest = view.slice(5);
        CHECK(rest.equals("fgh"));
        pipe.writer.complete();
        CHECK(rest.equals("fgh"));
    }
}

TEST_CASE("rule 14: preserved bytes outlive advance, completion, pipe and pool") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        preserved_buffer whole, part;
        {
            test_pipe pipe(with_segments(size));
            REQUIRE(pipe.publish("abcdefgh"));
            const readable_buffer view = pipe.reader.try_read().value().buffer;
            const void* const first = view.front().data();
            whole = view.preserve();
            part = view.slice(3, 2).preserve();
            CHECK(whole.buffer().front().data() == first); // shared, not copied
            pipe.reader.consume(8);
            CHECK(whole.buffer().equals("abcdefgh"));
            for (int i = 0; i != 100; ++i) { // reuse what can be reused
                (void)pipe.publish("XXXXXXXXXXX");
                pipe.take();
            }
            CHECK(whole.buffer().equals("abcdefgh"));
            pipe.writer.complete();
            pipe.reader.complete();
            CHECK(part.buffer().equals("de"));
        }
        CHECK(whole.buffer().equals("abcdefgh"));
        CHECK(part.buffer().equals("de"));
    }
}

TEST_CASE("rule 14: preserved bytes can be appended, in any pipe, and again") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        std::optional<test_pipe> source(std::in_place, with_segments(size));
        test_pipe target;
        REQUIRE(source->publish("abcdef"));
        const readable_buffer view = source->reader.try_read().value().buffer;
        const void* const first = view.front().data();
        target.writer.append(view.preserve());
        target.write("--");
        target.writer.append(view.slice(1, 2).preserve());
        source.reset();
        REQUIRE(target.writer.try_flush());
        const readable_buffer joined = target.reader.try_read().value().buffer;
        CHECK(joined.equals("abcdef--bc"));
        CHECK(joined.front().data() == first);
        const preserved_buffer again = joined.preserve();
        target.reader.consume(10);
        CHECK(again.buffer().equals("abcdef--bc"));
    }
}

TEST_CASE("rule 14: coroutines") {
    test_pipe pipe(with_segments(2));
    std::vector<preserved_buffer> kept;
    run(pipe.context, [&]() -> asio::awaitable<void> {
        for (const char* text : {"abc", "defgh", "i"}) {
            pipe.write(text);
            co_await pipe.writer.flush();
            const read_result read = co_await pipe.reader.async_read();
            kept.push_back(read.buffer.preserve());
            pipe.reader.advance(read.buffer.finish());
        }
    });
    CHECK(kept[0].buffer().equals("abc"));
    CHECK(kept[1].buffer().equals("defgh"));
    CHECK(kept[2].buffer().equals("i"));
}

TEST_CASE("rule 14b: no buffer ever shows an empty piece") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        pipe.writer.prepare(5);
        pipe.writer.commit(0);
        pipe.write("abc");
        pipe.writer.prepare(100); // not used
        pipe.writer.commit(0);
        pipe.writer.append(preserved_buffer());
        pipe.writer.reserve(0);
        { writable_buffer dropped = pipe.writer.alloc(30); }
        writable_buffer empty = pipe.writer.alloc(30), batch = pipe.writer.alloc(3);
        empty.commit();
        batch.ensure(50);
        batch.advance(0);
        batch.append(preserved_buffer());
        batch.write(asio::buffer("de", 2));
        batch.reserve(0);
        CHECK(has_sound_pieces(batch.written()));
        batch.commit();
        batch.commit();
        pipe.writer.prepare_sequence(1'000);
        pipe.writer.commit(0);
        pipe.write("f");
        pipe.write("");
        (void)pipe.writer.try_flush();
        pipe.writer.prepare(40);
        (void)pipe.writer.try_flush();
        (void)pipe.publish("g");
        pipe.writer.prepare(40);
        pipe.writer.complete();

        std::string seen;
        for (result<read_result> read = pipe.reader.try_read(); read.has_value();
             read = pipe.reader.try_read()) {
            CHECK(has_sound_pieces(read->buffer));
            for (std::size_t i = 0; i <= read->buffer.size(); ++i) {
                CHECK(has_sound_pieces(read->buffer.slice(i)));
                CHECK(has_sound_pieces(read->buffer.slice(0, i)));
                CHECK(has_sound_pieces(read->buffer.slice(i).preserve().buffer()));
            }
            const std::size_t n = read->buffer.empty() ? 0 : 1;
            seen += read->buffer.slice(0, n).to_string();
            pipe.reader.consume(n);
        }
        CHECK(seen == "abcdefg");
    }
}

#ifdef SLUICE_HAS_ADDRESS_SANITIZER
TEST_CASE("rule 15: memory that was given back is poisoned") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        REQUIRE(pipe.publish(std::string(64, 'x')));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        std::vector<const char*> bytes;
        for (const asio::const_buffer piece : view)
            for (std::size_t i = 0; i != piece.size(); ++i)
                bytes.push_back(static_cast<const char*>(piece.data()) + i);
        REQUIRE(bytes.size() == 64);
        constexpr std::size_t consumed = 40; // AddressSanitizer marks eight bytes at a time
        pipe.reader.advance(view.at(consumed), view.finish());
        for (std::size_t i = 0; i != 64; ++i)
            CHECK(__asan_address_is_poisoned(bytes[i]) == (i < consumed));

        const preserved_buffer kept = view.slice(consumed).preserve();
        REQUIRE(pipe.publish("y"));
        REQUIRE(pipe.reader.try_read().has_value());
        pipe.reader.consume(25);
        CHECK(pipe.reader.try_read().error() == asio::error::would_block);
        for (std::size_t i = consumed; i != 64; ++i)
            CHECK_FALSE(__asan_address_is_poisoned(bytes[i]));
        CHECK(kept.buffer().equals(std::string(24, 'x')));
    }
}

TEST_CASE(
    "rule 15: memory is poisoned when the reader completes, and clean when it is lent again") {
    test_pipe pipe(with_segments(16));
    REQUIRE(pipe.publish("abcdefgh"));
    const auto* byte =
        static_cast<const char*>(pipe.reader.try_read().value().buffer.front().data());
    pipe.reader.complete();
    CHECK(__asan_address_is_poisoned(byte));
    const asio::mutable_buffer again = pipe.writer.prepare(16);
    CHECK(__asan_region_is_poisoned(again.data(), again.size()) == nullptr);
    std::memset(again.data(), 'x', again.size());
}
#endif
