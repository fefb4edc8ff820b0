// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/http/read.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace sluice::test {

// What became of the bytes of a message that were followed by the end of the stream.
struct http_outcome {
    std::string error; // the message of the error; empty for none
    std::string head;  // start line and fields as they were parsed
    std::string body;
    std::size_t taken = 0;

    friend std::ostream& operator<<(std::ostream& out, const http_outcome& o) {
        return out << "{" << o.error << " | " << o.head.substr(0, 200) << " | " << o.body.size()
                   << " bytes " << o.body.substr(0, 60) << " | took " << o.taken << "}";
    }
};

// Whether `seen` is the outcome `expected` of parsing in one go. Beast itself, fed piece by piece,
// looks into a header only when its end is there: so an unfinished header may be called partial
// whatever it says, and how much was taken of one that is refused for its length may differ.
inline bool same_outcome(const http_outcome& seen, const http_outcome& expected,
                         std::string_view bytes) {
    const auto partial = error_code(boost::beast::http::error::partial_message).message();
    const auto too_long = error_code(boost::beast::http::error::header_limit).message();
    if (seen.error == partial && bytes.find("\r\n\r\n") == bytes.npos)
        return expected.error != "";
    if (seen.error != expected.error || seen.body != expected.body)
        return false;
    return seen.error == partial || seen.error == too_long ||
           (seen.head == expected.head && seen.taken == expected.taken);
}

template <bool isRequest>
using string_parser = boost::beast::http::parser<isRequest, boost::beast::http::string_body>;

// Sets the limits and the like of a parser before it is used.
template <bool isRequest>
using prepare_parser = void (*)(string_parser<isRequest>&);

template <bool isRequest>
void as_it_is(string_parser<isRequest>&) {}

template <bool isRequest>
http_outcome describe(const string_parser<isRequest>& parser, const error_code& ec,
                      std::size_t taken) {
    const auto& message = parser.get();
    http_outcome outcome{ec ? ec.message() : "", "", message.body(), taken};
    if constexpr (isRequest)
        outcome.head = std::string(message.method_string()) + " " + std::string(message.target());
    else
        outcome.head = std::to_string(message.result_int()) + " " + std::string(message.reason());
    outcome.head += " " + std::to_string(message.version()) + "\n";
    for (const auto& field : message)
        outcome.head += std::string(field.name_string()) + "=" + std::string(field.value()) + "\n";
    return outcome;
}

// Beast's parser, fed all at once.
template <bool isRequest = true>
http_outcome beast_outcome(std::string_view bytes, prepare_parser<isRequest> prepare = as_it_is) {
    string_parser<isRequest> parser;
    prepare(parser);
    parser.eager(true);
    error_code ec;
    const std::size_t taken = parser.put(boost::asio::buffer(bytes), ec);
    if (ec == boost::beast::http::error::need_more || (!ec && !parser.is_done())) {
        ec = {};
        if (parser.got_some())
            parser.put_eof(ec);
        else
            ec = boost::beast::http::error::end_of_stream;
    }
    return describe(parser, ec, taken);
}

inline pipe_options with_segments_of(std::size_t size) {
    pipe_options options;
    options.pool = segment_pool({.segment_size = size});
    options.minimum_segment_size = 1;
    options.pause_threshold = 0;
    return options;
}

// A pipe that is given a message piece by piece, while a parser reads from it.
template <bool isRequest = true>
class piecewise_reading {
public:
    piecewise_reading(boost::asio::io_context& context, std::size_t segment_size,
                      prepare_parser<isRequest> prepare = as_it_is)
        : pipe_(context, with_segments_of(segment_size)) {
        prepare(parser_);
    }

    void feed(std::string_view piece) {
        pipe_.writer.write(boost::asio::buffer(piece));
        (void)pipe_.writer.try_flush();
        read();
    }

    http_outcome end() {
        pipe_.writer.complete();
        read();
        return describe(parser_, ec_, taken_);
    }

    // Whether the pipe still holds exactly what the parser did not take.
    bool holds(std::string_view rest) {
        if (pipe_.reader.buffered() != rest.size())
            return false;
        const auto left = pipe_.reader.try_read();
        return left.has_error() ? rest.empty() || ec_ : left->buffer.equals(rest);
    }

private:
    void read() {
        if (over_)
            return;
        const std::size_t before = pipe_.reader.buffered();
        const result<std::size_t> taken = http::try_read(pipe_.reader, parser_);
        taken_ += before - pipe_.reader.buffered();
        over_ = !taken.has_error() || taken.error() != boost::asio::error::would_block;
        if (taken.has_error() && over_)
            ec_ = taken.error();
    }

    pipe pipe_;
    string_parser<isRequest> parser_;
    std::size_t taken_ = 0;
    error_code ec_;
    bool over_ = false;
};

} // namespace sluice::test
