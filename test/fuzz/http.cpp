// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes as requests and as responses: the messages are the same whole and in parts, and what
// was decoded is decoded again from what the encoder makes of it. The first bytes of the input
// choose limits and parts.
#include <sluice/http/message_decoder.hpp>
#include <sluice/http/message_encoder.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

using namespace sluice;

namespace {

void require(bool holds, const char* what) {
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

template <bool isRequest>
using message = typename http::message_decoder<isRequest>::frame_type;

std::string written(auto& of) {
    asio::io_context context;
    sluice::pipe pipe(context, {.pause_threshold = 0});
    require(!http::message_encoder().encode(of, pipe.writer), "the encoder refuses");
    pipe.writer.complete();
    const auto read = pipe.reader.try_read();
    return read ? read->buffer.to_string() : std::string();
}

// What the encoder makes of a message, when nothing but its own framing is left.
template <bool isRequest>
std::string canonical(message<isRequest>& of) {
    of.chunked(false);
    of.content_length(of.body().size());
    const std::string text = written(of);
    http::message_options wide;
    wide.max_header_size = 1 << 20;
    http::message_decoder<isRequest> decoder(wide);
    byte_reader in(text);
    auto again = decoder.decode(in);
    if (again) {
        require(in.empty() || !isRequest, "bytes are left of what was encoded");
        require(again->body() == of.body() || !isRequest, "a body has changed");
        require(written(*again) == text || !isRequest, "a message has changed");
    }
    return text;
}

struct outcome {
    std::string messages;
    error_code end;
    std::uint64_t position = 0;
    std::uint64_t rest = 0;
    bool operator==(const outcome&) const = default;
};

template <bool isRequest>
outcome arrive(std::string_view text, const http::message_options& limits, std::size_t segment_size,
               std::uint32_t parts) {
    asio::io_context context;
    pipe_options options;
    options.minimum_segment_size = 1;
    options.pool = segment_pool({.segment_size = segment_size});
    sluice::pipe pipe(context, options);
    framed_reader frames(pipe.reader, http::message_decoder<isRequest>(limits));
    outcome seen;
    const auto take = [&] {
        while (auto one = frames.try_next())
            seen.messages += canonical<isRequest>(*one) + '|';
    };
    while (!text.empty()) {
        parts = parts * 1664525 + 1013904223;
        const std::size_t n = segment_size == 4096 ? text.size() : 1 + (parts >> 16) % 40;
        pipe.writer.write(asio::buffer(text.data(), std::min(n, text.size())));
        (void)pipe.writer.try_flush();
        text.remove_prefix(std::min(n, text.size()));
        if (parts >> 31)
            take();
    }
    pipe.writer.complete();
    take();
    seen.end = frames.try_next().error();
    seen.position = frames.error_position();
    frames.release();
    seen.rest = pipe.reader.buffered();
    return seen;
}

template <bool isRequest>
void check(std::string_view text, const http::message_options& limits, std::uint32_t parts) {
    const outcome whole = arrive<isRequest>(text, limits, 4096, parts);
    constexpr std::size_t segment_sizes[] = {1, 2, 16, 64};
    require(arrive<isRequest>(text, limits, segment_sizes[parts % 4], parts) == whole,
            "it is not the same in parts");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    http::message_options limits;
    if (data[0] & 1)
        limits = {60, 20};
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    check<true>(text, limits, data[1]);
    check<false>(text, limits, data[1]);
    return 0;
}
