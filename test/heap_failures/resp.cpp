// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while RESP is decoded, at once and as it drips in.
#include "heap_failures/course.hpp"
#include "parse/resp_outcome.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

namespace {

template <class Decoder>
void check_decoding(std::string_view text, const std::string& expected) {
    for (const std::size_t step : {std::size_t(1), text.size()}) {
        CAPTURE(step);
        with_every_failure([&](course& now) {
            Decoder decoder;
            std::string frames;
            std::size_t consumed = 0;
            for (std::size_t shown = step; shown <= text.size(); shown += step) {
                while (consumed != shown) {
                    const byte_reader start(readable_buffer::over(
                        asio::buffer(text.substr(consumed, shown - consumed))));
                    byte_reader in = start;
                    std::optional<decoded<typename Decoder::frame_type>> outcome;
                    now.attempt([&] {
                        in = start;
                        outcome.emplace(decoder.decode(in));
                    });
                    if (outcome->needs_more())
                        break;
                    REQUIRE(*outcome);
                    frames += describe(**outcome);
                    consumed += in.position();
                }
            }
            CHECK(frames == expected);
        });
    }
}

} // namespace

TEST_CASE("rule 27: commands of RESP are what they are when an allocation of the heap fails") {
    check_decoding<resp_command_decoder>("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"
                                         "set a \"a word that is longer than strings keep\"\r\n"
                                         "*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$0\r\n\r\n",
                                         "(GET a)(set a a word that is longer than strings keep)"
                                         "(SET b )");
}

TEST_CASE("rule 27: values of RESP are what they are when an allocation of the heap fails") {
    check_decoding<resp_decoder>("*2\r\n+a\r\n+b\r\n*2\r\n*1\r\n:1\r\n*1\r\n*1\r\n:2\r\n+c\r\n"
                                 "*?\r\n$1\r\nd\r\n.\r\n",
                                 "*[+\"a\" +\"b\"]*[*[:1] *[*[:2]]]+\"c\"*[$\"d\"]");
}
