// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p3_lines/lines.hpp"

#include <algorithm>
#include <random>

namespace bench {

const text& text::get() {
    static const text once;
    return once;
}

text::text() {
    constexpr std::size_t size = std::size_t{64} << 20;
    std::minstd_rand random(1);
    bytes_.reserve(size + 128);
    while (bytes_.size() < size) {
        starts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
        const char letter = static_cast<char>('a' + lines_++ % 26);
        bytes_.insert(bytes_.end(), 31 + random() % 65, letter); // 63 on average, and its end
        bytes_.push_back('\n');
    }
}

asio::const_buffer line_source::next(std::size_t most) {
    const asio::const_buffer all = text::get().bytes();
    const asio::const_buffer piece = asio::buffer(all + at_, std::min(most, left_));
    left_ -= piece.size();
    at_ = (at_ + piece.size()) % all.size();
    return piece;
}

} // namespace bench
