// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/numbered_bytes.hpp"
#include <sluice/pipe/pipe.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace sluice::test {

namespace asio = boost::asio;

inline pipe_options segments_of(std::size_t size, std::size_t pause = 64 * 1024) {
    pipe_options options;
    options.pool = segment_pool({.segment_size = size});
    options.minimum_segment_size = 1;
    options.pause_threshold = pause;
    return options;
}

// Writes numbered bytes into a pipe, flush by flush, and completes it.
template <class Writer>
struct numbered_writer {
    Writer& writer;
    std::uint64_t left;
    std::size_t chunk;
    std::uint64_t position = 0;

    void operator()(error_code ec = {}) {
        if (ec)
            return;
        if (left == 0)
            return writer.complete();
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk));
        writer.write(asio::buffer(numbered_bytes(n, position)));
        position += n;
        left -= n;
        writer.flush(std::move(*this));
    }
};
template <class Writer>
numbered_writer(Writer&, std::uint64_t, std::size_t) -> numbered_writer<Writer>;

// What a reader of numbered bytes has seen.
struct numbered_reading {
    std::uint64_t count = 0;
    std::size_t most = 0; // bytes shown at once
    bool in_order = true;
    bool ended = false;
    error_code ec;
};

// Reads numbered bytes, at most `step` at a time, until the end or an error.
template <class Reader>
struct numbered_reader {
    Reader& reader;
    numbered_reading& seen;
    std::size_t step = static_cast<std::size_t>(-1);

    void start() { reader.async_read(*this); }
    void operator()(error_code ec, const read_result& read) {
        if (ec) {
            seen.ended = true;
            seen.ec = ec;
            return;
        }
        const auto piece = read.buffer.slice(0, step);
        seen.most = std::max(seen.most, read.buffer.size());
        seen.in_order = seen.in_order && is_numbered(piece.to_string(), seen.count);
        seen.count += piece.size();
        reader.advance(piece.finish());
        reader.async_read(std::move(*this));
    }
};
template <class Reader, class... Step>
numbered_reader(Reader&, numbered_reading&, Step...) -> numbered_reader<Reader>;

// Everything a pipe holds, consumed.
template <class Reader>
std::string drain(Reader& reader) {
    const auto read = reader.try_read();
    if (read.has_error())
        return {};
    std::string bytes = read->buffer.to_string();
    reader.advance(read->buffer.finish());
    return bytes;
}

} // namespace sluice::test
