// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/codecs.hpp"
#include <sluice/parse/fixed_size_decoder.hpp>
#include <sluice/parse/fixed_size_encoder.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sluice;
using test::encoded;
using test::ending;
using test::frames_of;
using test::whole;

TEST_CASE("frames of one size") {
    CHECK(frames_of("", fixed_size_decoder(3)) == whole("", 0));
    CHECK(frames_of("abcdef", fixed_size_decoder(3)) == whole("abc|def|", 6));
    CHECK(frames_of("ab", fixed_size_decoder(1)) == whole("a|b|", 2));
    CHECK(frames_of("abcde", fixed_size_decoder(3)) == ending("abc|", errc::truncated_frame, 5));
    CHECK(frames_of("abc", fixed_size_decoder(readable_buffer::npos)) ==
          ending("", errc::truncated_frame, 3));
    CHECK_THROWS_AS(fixed_size_decoder(0), std::invalid_argument);
    CHECK_THROWS_AS(fixed_size_encoder(0), std::invalid_argument);
}

TEST_CASE("a frame of fixed size wakes who waits for it once") {
    struct counting_decoder : fixed_size_decoder {
        counting_decoder() : fixed_size_decoder(1000) {}
        decoded<readable_buffer> decode(byte_reader& in) {
            ++calls;
            return fixed_size_decoder::decode(in);
        }
        int calls = 0;
    };
    test::test_pipe pipe;
    framed_reader frames(pipe.reader, counting_decoder());
    std::size_t size = 0;
    frames.async_next([&](error_code, readable_buffer frame) { size = frame.size(); });
    for (int i = 0; i != 1000; ++i) {
        (void)pipe.publish("x");
        pipe.poll();
    }
    CHECK(size == 1000);
    CHECK(frames.decoder().calls == 2);
}

TEST_CASE("the size may be changed at run time") {
    test::test_pipe pipe;
    framed_reader frames(pipe.reader, fixed_size_decoder(2));
    (void)pipe.publish("abcdef");
    CHECK(frames.try_next()->equals("ab"));
    CHECK_THROWS_AS(frames.decoder().size(0), std::invalid_argument);
    CHECK(frames.decoder().size() == 2);
    frames.decoder().size(4);
    CHECK(frames.try_next()->equals("cdef"));
}

TEST_CASE("a message of another size is refused") {
    fixed_size_encoder encoder(3);
    CHECK(encoded(encoder, "abc") == "abc");
    CHECK(encoded(encoder, "ab") == make_error_code(errc::malformed_frame).message());
    CHECK(encoded(encoder, "abcd") == make_error_code(errc::frame_too_large).message());
    encoder.size(4);
    CHECK(encoder.size() == 4);
    CHECK(encoded(encoder, "abcd") == "abcd");
    test::check_round_trip(encoder, fixed_size_decoder(4), {"abcd", "efgh", "...."});
}
