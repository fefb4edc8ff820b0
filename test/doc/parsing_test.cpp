// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/framed_writer.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/testing/every_split.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

// [publication
struct publication {
    sluice::readable_buffer topic; // views: nothing is copied
    std::uint16_t id = 0;
    sluice::readable_buffer payload;
};

// The body of an MQTT PUBLISH packet of quality 1.
sluice::parsed<publication> parse_publication(sluice::byte_reader in) {
    const auto topic_size = in.read_be<std::uint16_t>();
    if (!topic_size)
        return topic_size.error();
    const auto topic = in.read_view(*topic_size);
    if (!topic)
        return topic.error();
    const auto id = in.read_be<std::uint16_t>();
    if (!id)
        return id.error();
    return publication{*topic, *id, in.rest()};
}
// publication]

// [decoder
struct packet {
    unsigned type = 0;
    unsigned flags = 0;
    sluice::readable_buffer body;
};

// MQTT control packets: type and flags in a byte, the size of the body as a varint of at most four
// bytes, and the body.
class packet_decoder {
public:
    using frame_type = packet;
    std::size_t max_size = 256 * 1024;

    sluice::decoded<packet> decode(sluice::byte_reader& in) {
        const auto head = std::to_integer<unsigned>(*in.read()); // there is at least one byte
        const auto size = in.read_varint<std::uint32_t>(4);
        if (!size)
            return size.error(); // need more, or malformed
        if (*size > max_size)
            return sluice::errc::frame_too_large;
        const auto body = in.read_view(*size);
        if (!body)
            return sluice::need_more{in.position() + *size};
        return packet{head >> 4, head & 15, *body};
    }
};
// decoder]

// [encoder
class packet_encoder {
public:
    std::size_t max_size = 256 * 1024;

    template <sluice::BufferWriter W>
    sluice::error_code encode(const packet& what, W& writer) const {
        std::size_t size = what.body.size();
        if (size > max_size)
            return sluice::errc::frame_too_large; // and nothing is written
        const asio::mutable_buffer room = writer.prepare(5 + size);
        auto* at = static_cast<unsigned char*>(room.data());
        *at++ = static_cast<unsigned char>(what.type << 4 | what.flags);
        for (; size > 127; size >>= 7)
            *at++ = static_cast<unsigned char>(size | 0x80);
        *at++ = static_cast<unsigned char>(size);
        const auto header = static_cast<std::size_t>(at - static_cast<unsigned char*>(room.data()));
        asio::buffer_copy(room + header, what.body);
        writer.commit(header + what.body.size());
        return {};
    }
};
// encoder]

enum packet_type : unsigned { publish = 3, puback = 4, pingreq = 12, pingresp = 13 };

// [serve
asio::awaitable<void> serve(sluice::pipe_reader& in, sluice::pipe_writer& out, std::ostream& log) {
    sluice::framed_reader packets(in, packet_decoder());
    sluice::framed_writer answers(out, packet_encoder());
    const auto answer = [&](const packet& request) {
        if (request.type == pingreq)
            answers.write(packet{pingresp, 0, {}}).value();
        if (request.type == publish)
            if (const auto published = parse_publication(request.body)) {
                const char id[] = {static_cast<char>(published->id >> 8),
                                   static_cast<char>(published->id)};
                answers.write(packet{puback, 0, sluice::readable_buffer::over({id, 2})}).value();
            }
    };
    for (;;) {
        const auto [ec, request] = co_await packets.async_next(asio::as_tuple(use_awaitable));
        if (ec) {
            if (ec != asio::error::eof)
                log << ec.message() << " at byte " << packets.error_position();
            break;
        }
        answer(request);
        while (const auto more = packets.try_next()) // what came with it, without a suspension
            answer(*more);
        co_await answers.flush(use_awaitable); // one flush for all of them
    }
    out.complete();
    in.complete();
}
// serve]

// [remember
// Blocks of text, with an empty line behind each.
class block_decoder {
public:
    using frame_type = sluice::readable_buffer;

    sluice::decoded<sluice::readable_buffer> decode(sluice::byte_reader& in) {
        const auto block = in.read_until("\n\n", seen_);
        if (!block)
            return block.error();
        return *block;
    }

private:
    std::size_t seen_ = 0; // bytes from the first of the frame on, which need no second look
};
// remember]

// [last
class last_block_decoder : public block_decoder {
public:
    // The last block may lack the empty line.
    sluice::decoded<sluice::readable_buffer> decode_end(sluice::byte_reader& in) {
        if (in.empty())
            return sluice::need_more{}; // there is no block
        auto block = decode(in);
        if (block.needs_more())
            return *in.read_view(in.remaining());
        return block;
    }
};
// last]

std::string shown(const packet& p) {
    return std::to_string(p.type) + ":" + std::to_string(p.flags) + ":" + p.body.to_string();
}

constexpr char two_packets[] = "\x32\x0a\0\5topic\0\7!\xc0\0";

} // namespace

TEST_CASE("doc/parsing.md: packets, however they arrive") {
    // [test
    using namespace std::string_view_literals;
    // A PUBLISH, a PINGREQ, and a packet whose size does not end.
    const std::string_view input = "\x32\x0a\0\5topic\0\7!\xc0\0\x30\xff\xff\xff\xff"sv;
    const auto print = [](const packet& p) {
        return std::to_string(p.type) + " with " + std::to_string(p.body.size());
    };
    const auto report = sluice::testing::every_split(input, packet_decoder(), print);
    CHECK_MESSAGE(report, report); // it is the same in each of the ways
    CHECK(report.lookahead == 0);  // no packet waits for bytes behind it
    CHECK(report.whole.frames.size() == 2);
    CHECK(report.whole.frames[0].text == "3 with 10");
    CHECK(report.whole.end == sluice::errc::malformed_frame);
    CHECK(report.whole.position == 15);
    // test]
}

TEST_CASE("doc/parsing.md: the server") {
    asio::io_context context;
    sluice::pipe in(context), out(context);
    std::ostringstream log;
    co_spawn(context, serve(in.reader, out.writer, log), asio::detached);
    context.poll();
    in.writer.write(asio::buffer(two_packets, sizeof two_packets - 1));
    (void)in.writer.try_flush();
    context.poll();
    const auto answers = out.reader.try_read();
    CHECK(answers->buffer.equals({"\x40\2\0\7\xd0\0", 6}));
    out.reader.consume(6);
    in.writer.write(asio::buffer("\x30\x81\x80\x80\x40", 5));
    (void)in.writer.try_flush();
    context.restart();
    context.poll();
    CHECK(log.str() == sluice::error_code(sluice::errc::frame_too_large).message() + " at byte 19");
    CHECK(out.reader.try_read()->completed);
}

TEST_CASE("doc/parsing.md: a packet is decoded as it was encoded") {
    for (const std::size_t size : {0, 1, 127, 128, 16383, 16384, 100'000}) {
        asio::io_context context;
        sluice::pipe pipe(context);
        const std::string body(size, 'b');
        const packet what{3, 2, sluice::readable_buffer::over({body.data(), body.size()})};
        CHECK_FALSE(packet_encoder().encode(what, pipe.writer));
        pipe.writer.complete();
        sluice::framed_reader packets(pipe.reader, packet_decoder());
        CHECK(shown(packets.try_next().value()) == shown(what));
        CHECK(packets.try_next().error() == asio::error::eof);
    }
    asio::io_context context;
    sluice::pipe pipe(context);
    const std::string body(packet_encoder().max_size + 1, 'b');
    const packet what{3, 2, sluice::readable_buffer::over({body.data(), body.size()})};
    CHECK(packet_encoder().encode(what, pipe.writer) == sluice::errc::frame_too_large);
    CHECK(pipe.writer.unflushed() == 0);
}

TEST_CASE("doc/parsing.md: blocks, and the last one") {
    const auto report = sluice::testing::every_split("a\nb\n\nc\n\nd", block_decoder());
    CHECK_MESSAGE(report, report);
    CHECK(report.whole.frames.size() == 2);
    CHECK(report.whole.end == sluice::errc::truncated_frame);
    const auto lenient = sluice::testing::every_split("a\nb\n\nc\n\nd", last_block_decoder());
    CHECK_MESSAGE(lenient, lenient);
    CHECK(lenient.whole.frames.at(2).text == "d");
    CHECK(lenient.whole.end == asio::error::eof);
}

TEST_CASE("doc/parsing.md: a publication that is cut off") {
    for (const std::size_t size : {0, 1, 3, 8})
        CHECK(parse_publication(std::string_view(two_packets + 2, size)).error() ==
              sluice::parse_error::need_more);
}
