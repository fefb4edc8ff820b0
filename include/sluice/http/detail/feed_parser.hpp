// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/error.hpp>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

namespace sluice::http::detail {

// How far a message is to be parsed.
enum class until { header, message };

template <bool isRequest>
bool reached(const boost::beast::http::basic_parser<isRequest>& parser, until goal) {
    return goal == until::header ? parser.is_header_done() : parser.is_done();
}

// Puts the first `n` bytes, copied into one piece.
template <bool isRequest>
std::size_t put_gathered(boost::beast::http::basic_parser<isRequest>& parser,
                         const readable_buffer& bytes, std::size_t n, error_code& ec) {
    std::array<std::byte, 8192> local;
    std::unique_ptr<std::byte[]> large;
    if (n > local.size())
        large.reset(new std::byte[n]);
    std::byte* piece = large ? large.get() : local.data();
    bytes.copy_to({piece, n});
    return parser.put(boost::asio::const_buffer(piece, n), ec);
}

// Whether a header that lies in several pieces is worth copying: when its end is there, and now and
// then while it grows, so that the parser may find it too large. `seen` bytes were here before.
inline bool worth_gathering(const readable_buffer& header, std::size_t seen) {
    static constexpr std::string_view end = "\r\n\r\n";
    static constexpr std::size_t first_look = 4096;
    const std::size_t from = seen < end.size() ? 0 : std::min(seen, header.size()) - end.size() + 1;
    return (header.size() >= first_look && std::bit_width(header.size()) > std::bit_width(seen)) ||
           header.slice(from).find(end).has_value();
}

// Gives a parser what is buffered, and returns how many bytes it took. With `need_more` the rest
// must be shown to it again, with more behind it. `seen`: how many of the bytes an earlier call was
// given.
//
// A Beast parser wants a header, or the header of a chunk, in one piece. Mostly it is; else it is
// copied.
template <bool isRequest>
std::size_t feed(boost::beast::http::basic_parser<isRequest>& parser, until goal,
                 const readable_buffer& buffer, std::size_t seen, error_code& ec) {
    static constexpr std::size_t first_copy = 1024;
    const auto need_more = boost::beast::http::error::need_more;
    std::size_t taken = 0;
    std::size_t gathered = 0;
    ec = {};
    while (!reached(parser, goal)) {
        const readable_buffer rest = buffer.slice(taken);
        if (rest.empty()) {
            ec = need_more;
            break;
        }
        const std::size_t n =
            gathered == 0 ? parser.put(rest.front(), ec) : put_gathered(parser, rest, gathered, ec);
        taken += n;
        if (ec && ec != need_more)
            break;
        if (!ec || n != 0) {
            ec = {};
            gathered = 0;
            continue;
        }
        if (rest.is_contiguous() || gathered == rest.size())
            break;
        if (parser.is_header_done())
            gathered = std::min(rest.size(), std::max(gathered * 2, first_copy));
        else if (worth_gathering(rest, seen < taken ? 0 : seen - taken))
            gathered = rest.size();
        else
            break;
    }
    return taken;
}

} // namespace sluice::http::detail
