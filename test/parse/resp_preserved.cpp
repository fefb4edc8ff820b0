// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "parse/resp_outcome.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/preserved_resp_value.hpp>

namespace sluice::test {

namespace {

TEST_CASE("a value of RESP that is preserved outlives its frame, the decoder, and the pipe") {
    const std::string_view values[] = {
        "$5\r\nhello\r\n",
        "+OK\r\n",
        ":-7\r\n",
        "_\r\n",
        "*0\r\n",
        "$0\r\n\r\n",
        "=7\r\ntxt:abc\r\n",
        "*2\r\n%1\r\n+k\r\n*2\r\n:1\r\n$3\r\nabc\r\n#t\r\n",
        "|1\r\n+ttl\r\n:3600\r\n|0\r\n*2\r\n$1\r\na\r\n~1\r\n,1.5\r\n",
        "$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n",
        "*?\r\n:1\r\n+a\r\n.\r\n",
    };
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        std::vector<preserved_resp_value> kept;
        std::vector<std::string> expected;
        {
            test_pipe pipe(with_segments(size));
            framed_reader frames(pipe.reader, resp_decoder());
            for (const std::string_view text : values) {
                (void)pipe.publish(text);
                const resp_value value = frames.try_next().value();
                expected.push_back(describe(value));
                kept.push_back(value.preserve());
                for (const resp_value& one : value.elements()) {
                    expected.push_back(describe(one));
                    kept.push_back(one.preserve());
                }
            }
            CHECK(frames.try_next().error() == asio::error::would_block);
        }
        REQUIRE(kept.size() == expected.size());
        const resp_value seen = kept[7].value();
        const std::vector<preserved_resp_value> moved = std::move(kept);
        CHECK(describe(seen) == expected[7]); // a move does not end it
        for (std::size_t i = 0; i != moved.size(); ++i)
            CHECK(describe(preserved_resp_value(moved[i]).value()) == expected[i]);
    }
}

TEST_CASE("what is preserved of a value of RESP shares its memory, and takes no more of it") {
    const segment_pool pool({.segment_size = 64});
    preserved_resp_value kept;
    {
        pipe_options options;
        options.minimum_segment_size = 1;
        options.pool = pool;
        test_pipe pipe(options);
        const std::string text = "*2\r\n$3\r\nabc\r\n$1000\r\n" + std::string(1000, 'x') + "\r\n";
        for (const char& c : text) // in many small segments
            (void)pipe.publish({&c, 1});
        framed_reader frames(pipe.reader, resp_decoder());
        const resp_value value = frames.try_next().value();
        kept = (*value.elements().begin()).preserve();
        CHECK(kept.value().text().front().data() ==
              (*value.elements().begin()).text().front().data());
    }
    CHECK(kept.value().text().equals("abc"));
    CHECK(pool.stats().bytes_in_use != 0);
    CHECK(pool.stats().bytes_in_use < 500);
    kept = {};
    CHECK(kept.value().is_null());
    CHECK(pool.stats().bytes_in_use == 0);
}

} // namespace

} // namespace sluice::test
