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
#include <string_view>

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

// Where to begin a search for `end` when it was not in the first `seen` bytes.
inline std::size_t search_start(std::size_t seen, std::string_view end) {
    return seen - std::min(seen, end.size() - 1);
}

// Whether something unfinished that lies in several pieces is to be copied now and then while it
// grows, so that it may be found too large.
inline bool has_doubled(std::size_t size, std::size_t seen) {
    static constexpr std::size_t first_look = 4096;
    return size >= first_look && std::bit_width(size) > std::bit_width(seen);
}

// How many of the bytes to show to a parser of which it has seen `shown`; no more than those: it is
// to wait.
//
// Beast takes the lines of a header one by one, and forgets their size, if the first bytes that it
// sees hold a line. If they hold none, it waits for the end of the header, and counts all of it.
inline std::size_t next_look_at_header(const readable_buffer& rest, std::size_t shown) {
    static constexpr std::size_t less_than_a_line = 4;
    static constexpr std::string_view end = "\r\n\r\n";
    if (shown < less_than_a_line)
        return std::min(rest.size(), less_than_a_line);
    if (rest.front().size() > shown || rest.size() <= shown)
        return rest.front().size();
    if (const auto found = rest.slice(search_start(shown, end)).find(end))
        return static_cast<std::size_t>(*found - rest.start()) + end.size();
    return has_doubled(rest.size(), shown) ? rest.size() : 0;
}

// The same behind the header. In the header of a chunk the parser must not see less than it saw
// before, nor fewer bytes than the shortest last chunk has.
inline std::size_t next_look_at_body(const readable_buffer& rest, std::size_t shown) {
    static constexpr std::size_t first_copy = 1024;
    static constexpr std::string_view end = "\r\n";
    const std::size_t front = rest.front().size();
    if (shown == 0)
        return front;
    if (rest.size() < shortest_last_chunk || rest.size() <= shown)
        return 0;
    if (rest.is_contiguous() || rest.size() <= first_copy)
        return rest.size();
    if (shown < first_copy)
        return std::min(rest.size(), std::max(front, first_copy));
    return has_doubled(rest.size(), shown) || rest.slice(search_start(shown, end)).find(end)
               ? rest.size()
               : 0;
}

// Gives a parser what is buffered. `need_more`: the rest must be shown to it again, with more
// behind it. `taken`: how many bytes it took; `seen`: how many of them it was given, by an earlier
// call too. Both also hold when it throws for want of memory for a copy.
//
// A Beast parser wants a header, or the header of a chunk, in one piece. Mostly it is; else it is
// copied.
template <bool isRequest>
error_code feed(boost::beast::http::basic_parser<isRequest>& parser, until goal,
                const readable_buffer& buffer, std::size_t& taken, std::size_t& seen) {
    static constexpr std::size_t longest_chunk_header = 16 * 1024; // and trailer
    const auto need_more = boost::beast::http::error::need_more;
    if (!parser.got_some())
        seen = 0; // by another
    while (!reached(parser, goal)) {
        const bool in_body = parser.is_header_done();
        const bool in_chunks = in_body && parser.chunked();
        parser.eager(in_body);
        const readable_buffer rest =
            buffer.slice(taken, in_chunks ? longest_chunk_header : readable_buffer::npos);
        const std::size_t shown = seen > taken ? seen - taken : 0;
        const std::size_t look =
            in_body ? next_look_at_body(rest, shown) : next_look_at_header(rest, shown);
        if (look <= shown)
            return need_more;
        error_code ec;
        const std::size_t n = look <= rest.front().size()
                                  ? parser.put(asio::buffer(rest.front(), look), ec)
                                  : put_gathered(parser, rest, look, ec);
        if (ec == need_more)
            seen = taken + look;
        taken += n;
        if (ec && ec != need_more)
            return ec;
        if (n == 0 && in_chunks && look == longest_chunk_header)
            return boost::beast::http::error::header_limit;
    }
    return {};
}

} // namespace sluice::http::detail
