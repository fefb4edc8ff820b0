// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes, arriving in any parts: the frames are those that plain arithmetic finds, in numbers
// that cannot overflow.
#include "fuzz/length_options.hpp"
#include <sluice/parse/length_prefix_decoder.hpp>

using namespace sluice;

namespace {

__extension__ using wide = __int128;

struct prefix {
    wide length = 0;
    std::size_t size = 0; // 0: more bytes are needed
    bool endless = false;
};

prefix read_prefix(std::string_view text, const length_prefix_options& options) {
    const auto byte = [&](std::size_t i) { return wide{static_cast<std::uint8_t>(text[i])}; };
    prefix result;
    if (options.format == length_format::varint) {
        for (std::size_t i = 0; i != options.prefix_size && i != text.size(); ++i) {
            result.length |= (byte(i) & 0x7f) << (7 * i);
            if (byte(i) < 0x80) {
                result.size = i + 1;
                result.endless = result.length >> 64 != 0;
                return result;
            }
        }
        result.endless = text.size() >= options.prefix_size;
        return result;
    }
    if (text.size() < options.prefix_size)
        return result;
    result.size = options.prefix_size;
    for (std::size_t i = 0; i != result.size; ++i) {
        const bool big = options.format == length_format::big_endian;
        result.length = result.length << 8 | byte(big ? i : result.size - 1 - i);
    }
    return result;
}

testing::decoded_input plainly(std::string_view text, const length_prefix_options& options) {
    testing::decoded_input outcome;
    const auto end_with = [&](error_code ec, std::size_t position) {
        outcome.end = ec;
        outcome.position = position;
        return outcome;
    };
    for (std::size_t from = 0;;) {
        const std::string_view left = text.substr(from);
        if (left.empty())
            return end_with(boost::asio::error::eof, from);
        const std::size_t at = from + options.offset;
        if (left.size() <= options.offset)
            return end_with(errc::truncated_frame, text.size());
        const prefix found = read_prefix(left.substr(options.offset), options);
        if (found.endless)
            return end_with(errc::malformed_frame, at);
        if (found.size == 0)
            return end_with(errc::truncated_frame, text.size());
        const wide counted =
            found.length - static_cast<wide>(options.counts_itself ? found.size : 0);
        const wide body = counted + options.adjustment;
        if (counted < 0 || body < 0)
            return end_with(errc::malformed_frame, at);
        if (body > static_cast<wide>(options.max_size))
            return end_with(errc::frame_too_large, at);
        const std::size_t header = options.offset + found.size;
        const std::size_t whole = header + static_cast<std::size_t>(body);
        const std::size_t strip = options.strip.value_or(header);
        if (strip > whole)
            return end_with(errc::malformed_frame, at);
        if (whole > left.size())
            return end_with(errc::truncated_frame, text.size());
        outcome.frames.push_back({std::string(left.substr(strip, whole - strip)), from + whole});
        from += whole;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    length_prefix_options options = fuzz::choose_length_options(input);
    options.max_size = length_prefix_decoder(options).max_size(); // it may be too much for memory
    const testing::split how = fuzz::choose_split(input, size);
    fuzz::check_decoder(input.rest(), length_prefix_decoder(options), how,
                        plainly(input.rest(), options));
    return 0;
}
