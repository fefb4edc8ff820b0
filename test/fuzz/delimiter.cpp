// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes, arriving in any parts: the frames are those of the plainest search.
#include "fuzz/fuzz_input.hpp"
#include <sluice/parse/delimiter_decoder.hpp>

using namespace sluice;

namespace {

testing::decoded_input plainly(std::string_view text, const delimiter_options& options) {
    testing::decoded_input outcome;
    const std::size_t end_size = options.delimiter.size();
    const auto end_with = [&](error_code ec, std::size_t position) {
        outcome.end = ec;
        outcome.position = position;
        return outcome;
    };
    for (std::size_t from = 0;;) {
        const std::size_t left = text.size() - from;
        const std::size_t at = text.find(options.delimiter, from);
        const bool is_whole = at != text.npos;
        if (left == 0)
            return end_with(boost::asio::error::eof, from);
        if (is_whole ? at - from > options.max_size : left >= options.max_size + end_size)
            return end_with(errc::frame_too_large, from + options.max_size);
        if (!is_whole && !options.allow_unterminated)
            return end_with(errc::truncated_frame, text.size());
        if (!is_whole && left > options.max_size)
            return end_with(errc::frame_too_large, from + options.max_size);
        const std::size_t end = is_whole ? at + end_size : text.size();
        const std::size_t shown = is_whole && !options.keep_delimiter ? at : end;
        outcome.frames.push_back({std::string(text.substr(from, shown - from)), end});
        from = end;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    delimiter_options options;
    options.max_size = input.byte();
    options.keep_delimiter = input.flag();
    options.allow_unterminated = input.flag();
    const testing::split how = fuzz::choose_split(input, size);
    options.delimiter = input.take(1 + input.choose(7));
    if (options.delimiter.empty())
        return 0;
    fuzz::check_decoder(input.rest(), delimiter_decoder(options), how,
                        plainly(input.rest(), options));
    return 0;
}
