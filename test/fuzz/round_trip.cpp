// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any messages: what an encoder writes its decoder finds again, in any parts; what it refuses it
// has not begun to write. The target `resp` does the same for RESP.
#include "fuzz/length_options.hpp"
#include <sluice/parse/delimiter_decoder.hpp>
#include <sluice/parse/delimiter_encoder.hpp>
#include <sluice/parse/fixed_size_decoder.hpp>
#include <sluice/parse/fixed_size_encoder.hpp>
#include <sluice/parse/length_prefix_decoder.hpp>
#include <sluice/parse/length_prefix_encoder.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>

#include <vector>

using namespace sluice;

namespace {

template <class E, class D>
void check(fuzz::fuzz_input input, const E& encoder, const D& decoder) {
    boost::asio::io_context context;
    sluice::pipe pipe(context);
    std::vector<std::string> messages;
    const std::uint8_t arrival[] = {input.byte(), input.byte()};
    while (!input.empty()) {
        const std::string_view message = input.take(input.byte());
        const std::size_t before = pipe.writer.unflushed();
        const bool written = !encoder.encode(message, pipe.writer);
        fuzz::require(written == (pipe.writer.unflushed() != before),
                      "a message was accepted and not written, or the other way round");
        if (written)
            messages.emplace_back(message);
    }
    (void)pipe.writer.try_flush();
    std::string text;
    if (const auto read = pipe.reader.try_read())
        text = read->buffer.to_string();
    fuzz::fuzz_input ways(arrival, 2);
    const testing::decoded_input found =
        testing::decode_split(text, decoder, fuzz::choose_split(ways, text.size()));
    fuzz::require(found.end == boost::asio::error::eof, "what was encoded is malformed");
    fuzz::require(found.frames.size() == messages.size(), "there are more frames, or fewer");
    for (std::size_t i = 0; i != messages.size(); ++i)
        fuzz::require(found.frames[i].text == messages[i], "a message has changed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    switch (input.choose(4)) {
    case 0: {
        const auto end = static_cast<line_end>(input.choose(3));
        const line_options options{end, input.byte(), input.flag()};
        check(input, line_encoder(options), line_decoder(options));
        break;
    }
    case 1: {
        const delimiter_options options{std::string(input.take(1 + input.choose(7))), input.byte()};
        if (!options.delimiter.empty())
            check(input, delimiter_encoder(options), delimiter_decoder(options));
        break;
    }
    case 2: {
        const std::size_t frame_size = 1 + input.choose(20);
        check(input, fixed_size_encoder(frame_size), fixed_size_decoder(frame_size));
        break;
    }
    default:
        length_prefix_options options = fuzz::choose_length_options(input);
        options.offset = 0;
        options.strip.reset();
        check(input, length_prefix_encoder(options), length_prefix_decoder(options));
    }
    return 0;
}
