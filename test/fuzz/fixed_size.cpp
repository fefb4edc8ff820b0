// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes, arriving in any parts, are frames of one size.
#include "fuzz/fuzz_input.hpp"
#include <sluice/parse/fixed_size_decoder.hpp>

using namespace sluice;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const std::size_t frame_size = 1 + input.choose(200);
    const testing::split how = fuzz::choose_split(input, size);
    const std::string_view text = input.rest();
    testing::decoded_input expected;
    std::size_t at = 0;
    for (; text.size() - at >= frame_size; at += frame_size)
        expected.frames.push_back({std::string(text.substr(at, frame_size)), at + frame_size});
    expected.end = boost::asio::error::eof;
    if (at != text.size())
        expected.end = errc::truncated_frame;
    expected.position = text.size();
    fuzz::check_decoder(text, fixed_size_decoder(frame_size), how, expected);
    return 0;
}
