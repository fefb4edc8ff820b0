// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/test_pipe.hpp"
#include <sluice/http/message_decoder.hpp>
#include <sluice/parse/framed_reader.hpp>

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>

namespace sluice::test {

// The messages that were taken, why there are no more, and where.
struct http_frames {
    std::string messages;
    error_code end;
    std::uint64_t error_position = 0;
    std::size_t rest = 0; // bytes that no message has

    bool operator==(const http_frames&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const http_frames& f) {
        return out << "{" << f.messages << " | " << f.end.message() << " at " << f.error_position
                   << " | " << f.rest << " left}";
    }
};

template <bool isRequest, class Fields>
void describe(const boost::beast::http::header<isRequest, Fields>& header, std::string& to) {
    if constexpr (isRequest)
        to += std::string(header.method_string()) + ' ' + std::string(header.target());
    else
        to += std::to_string(header.result_int()) + ' ' + std::string(header.reason());
    to += ' ' + std::to_string(header.version()) + '\n';
    for (const auto& field : header)
        to += std::string(field.name_string()) + '=' + std::string(field.value()) + '\n';
}

// Gives bytes in parts to a decoder, and takes all there is after each of them.
template <bool isRequest>
class http_arrival {
    using decoder = http::message_decoder<isRequest>;

public:
    explicit http_arrival(std::size_t segment, decoder with = decoder())
        : pipe_(with_segments(segment))
        , frames_(pipe_.reader, std::move(with)) {}

    void part(std::string_view bytes) {
        pipe_.write(bytes);
        (void)pipe_.writer.try_flush();
        take();
    }
    http_frames end() {
        pipe_.writer.complete();
        take();
        seen_.error_position = frames_.error_position();
        frames_.release();
        seen_.rest = pipe_.reader.buffered();
        return seen_;
    }

    decoder& with() { return frames_.decoder(); }
    std::size_t buffered() const { return pipe_.reader.buffered(); }
    const http_frames& seen() const { return seen_; }

private:
    void take() {
        while (auto message = frames_.try_next()) {
            describe(message->base(), seen_.messages);
            seen_.messages += '\n' + message->body() + "|\n";
        }
        seen_.end = frames_.try_next().error();
    }

    test_pipe pipe_;
    framed_reader<pipe_reader&, decoder> frames_;
    http_frames seen_;
};

template <bool isRequest>
http_frames frames_of(std::string_view bytes, std::size_t segment,
                      std::initializer_list<std::size_t> cuts = {},
                      const http::message_options& options = {}) {
    http_arrival<isRequest> arrival(segment, http::message_decoder<isRequest>(options));
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        arrival.part(bytes.substr(from, cut - from));
        from = cut;
    }
    arrival.part(bytes.substr(from));
    return arrival.end();
}

template <bool isRequest>
http_frames frames_byte_by_byte(std::string_view bytes, std::size_t segment,
                                const http::message_options& options = {}) {
    http_arrival<isRequest> arrival(segment, http::message_decoder<isRequest>(options));
    for (std::size_t i = 0; i != bytes.size(); ++i)
        arrival.part(bytes.substr(i, 1));
    return arrival.end();
}

} // namespace sluice::test
