// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 3 of the reliability programme: long messages for every decoder of this layer, in every
// split.
#include "parse/resp_outcome.hpp"
#include "support/proof.hpp"
#include <sluice/buffer/pooled_buffer.hpp>
#include <sluice/parse/delimiter_decoder.hpp>
#include <sluice/parse/fixed_size_decoder.hpp>
#include <sluice/parse/length_prefix_decoder.hpp>
#include <sluice/parse/length_prefix_encoder.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/testing/every_split.hpp>

namespace sluice::test {

namespace {

using namespace std::string_view_literals;

struct print_resp {
    std::string operator()(const auto& frame) const { return describe(frame); }
};

// Counts the ways in which messages have arrived.
class corpus {
public:
    // The message, again and again, and then how the input ends, in 300 bytes; in the tests fewer.
    template <class D, class Print = testing::print_frame>
    void feed(const D& decoder, std::string_view message, std::string_view end = {},
              Print print = {}) {
        const std::size_t most = proof_amount(100, 300);
        std::string input;
        while (input.size() + message.size() + end.size() <= most)
            input += message;
        input += end;
        input.resize(std::min(input.size(), most));
        testing::split_options options;
        options.max_three_pieces = proof_amount(20, 300);
        const testing::split_report report = testing::every_split(input, decoder, print, options);
        CHECK_MESSAGE(report, report);
        CHECK(report.whole.frames.size() >= 2);
        fed_ += report.tried;
    }
    std::uint64_t fed() const { return fed_; }

private:
    std::uint64_t fed_ = 0;
};

void feed_lines(corpus& all) {
    for (const line_end end : {line_end::lf, line_end::crlf, line_end::either}) {
        const line_decoder decoder({end, 24});
        all.feed(decoder, "a line\r\nanother\n\n\r\nlonger than a piece\r\n");
        all.feed(decoder, "one\r\ntwo\rno end\r\n", "three\n\r\nand the last");
        all.feed(decoder, "1\r\n22\n\r\r\n", "a line that is longer than it may be\r\n");
    }
}

void feed_delimited(corpus& all) {
    for (const char* const delimiter : {";", "::", "ab\r\nab", "aab"}) {
        const delimiter_decoder decoder({delimiter, 24, false, true});
        const std::string one(delimiter);
        all.feed(decoder, "x" + one + "aa" + one + one + "a:b\r\na" + one, "the last");
        all.feed(delimiter_decoder({delimiter, 24, true}), "frame" + one + "a" + one,
                 "a frame that is longer than it may be" + one);
    }
}

void feed_sized(corpus& all) {
    all.feed(fixed_size_decoder(7), "seven b");
    all.feed(fixed_size_decoder(16), "sixteen bytes...", "truncated");
    for (const length_format format :
         {length_format::big_endian, length_format::little_endian, length_format::varint}) {
        length_prefix_options options{format, 3};
        for (const bool with_header : {false, true}) {
            options.offset = with_header ? 2 : 0;
            options.adjustment = with_header ? -2 : 0;
            options.counts_itself = with_header && format != length_format::varint;
            options.max_size = 200;
            if (with_header)
                options.strip = 1;
            std::string message;
            for (const std::string_view body : {"body"sv, ""sv, "a longer one"sv, "12345678"sv}) {
                pooled_buffer to;
                const auto view = [](std::string_view text) {
                    return readable_buffer::over({text.data(), text.size()});
                };
                CHECK_FALSE(length_prefix_encoder(options).encode(
                    {view("hd"sv.substr(0, options.offset)), view(body)}, to));
                message += to.view().to_string();
            }
            all.feed(length_prefix_decoder(options), message, "\xff\xff\xff\xff\xff\xff");
        }
    }
}

void feed_resp(corpus& all) {
    const resp_decoder values;
    all.feed(values, "+OK\r\n-ERR no\r\n:12\r\n$3\r\nabc\r\n$-1\r\n", "*2\r\n:1\r\n:x\r\n",
             print_resp());
    all.feed(values, "*2\r\n%1\r\n+k\r\n~1\r\n#t\r\n=5\r\ntxt:c\r\n", "*1\r\n$4\r\nabcdef",
             print_resp());
    all.feed(values, "|1\r\n+a\r\n,1.5\r\n>1\r\n(123\r\n", "%?\r\n+k\r\n.\r\n", print_resp());
    all.feed(values, "$?\r\n;2\r\nab\r\n;0\r\n*?\r\n_\r\n.\r\n", "$99999999999999999999\r\n",
             print_resp());
    const resp_command_decoder commands;
    all.feed(commands, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n", "*1\r\n$-1\r\n",
             print_resp());
    all.feed(commands, "PING\r\nSET a \"x \\\"\\x41\"\n\r\n*0\r\n", "SET \"a\r\n", print_resp());
    all.feed(commands, "*2\r\n$0\r\n\r\n$001\r\na\r\nGET a\r\n", "*1\r\n$3\r\nabc\rx",
             print_resp());
}

TEST_CASE("row 3: every decoder, in every split") {
    corpus all;
    feed_lines(all);
    feed_delimited(all);
    feed_sized(all);
    feed_resp(all);
    CHECK(all.fed() >= proof_amount(5'000, 5'000'000));
    tell_proof(3, "feedings of frames", all.fed());
}

} // namespace

} // namespace sluice::test
