// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/framed_reader.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/testing/decoded_input.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::testing::detail {

segment_pool memory_of_segments(std::size_t segment_size);

// The cuts that give a piece for each byte.
std::vector<std::size_t> every_byte(std::size_t size);

// Asks `look` about each way to cut: not at all, once, byte by byte, twice. False if it says so
// once; then there are no more questions.
bool for_each_split(std::size_t size, std::size_t max_three_pieces,
                    const std::function<bool(const std::vector<std::size_t>& cuts)>& look);

// Gives an input to a pipe in pieces.
class split_feed {
public:
    split_feed(std::string_view input, std::vector<std::size_t> cuts, const segment_pool& memory);

    pipe_reader& reader() noexcept { return pipe_.reader; }
    // The next piece, and then the end. False if there was the end.
    bool next();

    std::size_t size() const noexcept { return input_.size(); }
    std::size_t given() const noexcept { return given_; }
    bool ended() const noexcept { return ended_; }

private:
    std::string_view input_;
    std::vector<std::size_t> cuts_;
    std::size_t next_cut_ = 0;
    std::size_t given_ = 0;
    bool ended_ = false;
    boost::asio::io_context context_;
    pipe pipe_;
};

template <Decoder D, class Print>
decoded_input decode_all(split_feed& feed, D decoder, Print& print) {
    constexpr std::size_t without_bytes = 64; // frames that the end of the input may bring
    framed_reader<pipe_reader&, D> frames(feed.reader(), std::move(decoder));
    decoded_input outcome;
    do {
        for (;;) {
            const auto frame = frames.try_next();
            outcome.end = frame.error();
            if (!frame)
                break;
            const std::uint64_t end = frames.rest().start().position();
            outcome.frames.push_back({print(*frame), end});
            if (!feed.ended())
                outcome.lookahead =
                    std::max(outcome.lookahead, feed.given() - static_cast<std::size_t>(end));
            outcome.endless = outcome.frames.size() > feed.size() + without_bytes;
            if (outcome.endless)
                return outcome;
        }
    } while (outcome.end == boost::asio::error::would_block && feed.next());
    outcome.position =
        outcome.end == boost::asio::error::eof ? feed.given() : frames.error_position();
    return outcome;
}

} // namespace sluice::testing::detail
