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

inline constexpr std::size_t shortest_last_chunk = 5;

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
inline bool worth_gathering(const readable_buffer& header, std::size_t seen, std::string_view end) {
    static constexpr std::size_t first_look = 4096;
    const std::size_t from = seen < end.size() ? 0 : std::min(seen, header.size()) - end.size() + 1;
    return (header.size() >= first_look && std::bit_width(header.size()) > std::bit_width(seen)) ||
           header.slice(from).find(end).has_value();
}

// How many of the bytes to show to a parser that asked for more than the first `shown` of them; no
// more than those: it is to wait. In the header of a chunk it must not see less than it saw before,
// nor fewer bytes than the shortest last chunk has.
template <bool isRequest>
std::size_t next_look(const boost::beast::http::basic_parser<isRequest>& parser,
                      const readable_buffer& rest, std::size_t shown) {
    static constexpr std::size_t first_copy = 1024;
    const std::size_t front = rest.front().size();
    if (shown == 0)
        return front;
    if (!parser.is_header_done()) // its last line may stand alone, when the others were taken
        return rest.slice(0, 2).equals("\r\n") || worth_gathering(rest, shown, "\r\n\r\n")
                   ? rest.size()
                   : front;
    if (rest.size() < shortest_last_chunk)
        return 0;
    if (rest.is_contiguous() || rest.size() <= first_copy)
        return rest.size();
    if (shown < first_copy)
        return std::min(rest.size(), std::max(front, first_copy));
    return worth_gathering(rest, shown, "\r\n") ? rest.size() : 0;
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
    static constexpr std::size_t longest_chunk_header = 16 * 1024;
    const auto need_more = boost::beast::http::error::need_more;
    std::size_t taken = 0;
    ec = {};
    while (!reached(parser, goal)) {
        const readable_buffer rest = buffer.slice(taken);
        const std::size_t shown = seen > taken ? seen - taken : 0;
        const std::size_t look = next_look(parser, rest, shown);
        if (look <= shown) {
            ec = need_more;
            break;
        }
        const std::size_t n = look <= rest.front().size() ? parser.put(rest.front(), ec)
                                                          : put_gathered(parser, rest, look, ec);
        if (ec && ec != need_more)
            return taken + n;
        if (ec)
            seen = taken + std::max(look, rest.front().size());
        taken += n;
        if (n == 0 && parser.is_header_done() && look > longest_chunk_header) {
            ec = boost::beast::http::error::header_limit;
            return taken;
        }
        ec = {};
    }
    return taken;
}

} // namespace sluice::http::detail
