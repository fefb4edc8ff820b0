// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/http/detail/feed_parser.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace sluice::http::detail {

// Feeds a delivered read to the parser and advances the reader. `would_block`: more is needed.
template <class Reader, bool isRequest>
error_code parse(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser, until goal,
                 const read_result& read, std::size_t& total) {
    const readable_buffer& buffer = read.buffer;
    auto seen = static_cast<std::size_t>(read.examined - buffer.start());
    error_code ec;
    std::size_t taken = 0;
    bool out_of_memory = false;
    try {
        ec = feed(parser, goal, buffer, taken, seen);
    } catch (const std::bad_alloc&) {
        out_of_memory = true;
    }
    total += taken;
    const read_cursor consumed = buffer.at(taken);
    if (out_of_memory) { // the next read goes on at once: there is something not seen
        reader.advance(consumed, buffer.at(std::max(taken, seen)));
        return make_error_code(boost::system::errc::not_enough_memory);
    }
    if (ec == boost::beast::http::error::need_more) {
        reader.advance(consumed, buffer.finish());
        return boost::asio::error::would_block;
    }
    reader.advance(consumed);
    return ec;
}

// What the end of the stream means to the parser.
template <bool isRequest>
error_code end_of_stream(boost::beast::http::basic_parser<isRequest>& parser) {
    if (!parser.got_some())
        return boost::beast::http::error::end_of_stream;
    error_code ec;
    parser.put_eof(ec);
    return ec;
}

// One step: an outcome of a read goes to the parser. `would_block`: read again.
template <class Reader, bool isRequest>
error_code step(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser, until goal,
                error_code ec, const read_result& read, std::size_t& total) {
    if (ec == boost::asio::error::eof)
        return end_of_stream(parser);
    if (ec)
        return ec;
    if (read.cancelled)
        return boost::asio::error::operation_aborted;
    return parse(reader, parser, goal, read, total);
}

template <class Reader, bool isRequest>
result<std::size_t> try_message(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser,
                                until goal) {
    std::size_t total = 0;
    while (!reached(parser, goal)) {
        const result<read_result> read = reader.try_read();
        const error_code ec = read.has_error() ? step(reader, parser, goal, read.error(), {}, total)
                                               : step(reader, parser, goal, {}, *read, total);
        if (ec == boost::asio::error::would_block && read.has_error())
            return ec;
        if (ec && ec != boost::asio::error::would_block)
            return ec;
    }
    return total;
}

// The same as a composed operation.
template <class Reader, bool isRequest>
class read_message {
public:
    read_message(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser,
                 until goal) noexcept
        : reader_(reader)
        , parser_(parser)
        , goal_(goal) {}

    template <class Self>
    void operator()(Self& self) {
        if (ended_)
            return self.complete(result_, total_);
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if (!reached(parser_, goal_))
            return reader_.async_read(std::move(self));
        ended_ = true;
        boost::asio::post(reader_.get_executor(), std::move(self));
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& read) {
        ec = step(reader_, parser_, goal_, ec, read, total_);
        if (ec != boost::asio::error::would_block)
            return self.complete(ec, total_);
        if (self.cancelled() != boost::asio::cancellation_type::none) // perhaps by the writer
            return self.complete(boost::asio::error::operation_aborted, total_);
        reader_.async_read(std::move(self));
    }

private:
    Reader& reader_;
    boost::beast::http::basic_parser<isRequest>& parser_;
    until goal_;
    std::size_t total_ = 0;
    error_code result_;
    bool ended_ = false;
};

} // namespace sluice::http::detail
