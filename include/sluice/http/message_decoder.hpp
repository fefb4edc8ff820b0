// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/http/detail/feed_parser.hpp>
#include <sluice/http/message_options.hpp>
#include <sluice/parse/decoder.hpp>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace sluice::http {

/// HTTP/1 messages as frames: a frame is a Beast message with its body, which owns what it holds.
///
/// No part of a message is searched or parsed twice, however it arrives, but for a trailer, which
/// is at most 16 KiB, and the line before it: a header is parsed once it is complete, and a body as
/// it comes, by a Beast parser that is kept from one call to the next. A frame is consumed as a
/// whole: until then its bytes stay in the pipe, and those of the body also in what the parser
/// makes of it, twice the memory. So it is for messages that are rather small; a body of any length
/// goes through `http::async_read`, which consumes as it goes, and so does a request that waits for
/// `100 Continue`.
///
/// A message with a `Content-Length` is waited for as a whole: one that exceeds what the pipe may
/// buffer fails with `errc::buffer_limit_exceeded` as soon as its header is there.
///
/// Errors: those of the parser, by which one knows how to answer, `body_limit` among them;
/// `http::error::header_limit`, found behind as many bytes as a header may have.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \tparam isRequest requests, or responses
/// \tparam Body how Beast holds the body
/// \tparam Allocator of the header's fields
/// \snippet test/doc/http_test.cpp message_decoder
template <bool isRequest, class Body = boost::beast::http::string_body,
          class Allocator = std::allocator<char>>
class message_decoder {
public:
    /// A message with its body.
    using frame_type =
        boost::beast::http::message<isRequest, Body, boost::beast::http::basic_fields<Allocator>>;

    /// Begins with the first byte that it is given.
    explicit message_decoder(const message_options& options = {}) noexcept : options_(options) {}

    /// May be changed at any time; holds for each message whose header is not complete by then.
    /// In bytes.
    /// @{
    std::uint32_t max_header_size() const noexcept { return options_.max_header_size; }
    void max_header_size(std::uint32_t bytes) noexcept { options_.max_header_size = bytes; }
    std::uint64_t max_body_size() const noexcept { return options_.max_body_size; }
    void max_body_size(std::uint64_t bytes) noexcept { options_.max_body_size = bytes; }
    /// @}

    /// The next response has no body, whatever its header says: it answers a HEAD request, or
    /// opens the tunnel of a CONNECT. Call it before its header is complete.
    void expect_no_body() noexcept requires(!isRequest) { no_body_ = true; }

    /// As of a `Decoder`.
    decoded<frame_type> decode(byte_reader& in) {
        return guarded([&] { return parse(in); });
    }

    /// As of a `Decoder`; completes a response whose body lasts until the end of the input.
    decoded<frame_type> decode_end(byte_reader& in) {
        return guarded([&] { return parse_end(in); });
    }

private:
    using parser_type = boost::beast::http::parser<isRequest, Body, Allocator>;
    using error = boost::beast::http::error;

    // An exception leaves a parser that cannot go on: begin again, then.
    template <class Step>
    decoded<frame_type> guarded(Step step) {
        try {
            return step();
        } catch (...) {
            restart();
            throw;
        }
    }

    decoded<frame_type> parse(byte_reader& in) {
        error_code ec;
        if (!parser_) {
            ec = parse_header(in);
            if (ec == error::need_more)
                return need_more{};
        }
        if (!ec) {
            ec = parse_body(in);
            if (ec == error::need_more)
                return need_more{whole_size()};
        }
        return ec ? failed(in, ec) : take(in);
    }

    decoded<frame_type> parse_end(byte_reader& in) {
        if (in.empty())
            return need_more{};
        decoded<frame_type> message = parse(in);
        if (!message.needs_more() || !parser_)
            return message;
        const error_code ec = parse_last(in);
        if (ec == error::partial_message) {
            restart();
            return need_more{};
        }
        return ec ? failed(in, ec) : take(in);
    }

    // Shown to the parser as a whole: so the outcome does not depend on how it has arrived.
    error_code parse_header(const byte_reader& in) {
        static constexpr std::string_view end = "\r\n\r\n";
        const parsed<std::size_t> found = in.find(end, searched_);
        header_size_ = found ? *found + end.size() : in.remaining() + 1;
        if (header_size_ > options_.max_header_size)
            return error::header_limit;
        if (!found)
            return error::need_more;
        parser_ = std::make_unique<parser_type>();
        parser_->header_limit(options_.max_header_size);
        parser_->body_limit(options_.max_body_size);
        if constexpr (!isRequest)
            parser_->skip(no_body_);
        error_code ec;
        const readable_buffer rest = in.rest();
        const asio::const_buffer front = rest.front();
        taken_ = front.size() < header_size_
                     ? detail::put_gathered(*parser_, rest, header_size_, ec)
                     : parser_->put(asio::buffer(front, header_size_), ec);
        return ec == error::need_more ? error_code(error::bad_line_ending) : ec;
    }

    error_code parse_body(const byte_reader& in) {
        byte_reader rest = in;
        (void)rest.skip(taken_);
        std::size_t seen = std::max(shown_, taken_) - taken_;
        std::size_t taken = 0;
        const error_code ec =
            detail::feed(*parser_, detail::until::message, rest.rest(), taken, seen);
        taken_ += taken;
        shown_ = in.remaining();
        return ec;
    }

    // What is left of a body when no more will come: it was too short to be shown before.
    error_code parse_last(const byte_reader& in) {
        byte_reader rest = in;
        (void)rest.skip(taken_);
        error_code ec;
        if (!rest.empty() && !is_begun_last_chunk(rest.rest()))
            taken_ += detail::put_gathered(*parser_, rest.rest(), rest.remaining(), ec);
        if (ec && ec != error::need_more)
            return ec;
        ec = {};
        if (!parser_->is_done())
            parser_->put_eof(ec);
        return ec;
    }
    // A parser that has seen its line must not be shown less than a whole one has.
    static bool is_begun_last_chunk(const readable_buffer& rest) {
        return rest.size() < detail::shortest_last_chunk && rest.peek() == std::byte{'0'} &&
               rest.find("\r\n");
    }

    decoded<frame_type> failed(byte_reader& in, error_code ec) {
        (void)in.skip(std::min(in.remaining(), place_of(ec)));
        restart();
        return ec;
    }

    // 0: not known.
    std::size_t whole_size() const {
        const auto left = parser_->content_length_remaining();
        return left ? taken_ + static_cast<std::size_t>(*left) : 0;
    }

    std::size_t place_of(error_code ec) const {
        if (!parser_)
            return options_.max_header_size;
        if (ec == error::body_limit && parser_->is_header_done() && parser_->need_eof())
            return header_size_ + static_cast<std::size_t>(options_.max_body_size);
        return taken_;
    }

    frame_type take(byte_reader& in) {
        (void)in.skip(taken_);
        frame_type message = parser_->release();
        restart();
        no_body_ = false;
        return message;
    }
    void restart() noexcept {
        parser_.reset();
        taken_ = shown_ = searched_ = 0;
    }

    message_options options_;
    std::unique_ptr<parser_type> parser_; // of a message whose header is complete
    std::size_t taken_ = 0;               // bytes of the message that the parser has taken
    std::size_t shown_ = 0;               // and has been shown
    std::size_t searched_ = 0;            // for the end of the header
    std::size_t header_size_ = 0;
    bool no_body_ = false;
};

/// Of requests.
/// \tparam Body how Beast holds the body
template <class Body = boost::beast::http::string_body>
using request_decoder = message_decoder<true, Body>;
/// Of responses.
/// \tparam Body how Beast holds the body
template <class Body = boost::beast::http::string_body>
using response_decoder = message_decoder<false, Body>;

} // namespace sluice::http
