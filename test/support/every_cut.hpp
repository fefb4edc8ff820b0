// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/pieces.hpp"
#include "support/show_parsed.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::test {

// Calls `check` with a reader that stands at the first of these bytes, as they lie in contiguous
// memory, in two pieces in each way, in segments of every size, one of a byte each among them, and
// amidst other bytes that the reader has passed or must not see.
template <class Check>
void over_every_cut(std::string_view bytes, Check check) {
    {
        const std::vector<char> exact(bytes.begin(), bytes.end()); // so that reading on is noticed
        INFO("contiguous");
        check(byte_reader(std::string_view(exact.data(), exact.size())));
    }
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        CAPTURE(cut);
        const pieces source{bytes.substr(0, cut), bytes.substr(cut)};
        check(byte_reader(source.view()));
    }
    for (const std::size_t segment : segment_sizes) {
        CAPTURE(segment);
        test_pipe pipe(with_segments(segment));
        REQUIRE(pipe.publish("7f7" + std::string(bytes) + "77"));
        const readable_buffer view = pipe.reader.try_read().value().buffer;
        check(byte_reader(view.slice(3, bytes.size())));
        byte_reader amidst(view.slice(0, 3 + bytes.size()));
        REQUIRE(amidst.skip(3));
        check(amidst);
    }
}

// What was read, to compare: views as the text they hold.
template <class T>
const T& comparable(const T& value) {
    return value;
}
inline std::string comparable(const readable_buffer& view) {
    return view.to_string();
}

// The operation reads `expected` and passes the first `size` bytes, and needs more in every
// beginning that is shorter than `needed`, without moving.
template <class Operation, class T>
void check_reads(std::string_view bytes, std::size_t size, std::size_t needed, const T& expected,
                 Operation operation) {
    CAPTURE(bytes);
    over_every_cut(bytes, [&](byte_reader in) {
        const std::size_t begin = in.position();
        const auto value = operation(in);
        REQUIRE(value);
        CHECK(comparable(*value) == expected);
        CHECK(in.position() == begin + size);
        CHECK(in.remaining() == bytes.size() - size);
        CHECK(in.rest().equals(bytes.substr(size)));
        CHECK(in.empty() == (size == bytes.size()));
        CHECK(in.current().empty() == in.empty());
    });
    for (std::size_t length = 0; length < needed; ++length) {
        CAPTURE(length);
        over_every_cut(bytes.substr(0, length), [&](byte_reader in) {
            const std::size_t begin = in.position();
            const auto value = operation(in);
            REQUIRE_FALSE(value);
            CHECK(value.error() == parse_error::need_more);
            CHECK(in.position() == begin);
            CHECK(in.rest().equals(bytes.substr(0, length)));
        });
    }
}

// Needs all that it passes.
template <class Operation, class T>
void check_reads(std::string_view bytes, std::size_t size, const T& expected, Operation operation) {
    check_reads(bytes, size, size, expected, std::move(operation));
}

// The operation finds the first `needed` bytes malformed, whatever follows, and does not move; in
// what is shorter it needs more.
template <class Operation>
void check_malformed(std::string_view bytes, std::size_t needed, Operation operation) {
    CAPTURE(bytes);
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        CAPTURE(length);
        over_every_cut(bytes.substr(0, length), [&](byte_reader in) {
            const std::size_t begin = in.position();
            const auto value = operation(in);
            REQUIRE_FALSE(value);
            CHECK(value.error() ==
                  (length < needed ? parse_error::need_more : parse_error::malformed));
            CHECK(in.position() == begin);
            CHECK(in.rest().equals(bytes.substr(0, length)));
        });
    }
}

} // namespace sluice::test
