// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/every_split.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace sluice::fuzz {

inline void require(bool holds, const char* what) {
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

// The first bytes of an input choose, the rest is text.
class fuzz_input {
public:
    fuzz_input(const std::uint8_t* data, std::size_t size)
        : rest_(reinterpret_cast<const char*>(data), size) {}

    bool empty() const { return rest_.empty(); }
    // A number below `count`; 0 when nothing is left.
    std::size_t choose(std::size_t count) { return byte() % count; }
    bool flag() { return choose(2) != 0; }
    std::uint8_t byte() {
        if (rest_.empty())
            return 0;
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::string_view take(std::size_t size) {
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(text.size());
        return text;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

// Pieces of any sizes in segments of any size; two bytes choose them.
inline testing::split choose_split(fuzz_input& input, std::size_t size) {
    constexpr std::size_t segment_sizes[] = {1, 2, 16, 64, 4096};
    testing::split how;
    how.segment_size = segment_sizes[input.choose(5)];
    std::uint32_t random = input.byte();
    const std::uint32_t longest = 1 + random % 60;
    for (std::size_t at = 0; at < size;) {
        random = random * 1664525 + 1013904223;
        at += 1 + (random >> 16) % longest;
        if (at < size)
            how.cuts.push_back(at);
    }
    return how;
}

// What the decoder finds is what is expected, whole and in parts.
template <class D>
void check_decoder(std::string_view text, const D& decoder, const testing::split& how,
                   const testing::decoded_input& expected) {
    for (const testing::split& way : {testing::split{}, how}) {
        const testing::decoded_input found = testing::decode_split(text, decoder, way);
        if (found == expected)
            continue;
        std::cerr << "found:    " << found << "\nexpected: " << expected << '\n';
        require(false, "other frames were found");
    }
}

} // namespace sluice::fuzz
