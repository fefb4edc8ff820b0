// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/detail/split_feed.hpp>

#include <numeric>

namespace sluice::testing::detail {

namespace {

pipe_options without_limits(const segment_pool& memory) {
    pipe_options options;
    options.pause_threshold = 0;
    options.max_buffered = 0;
    options.minimum_segment_size = 1;
    options.pool = memory;
    return options;
}

} // namespace

segment_pool memory_of_segments(std::size_t segment_size) {
    return segment_pool({.segment_size = segment_size});
}

std::vector<std::size_t> every_byte(std::size_t size) {
    std::vector<std::size_t> cuts(size == 0 ? 0 : size - 1);
    std::iota(cuts.begin(), cuts.end(), std::size_t{1});
    return cuts;
}

bool for_each_split(std::size_t size, std::size_t max_three_pieces,
                    const std::function<bool(const std::vector<std::size_t>& cuts)>& look) {
    if (!look({}))
        return false;
    for (std::size_t cut = 1; cut < size; ++cut)
        if (!look({cut}))
            return false;
    if (!look(every_byte(size)))
        return false;
    if (size > max_three_pieces)
        return true;
    for (std::size_t first = 1; first < size; ++first)
        for (std::size_t second = first + 1; second < size; ++second)
            if (!look({first, second}))
                return false;
    return true;
}

split_feed::split_feed(std::string_view input, std::vector<std::size_t> cuts,
                       const segment_pool& memory)
    : input_(input)
    , cuts_(std::move(cuts))
    , pipe_(context_, without_limits(memory)) {}

bool split_feed::next() {
    if (given_ == input_.size()) {
        pipe_.writer.complete();
        return !std::exchange(ended_, true);
    }
    const std::size_t cut = next_cut_ < cuts_.size() ? cuts_[next_cut_++] : input_.size();
    const std::string_view piece = input_.substr(given_, cut - given_);
    pipe_.writer.write(boost::asio::buffer(piece));
    (void)pipe_.writer.try_flush();
    given_ += piece.size();
    return true;
}

} // namespace sluice::testing::detail
