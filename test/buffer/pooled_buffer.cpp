// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/failing_memory.hpp"
#include "support/show_parsed.hpp"
#include <sluice/buffer/borrowed_buffer.hpp>
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/byte_view.hpp>
#include <sluice/buffer/pooled_buffer.hpp>
#include <sluice/buffer/write.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

using namespace sluice;

namespace {

void put_text(pooled_buffer& to, std::string_view text) {
    write(to, boost::asio::buffer(text));
}

static_assert(std::forward_iterator<byte_view::iterator>);
static_assert(std::ranges::forward_range<byte_view>);
static_assert(std::ranges::view<byte_view>);
static_assert(std::ranges::sized_range<byte_view>);
static_assert(std::ranges::borrowed_range<byte_view>);

} // namespace

TEST_CASE("pooled_buffer: grows, shows, is taken without a copy, and used again") {
    const segment_pool pool({.segment_size = 8});
    preserved_buffer first;
    {
        pooled_buffer scratch(pool, 1);
        CHECK(scratch.empty());
        for (int i = 0; i != 10; ++i)
            put_text(scratch, "abcdefg");
        CHECK(scratch.size() == 70);
        const readable_buffer before = scratch.view();
        put_text(scratch, "!");
        CHECK(before.size() == 70);
        const void* const memory = scratch.view().front().data();
        first = scratch.take();
        CHECK(first.buffer().front().data() == memory);
        CHECK(scratch.empty());
        put_text(scratch, "again");
        CHECK(scratch.view().to_string() == "again");
        scratch.append(first);
        CHECK(scratch.size() == 76);
        pooled_buffer moved(std::move(scratch));
        CHECK(moved.size() == 76);
        CHECK(scratch.empty());
        put_text(scratch, "and on");
        moved = std::move(scratch);
        CHECK(moved.view().to_string() == "and on");
    }
    CHECK(first.buffer().to_string() ==
          "abcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefgabcdefg!");
    first = {};
    CHECK(pool.stats().bytes_in_use == 0);
}

TEST_CASE("rule 27: pooled_buffer without memory changes nothing") {
    test::failing_memory memory;
    pooled_buffer scratch(segment_pool({.segment_size = 8, .upstream = &memory}), 1);
    put_text(scratch, "abc");
    memory.fail_after(0);
    CHECK_THROWS_AS((void)scratch.prepare(9), std::bad_alloc);
    CHECK_THROWS_AS(put_text(scratch, "more than there is"), std::bad_alloc);
    CHECK(scratch.view().to_string() == "abc");
    memory.never_fail();
    put_text(scratch, "more than there is");
    CHECK(scratch.size() == 21);
}

TEST_CASE("byte_view: every byte across pieces, for algorithms") {
    for (const std::size_t size : {1u, 2u, 3u, 16u, 4096u}) {
        CAPTURE(size);
        pooled_buffer scratch(segment_pool({.segment_size = size}), 1);
        const std::string_view text = "one, two, three";
        for (const char c : text)
            put_text(scratch, {&c, 1});
        const byte_view bytes(scratch.view());
        CHECK(bytes.size() == text.size());
        CHECK(std::ranges::distance(bytes.begin(), bytes.end()) == 15);
        CHECK(std::ranges::equal(bytes, text, {}, [](std::byte b) { return char(b); }));
        CHECK(static_cast<bool>(bytes));
        CHECK(bytes.front() == std::byte(text.front()));
        CHECK(std::ranges::count(bytes, std::byte{','}) == 2);
        const auto comma = std::ranges::find(bytes, std::byte{','});
        CHECK(std::ranges::distance(bytes.begin(), comma) == 3);
        CHECK(comma.contiguous() >= 1);
        std::vector<std::byte> rest(text.size());
        const auto end = std::ranges::copy(comma, bytes.end(), rest.begin()).out;
        CHECK(end - rest.begin() == 12);
        CHECK(rest[2] == std::byte{'t'});
    }
    CHECK(byte_view().begin() == byte_view().end());
    CHECK(byte_view(readable_buffer()).empty());
    CHECK_FALSE(static_cast<bool>(byte_view()));
}

TEST_CASE("borrowed_buffer: any buffer sequence to parse, empty pieces among them") {
    std::string a = "12", b, c = "3;rest";
    const std::vector<boost::asio::const_buffer> pieces = {
        boost::asio::buffer(b), boost::asio::buffer(a), boost::asio::buffer(b),
        boost::asio::buffer(c)};
    borrowed_buffer borrowed(pieces);
    const readable_buffer view = borrowed.view();
    const borrowed_buffer moved = std::move(borrowed);
    CHECK(view.size() == 8);
    byte_reader in(view);
    CHECK(in.read_decimal<int>() == 123);
    CHECK(in.skip_past(";"));
    CHECK(in.rest().equals("rest"));
    const preserved_buffer kept = view.preserve();
    a = "xx";
    CHECK(view.to_string() == "xx3;rest");
    CHECK(kept.buffer().to_string() == "123;rest");
    CHECK(borrowed_buffer(std::vector<boost::asio::const_buffer>()).view().empty());
    CHECK(borrowed_buffer(boost::asio::const_buffer()).view().empty());
}
