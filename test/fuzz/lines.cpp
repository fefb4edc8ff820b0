// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes, arriving in any parts: the lines are those of the plainest search, and what the
// encoder accepts is decoded again. The first bytes of the input choose options and parts.
#include "parse/reference_lines.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>

using namespace sluice;

namespace {

using lines = framed_reader<pipe_reader&, line_decoder>;

pipe_options with_segments(std::size_t size) {
    pipe_options options;
    options.minimum_segment_size = 1;
    options.pool = segment_pool({.segment_size = size});
    return options;
}

void require(bool holds, const char* what) {
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

void take(lines& from, test::lines_found& found) {
    while (const auto line = from.try_next())
        found.lines.push_back(line->to_string());
}

test::lines_found arrive(std::string_view text, const line_options& options,
                         std::size_t segment_size, std::uint32_t parts) {
    asio::io_context context;
    sluice::pipe pipe(context, with_segments(segment_size));
    lines reader(pipe.reader, line_decoder(options));
    test::lines_found found;
    while (!text.empty()) {
        parts = parts * 1664525 + 1013904223;
        const std::size_t n = std::min<std::size_t>(text.size(), 1 + (parts >> 16) % 150);
        pipe.writer.write(asio::buffer(text.data(), n));
        (void)pipe.writer.try_flush();
        text.remove_prefix(n);
        if (parts >> 31)
            take(reader, found);
    }
    pipe.writer.complete();
    take(reader, found);
    found.end = reader.try_next().error();
    found.error_position = reader.error_position();
    return found;
}

void encode_again(const test::lines_found& found, const line_options& options) {
    const line_encoder encoder(options);
    asio::io_context context;
    sluice::pipe pipe(context);
    test::lines_found accepted;
    for (const std::string& line : found.lines)
        if (!encoder.encode(line, pipe.writer))
            accepted.lines.push_back(line);
    pipe.writer.complete();
    lines reader(pipe.reader, line_decoder(options));
    test::lines_found back;
    take(reader, back);
    require(back.lines == accepted.lines, "an encoded line was not decoded again");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4)
        return 0;
    const line_options options{test::line_ends[data[0] % 3], std::size_t{data[1]} * 2,
                               (data[0] & 0x80) != 0};
    constexpr std::size_t segment_sizes[] = {1, 2, 16, 64, 4096};
    const std::size_t segment_size = segment_sizes[data[2] % 5];
    const std::string_view text(reinterpret_cast<const char*>(data) + 4, size - 4);
    const test::lines_found found = arrive(text, options, segment_size, data[3]);
    require(found == test::reference_lines(text, options), "other lines were found");
    encode_again(found, options);
    return 0;
}
