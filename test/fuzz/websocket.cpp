// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any frames, and any bytes, to a WebSocket server of Beast's that runs over pipes: what it reads,
// what it answers, and why it ends is the same however the bytes arrive and the answers are taken.
#include "fuzz/fuzz_input.hpp"
#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <utility>

using namespace sluice;
using fuzz::require;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

const std::string handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                              "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

// A frame of any kind, mostly a valid one.
std::string choose_frame(fuzz::fuzz_input& input) {
    constexpr std::uint8_t first_bytes[] = {0x81, 0x82, 0x01, 0x02, 0x00, 0x80,
                                            0x88, 0x89, 0x8a, 0xc1, 0xc2, 0x41};
    const std::size_t kind = input.choose(16);
    std::string frame(1, static_cast<char>(kind < 12 ? first_bytes[kind] : input.byte()));
    const std::size_t size = input.flag() ? input.choose(8) : input.byte() + 256 * input.choose(2);
    const unsigned masked = input.choose(32) == 0 ? 0u : 0x80u;
    if (size < 126) {
        frame += static_cast<char>(masked | size);
    } else {
        frame += static_cast<char>(masked | 126);
        frame += {static_cast<char>(size >> 8), static_cast<char>(size)};
    }
    std::string mask(masked != 0 ? 4 : 0, '\0');
    for (char& c : mask)
        c = static_cast<char>(input.byte());
    frame += mask;
    std::string text(input.take(size));
    text.resize(size);
    for (std::size_t i = 0; i != text.size(); ++i)
        frame += static_cast<char>(text[i] ^ (mask.empty() ? 0 : mask[i % 4]));
    return frame;
}

std::string choose_bytes(fuzz::fuzz_input& input) {
    if (input.choose(8) == 0)
        return std::string(input.rest());
    std::string bytes = handshake;
    while (!input.empty())
        bytes += choose_frame(input);
    return bytes;
}

// What the server has read and answered, and why it has ended.
struct conversation {
    std::string read, answers;
    error_code end;
    websocket::close_reason reason;

    bool operator==(const conversation& other) const {
        return read == other.read && answers == other.answers && end == other.end &&
               reason.code == other.reason.code && reason.reason == other.reason.reason;
    }
};

template <class Stream>
class echo_server {
public:
    echo_server(Stream stream, conversation& seen) : ws_(std::move(stream)), seen_(seen) {
        websocket::permessage_deflate compression;
        compression.server_enable = true;
        ws_.set_option(compression);
        ws_.read_message_max(2000);
        ws_.async_accept([this](error_code ec) { ec ? end(ec) : read(); });
    }
    bool has_ended() const { return ended_; }

private:
    void read() {
        ws_.async_read(buffer_, [this](error_code ec, std::size_t) { ec ? end(ec) : answer(); });
    }
    void answer() {
        seen_.read += beast::buffers_to_string(buffer_.data()) + '|';
        ws_.text(ws_.got_text());
        ws_.async_write(buffer_.data(), [this](error_code ec, std::size_t) {
            buffer_.clear();
            ec ? end(ec) : read();
        });
    }
    void end(error_code ec) {
        ended_ = true;
        seen_.end = ec;
        seen_.reason = ws_.reason();
        ws_.next_layer().close();
    }

    websocket::stream<Stream> ws_;
    beast::flat_buffer buffer_;
    conversation& seen_;
    bool ended_ = false;
};

// Takes answers while there are any, and lets the server go on.
void take_answers(asio::io_context& context, pipe_stream<>& from, conversation& seen) {
    std::array<char, 512> memory;
    error_code ec;
    do {
        context.restart();
        context.poll();
        const std::size_t n = from.read_some(asio::buffer(memory), ec);
        seen.answers.append(memory.data(), n);
    } while (!ec);
}

conversation converse(std::string_view bytes, const testing::split& how,
                      const pipe_options& options, std::uint32_t takes) {
    conversation seen;
    asio::io_context context;
    auto [near, far] = make_pipe_streams(asio::any_io_executor(context.get_executor()), options);
    echo_server server(std::move(near), seen);
    std::size_t from = 0;
    const auto send = [&](std::size_t to) {
        const std::string_view piece = bytes.substr(from, to - from);
        if (!far.writer().reader_completed()) {
            far.writer().write(asio::buffer(piece));
            (void)far.writer().try_flush();
        }
        from = to;
        context.restart();
        context.poll();
        takes = takes * 1664525 + 1013904223;
        if (takes >> 31)
            take_answers(context, far, seen);
    };
    for (const std::size_t cut : how.cuts)
        send(cut);
    send(bytes.size());
    far.shutdown(asio::socket_base::shutdown_send);
    take_answers(context, far, seen);
    require(server.has_ended(), "the server waits although there is nothing to wait for");
    return seen;
}

// Which of several faults Beast finds first may depend on how the bytes arrive: in a stream of its
// own, too. Then no more is expected of pipes than the same messages up to there.
conversation converse_without_pipes(std::string_view bytes, const testing::split& how) {
    conversation seen;
    asio::io_context context;
    beast::test::stream near(context), far(context);
    near.connect(far);
    echo_server server(std::move(near), seen);
    std::size_t from = 0;
    const auto send = [&](std::size_t to) {
        error_code ec;
        asio::write(far, asio::buffer(bytes.substr(from, to - from)), ec);
        from = to;
        context.restart();
        context.poll();
    };
    for (const std::size_t cut : how.cuts)
        send(cut);
    send(bytes.size());
    far.close();
    context.restart();
    context.poll();
    return seen;
}
bool is_another_without_pipes(std::string_view bytes, const testing::split& how) {
    testing::split byte_by_byte;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut)
        byte_by_byte.cuts.push_back(cut);
    const conversation whole = converse_without_pipes(bytes, {});
    for (const testing::split& way : {how, byte_by_byte}) {
        const conversation other = converse_without_pipes(bytes, way);
        if (other.end != whole.end || other.read != whole.read)
            return true;
    }
    return false;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, std::min<std::size_t>(size, 2000));
    const std::uint32_t takes = input.byte();
    pipe_options options;
    options.pause_threshold = input.byte();
    const std::uint8_t arrival[] = {input.byte(), input.byte()};
    fuzz::fuzz_input ways(arrival, 2);
    const std::string bytes = choose_bytes(input);
    const testing::split how = fuzz::choose_split(ways, bytes.size());
    options.minimum_segment_size = 1;
    options.pool = segment_pool({.segment_size = how.segment_size});
    const conversation expected = converse(bytes, {}, {}, 0);
    const conversation found = converse(bytes, how, options, takes);
    require(found.read.starts_with(expected.read) || expected.read.starts_with(found.read),
            "other messages were read");
    if (!(found == expected) && is_another_without_pipes(bytes, how))
        return 0;
    if (!(found == expected))
        std::cerr << "found:    " << found.end.message() << " after " << found.read
                  << "\nexpected: " << expected.end.message() << " after " << expected.read << '\n';
    require(found == expected, "it is not the same in parts");
    require(options.pool.stats().bytes_in_use == 0, "memory was not given back");
    return 0;
}
