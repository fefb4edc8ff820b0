// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/detail/byte_search.hpp>

#include <algorithm>
#include <cstring>

namespace sluice::detail {

namespace {

std::size_t distance_to(byte_span memory, byte_span::iterator place) noexcept {
    return static_cast<std::size_t>(place - memory.begin());
}

// Looks for one byte after the other, each before the nearest place found so far. The windows grow,
// so that a byte that is far away or missing is not searched for again and again.
std::size_t find_one_of_few(byte_span memory, std::string_view few) noexcept {
    std::size_t begin = 0;
    for (std::size_t window = 64; begin != memory.size(); window *= 2) {
        const std::size_t end = begin + std::min(window, memory.size() - begin);
        std::size_t nearest = end;
        for (const char c : few) {
            if (nearest == begin)
                break;
            if (const void* hit = std::memchr(memory.data() + begin, static_cast<unsigned char>(c),
                                              nearest - begin))
                nearest =
                    static_cast<std::size_t>(static_cast<const std::byte*>(hit) - memory.data());
        }
        if (nearest != end)
            return nearest;
        begin = end;
    }
    return memory.size();
}

} // namespace

std::size_t find_any(byte_span memory, const byte_set& set) noexcept {
    if (set.size() <= byte_set::few)
        return find_one_of_few(memory, set.some());
    return distance_to(memory, std::find_if(memory.begin(), memory.end(),
                                            [&](std::byte b) { return set.contains(b); }));
}

std::size_t find_text(byte_span memory, std::string_view text) noexcept {
#ifdef __linux__
    if (const void* hit = ::memmem(memory.data(), memory.size(), text.data(), text.size()))
        return static_cast<std::size_t>(static_cast<const std::byte*>(hit) - memory.data());
    return memory.size();
#else
    const std::string_view where(reinterpret_cast<const char*>(memory.data()), memory.size());
    return std::min(where.find(text), memory.size());
#endif
}

std::size_t find_other(byte_span memory, const byte_set& set) noexcept {
    return distance_to(memory, std::find_if(memory.begin(), memory.end(),
                                            [&](std::byte b) { return !set.contains(b); }));
}

std::size_t find_other(byte_span memory, std::byte value) noexcept {
    return distance_to(memory, std::find_if(memory.begin(), memory.end(),
                                            [&](std::byte b) { return b != value; }));
}

std::size_t count_last(byte_span memory, const byte_set& set) noexcept {
    const auto last =
        std::find_if(memory.rbegin(), memory.rend(), [&](std::byte b) { return !set.contains(b); });
    return static_cast<std::size_t>(last - memory.rbegin());
}

} // namespace sluice::detail
