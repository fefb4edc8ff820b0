// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes as values and as commands of RESP: they mean the same whole and in parts, and what was
// decoded is decoded again from what the encoder makes of it. The first bytes of the input choose
// limits and parts.
#include <sluice/parse/resp_decoder.hpp>
#include <sluice/parse/resp_encoder.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>

using namespace sluice;

namespace {

void require(bool holds, const char* what) {
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

// A BufferWriter.
struct text_writer {
    std::string text;
    std::size_t size = 0; // committed
    asio::mutable_buffer prepare(std::size_t n) {
        text.resize(size + std::max<std::size_t>(n, 1));
        return {text.data() + size, text.size() - size};
    }
    void commit(std::size_t n) { size += n; }
    std::string_view written() const { return std::string_view(text).substr(0, size); }
};

template <class Message>
std::string encoded(const Message& message, resp_version version = resp_version::resp3) {
    text_writer to;
    require(!resp_encoder(version).encode(message, to), "the encoder refuses");
    return std::string(to.written());
}

// What the encoder writes has the same form when it is decoded and encoded again, in both versions
// of the protocol.
void check_round_trip(const resp_value& value) {
    resp_options options;
    options.max_depth = 1000;
    for (const resp_version version : {resp_version::resp3, resp_version::resp2}) {
        const std::string text = encoded(value, version);
        resp_decoder decoder(options);
        byte_reader in(text);
        const auto again = decoder.decode(in);
        require(static_cast<bool>(again) && in.empty(), "what was encoded is no value");
        require(encoded(*again, version) == text, "a value has changed");
        if (version == resp_version::resp3)
            require(again->to_string() == value.to_string(), "a text has changed");
    }
}

void check_round_trip(const resp_command& command) {
    const std::string text = encoded(command);
    resp_command_decoder decoder;
    byte_reader in(text);
    const auto again = decoder.decode(in);
    require(static_cast<bool>(again) && in.empty(), "what was encoded is no command");
    require(std::ranges::equal(*again, command,
                               [](const readable_buffer& a, const readable_buffer& b) {
                                   return a.equals(b.to_string());
                               }),
            "a command has changed");
}

struct outcome {
    std::string frames;
    std::size_t consumed = 0;
    std::size_t error_at = 0;
    error_code error;
    resp_fault::kind fault = resp_fault::none;
    bool operator==(const outcome&) const = default;
};

// Takes what there is. False at an error.
template <class D>
bool take(D& decoder, byte_reader in, outcome& so_far) {
    in.discard_read();
    while (!in.empty()) {
        byte_reader at = in;
        const auto frame = decoder.decode(at);
        if (frame.error()) {
            so_far.error = frame.error();
            so_far.error_at = so_far.consumed + at.position();
            so_far.fault = decoder.fault().what();
            return false;
        }
        if (!frame) {
            require(frame.needed() == 0 || frame.needed() > in.remaining(), "it needs no more");
            return true;
        }
        check_round_trip(*frame);
        so_far.frames += encoded(*frame) + '|';
        so_far.consumed += at.position();
        in = at;
        in.discard_read();
    }
    return true;
}

template <class D>
void check(const resp_options& options, std::string_view text, std::size_t part) {
    outcome whole;
    D decoder(options);
    take(decoder, byte_reader(text), whole);

    outcome in_parts;
    D another(options);
    asio::io_context context;
    pipe_options small;
    small.minimum_segment_size = 1;
    small.pool = segment_pool({.segment_size = part % 7 + 1});
    sluice::pipe pipe(context, small);
    for (bool fine = true; fine && !text.empty();) {
        const std::string_view next = text.substr(0, part);
        text.remove_prefix(next.size());
        pipe.writer.write(asio::buffer(next));
        (void)pipe.writer.try_flush();
        const auto read = pipe.reader.try_read();
        require(read.has_value(), "bytes do not arrive");
        const std::size_t before = in_parts.consumed;
        fine = take(another, byte_reader(read->buffer), in_parts);
        pipe.reader.advance(read->buffer.at(in_parts.consumed - before), read->buffer.finish());
    }
    require(whole == in_parts, "it is not the same in parts");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    resp_options options;
    if (data[0] & 1) {
        options.max_size = 64;
        options.max_bulk_size = 16;
        options.max_line_size = 32;
        options.max_elements = 8;
        options.max_depth = 3;
    }
    options.inline_commands = !(data[0] & 2);
    const std::size_t part = data[1] % 64 + 1u;
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    check<resp_decoder>(options, text, part);
    check<resp_command_decoder>(options, text, part);
    return 0;
}
