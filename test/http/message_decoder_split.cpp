// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_corpus.hpp"
#include "support/http_frames.hpp"
#include "support/http_outcome.hpp"
#include "support/proof.hpp"

#include <doctest/doctest.h>

#include <random>
#include <utility>

using sluice::errc;
using namespace sluice::test;

namespace {

constexpr std::size_t frame_segment_sizes[] = {1, 2, 16, 64, 4096};

std::uint64_t fed = 0;

void tell_fed(std::string_view what) {
    tell_proof(3, "feedings of " + std::string(what), std::exchange(fed, 0));
}

template <bool isRequest>
void check_every_split(std::string_view bytes, const sluice::http::message_options& options = {}) {
    CAPTURE(bytes.substr(0, 300));
    const http_frames whole = frames_of<isRequest>(bytes, 0, {}, options);
    std::mt19937 random(3);
    const std::size_t pairs = (bytes.size() + 1) * (bytes.size() + 2) / 2;
    for (const std::size_t size : frame_segment_sizes) {
        CAPTURE(size);
        CHECK(frames_of<isRequest>(bytes, size, {}, options) == whole);
        if (bytes.size() <= 2000 || size >= 64)
            CHECK(frames_byte_by_byte<isRequest>(bytes, size, options) == whole);
        bool same = true;
        const std::size_t step =
            bytes.size() <= 1000 ? 1 : proof_amount(bytes.size() / 50, bytes.size() / 1000);
        fed += 2;
        for (std::size_t a = 0; same && a <= bytes.size(); a += step) {
            CAPTURE(a);
            ++fed;
            CHECK((same = frames_of<isRequest>(bytes, size, {a}, options) == whole));
        }
        if (bytes.size() > 300)
            continue;
        for (std::size_t a = 0; same && a <= bytes.size(); ++a)
            for (std::size_t b = a; same && b <= bytes.size(); ++b) {
                if (pairs > 100 && random() % proof_amount(pairs / 100, 1) != 0)
                    continue;
                ++fed;
                CAPTURE(a);
                CAPTURE(b);
                CHECK((same = frames_of<isRequest>(bytes, size, {a, b}, options) == whole));
            }
    }
}

} // namespace

TEST_CASE("sluice::http::request_decoder: the corpus, in every split, gives the same") {
    REQUIRE(http_corpus().size() >= 50);
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        check_every_split<true>(bytes);
    }
    tell_fed("the corpus of HTTP requests");
}

TEST_CASE("sluice::http::request_decoder agrees with Beast about the first message of the corpus") {
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        const http_outcome expected = beast_outcome(bytes);
        const http_frames seen = frames_of<true>(bytes, 0);
        if (expected.error == "")
            CHECK(seen.messages.substr(0, expected.head.size() + 1) == expected.head + "\n");
        else if (bytes.find("\r\n\r\n") != bytes.npos && seen.end != errc::truncated_frame)
            CHECK(seen.end.message() == expected.error);
        if (expected.error != "")
            CHECK(seen.messages == "");
    }
}

TEST_CASE("sluice::http::response_decoder: responses and framings of our own, in every split") {
    const std::string_view responses[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nuntil the end of the stream, \r\n\r\n whatever it says",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200\r\nServer: s\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\nno",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nCc: dd\r\n\r\nrest",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;a=b;c=\"d e\"\r\nabc\r\n0A\r\n0123456789\r\n1\r\n\r\r\n0;last\r\nTrailer: yes\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\rx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naxxxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 ",
        "",
        "garbage",
        "garbage\r\n\r\n",
        "\r\n\r\n",
    };
    for (const std::string_view bytes : responses)
        check_every_split<false>(bytes);
    tell_fed("HTTP responses");
}

TEST_CASE("http: limits are the same in every split") {
    const sluice::http::message_options limits{40, 10};
    for (const std::string_view bytes :
         {"GET / HTTP/1.1\r\nFields: 89012345678\r\n\r\n",
          "GET / HTTP/1.1\r\nFields: 890123456789\r\n\r\n",
          "GET / HTTP/1.1\r\nFields: 89012345678901234567890", "GET / HTTP/1.1\r\nA: b\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789",
          "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n01234567890"})
        check_every_split<true>(bytes, limits);
    const sluice::http::message_options wide{400, 10};
    for (const std::string_view bytes :
         {"HTTP/1.1 200 OK\r\n\r\n0123456789", "HTTP/1.1 200 OK\r\n\r\n01234567890",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
          "chunked\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
          "chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"})
        check_every_split<false>(bytes, wide);
    tell_fed("HTTP messages about their limits");
}
