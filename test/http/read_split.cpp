// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_corpus.hpp"
#include "support/http_outcome.hpp"
#include "support/proof.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <random>
#include <utility>

using namespace sluice::test;
using sluice::error_code;

namespace {

boost::asio::io_context context; // nothing runs in it

constexpr std::size_t split_segment_sizes[] = {1, 2, 16, 64, 4096};

std::uint64_t compared = 0; // with Beast

void tell_compared(std::string_view how) {
    tell_proof(9, "arrivals like Beast's: " + std::string(how), std::exchange(compared, 0));
}

// Feeds the parts between the cuts; the outcome is Beast's, and the pipe holds what is left.
template <bool isRequest = true>
bool agrees(std::string_view bytes, const http_outcome& expected, std::size_t segment_size,
            std::initializer_list<std::size_t> cuts,
            prepare_parser<isRequest> prepare = as_it_is<isRequest>) {
    piecewise_reading<isRequest> reading(context, segment_size, prepare);
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        reading.feed(bytes.substr(from, cut - from));
        from = cut;
    }
    reading.feed(bytes.substr(from));
    const http_outcome outcome = reading.end();
    const bool same = same_outcome(outcome, expected, bytes);
    const bool rest_kept = reading.holds(bytes.substr(outcome.taken));
    ++compared;
    if (!same || !rest_kept) {
        CAPTURE(segment_size);
        CAPTURE(*cuts.begin());
        CAPTURE(outcome);
        CAPTURE(expected);
        CHECK(same);
        CHECK(rest_kept);
    }
    return same && rest_kept;
}

template <bool isRequest = true>
void agrees_byte_by_byte(std::string_view bytes, const http_outcome& expected,
                         std::size_t segment_size,
                         prepare_parser<isRequest> prepare = as_it_is<isRequest>) {
    piecewise_reading<isRequest> reading(context, segment_size, prepare);
    for (std::size_t i = 0; i != bytes.size(); ++i)
        reading.feed(bytes.substr(i, 1));
    const http_outcome outcome = reading.end();
    ++compared;
    CAPTURE(segment_size);
    CAPTURE(outcome);
    CAPTURE(expected);
    CHECK(same_outcome(outcome, expected, bytes));
    CHECK(reading.holds(bytes.substr(outcome.taken)));
}

} // namespace

TEST_CASE("http::try_read agrees with Beast: the corpus, whole") {
    REQUIRE(http_corpus().size() >= 50);
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        const auto expected = beast_outcome(bytes);
        for (const std::size_t size : split_segment_sizes)
            agrees(bytes, expected, size, {bytes.size()});
    }
    tell_compared("the corpus, whole");
}

TEST_CASE("http::try_read agrees with Beast: the corpus, byte by byte") {
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        const auto expected = beast_outcome(bytes);
        for (const std::size_t size : split_segment_sizes)
            if (bytes.size() <= 2000 || size >= 64)
                agrees_byte_by_byte(bytes, expected, size);
    }
    tell_compared("the corpus, byte by byte");
}

TEST_CASE("http::try_read agrees with Beast: the corpus, in every two parts") {
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        const auto expected = beast_outcome(bytes);
        const std::size_t step =
            bytes.size() <= 1000 ? 1 : proof_amount(bytes.size() / 50, bytes.size() / 1000);
        for (const std::size_t size : split_segment_sizes)
            for (std::size_t cut = size < 16 && step > 1 ? bytes.size() / 2 : 0;
                 cut <= bytes.size(); cut += step)
                if (!agrees(bytes, expected, size, {cut}))
                    break;
    }
    tell_compared("the corpus, in two parts");
}

TEST_CASE("http::try_read agrees with Beast: short messages, in three parts") {
    std::mt19937 random(2);
    for (const auto& [name, bytes] : http_corpus()) {
        if (bytes.size() > 300)
            continue;
        CAPTURE(name);
        const auto expected = beast_outcome(bytes);
        const std::size_t pairs = (bytes.size() + 1) * (bytes.size() + 2) / 2;
        const std::size_t one_in = proof_amount(1 + pairs / 100, 1);
        for (const std::size_t size : split_segment_sizes) {
            bool good = true;
            for (std::size_t a = 0; good && a <= bytes.size(); ++a)
                for (std::size_t b = a; good && b <= bytes.size(); ++b)
                    if (random() % one_in == 0)
                        good = agrees(bytes, expected, size, {a, b});
        }
    }
    tell_compared("short messages, in three parts");
}

TEST_CASE("http::try_read agrees with Beast: responses and framings of our own") {
    const std::string responses[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nuntil the end of the stream, \r\n\r\n whatever it says",
        "HTTP/1.0 200\r\nServer: s\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\nleft alone",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\nCc: dd\r\n\r\nrest",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;a=b;c=\"d e\"\r\nabc\r\n0A\r\n0123456789\r\n1\r\n\r\r\n0;last\r\nTrailer: yes\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 ",
        "",
    };
    for (const std::string& bytes : responses) {
        CAPTURE(bytes);
        const auto expected = beast_outcome<false>(bytes);
        for (const std::size_t size : split_segment_sizes) {
            agrees_byte_by_byte<false>(bytes, expected, size);
            for (std::size_t a = 0; a <= bytes.size(); ++a)
                for (std::size_t b = a; b <= bytes.size(); b += proof_amount(3, 1))
                    if (!agrees<false>(bytes, expected, size, {a, b}))
                        return;
        }
    }
    tell_compared("responses of our own, in three parts");
}

TEST_CASE("http::try_read agrees with Beast: a header limit, however the header arrives") {
    const prepare_parser<true> limited = [](string_parser<true>& parser) {
        parser.header_limit(100);
    };
    for (const std::size_t field :
         {20u, 60u, 68u, 69u, 70u, 71u, 72u, 73u, 74u, 75u, 76u, 80u, 100u, 300u, 5000u}) {
        for (const char* tail : {"\r\n\r\n", "\r\n", ""}) {
            const std::string bytes = "GET / HTTP/1.1\r\nField: " + std::string(field, 'x') + tail;
            CAPTURE(field);
            CAPTURE(std::string(tail).size());
            auto expected = beast_outcome<true>(bytes, limited);
            // Beast, fed all at once, counts the first line by itself.
            if (bytes.size() >= 100u + bytes.ends_with("\r\n\r\n"))
                expected.error = error_code(boost::beast::http::error::header_limit).message();
            for (const std::size_t size : split_segment_sizes) {
                agrees<true>(bytes, expected, size, {bytes.size() / 2}, limited);
                agrees<true>(bytes, expected, size, {bytes.size()}, limited);
            }
        }
    }
    tell_compared("headers about their limit");
}
