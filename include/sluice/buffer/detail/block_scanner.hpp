// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#if defined(__SSE2__) || defined(_M_X64)
#    include <immintrin.h>
#elif defined(__aarch64__)
#    include <arm_neon.h>
#endif

namespace sluice::detail {

inline constexpr std::size_t block_size = 64;

// Which bytes of a block are equal to the value: bit i stands for byte i.
inline std::uint64_t equal_bytes(const std::byte* block, std::byte value) noexcept {
#if defined(__AVX2__)
    const __m256i wanted = _mm256_set1_epi8(static_cast<char>(value));
    const auto part = [&](std::size_t i) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + i));
        return std::uint64_t{static_cast<std::uint32_t>(
                   _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted)))}
               << i;
    };
    return part(0) | part(32);
#elif defined(__SSE2__) || defined(_M_X64)
    const __m128i wanted = _mm_set1_epi8(static_cast<char>(value));
    const auto part = [&](std::size_t i) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
        return std::uint64_t{
                   static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)))}
               << i;
    };
    return part(0) | part(16) | part(32) | part(48);
#elif defined(__aarch64__)
    const uint8x16_t wanted = vdupq_n_u8(std::to_integer<std::uint8_t>(value));
    const uint8x16_t weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    const auto part = [&](std::size_t i) {
        const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(block + i));
        return vandq_u8(vceqq_u8(bytes, wanted), weights);
    };
    const uint8x16_t sums = vpaddq_u8(vpaddq_u8(part(0), part(16)), vpaddq_u8(part(32), part(48)));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
#else
    std::uint64_t found = 0;
    const std::byte* from = block;
    while (const void* hit = std::memchr(from, std::to_integer<int>(value),
                                         static_cast<std::size_t>(block + block_size - from))) {
        from = static_cast<const std::byte*>(hit);
        found |= std::uint64_t{1} << (from - block);
        if (++from == block + block_size)
            break;
    }
    return found;
#endif
}

// Finds every place in a stream at which one byte value stands. It looks at a block in one pass,
// and keeps what it found behind the place that is asked for: no byte is looked at twice.
class block_scanner {
public:
    explicit block_scanner(std::byte value) noexcept : value_(value) {}

    // Forgets what was found, and goes on from this position.
    void restart(std::uint64_t position) noexcept {
        scanned_ = position;
        matches_ = 0;
    }

    // All bytes before it were looked at.
    std::uint64_t scanned() const noexcept { return scanned_; }

    bool has_match() const noexcept { return matches_ != 0; }
    // The position of the first match that was not dropped.
    std::uint64_t match() const noexcept {
        return block_ + static_cast<unsigned>(std::countr_zero(matches_));
    }
    void drop_match() noexcept { matches_ &= matches_ - 1; }

    // Looks through memory, whose first byte is the one at scanned(), as far as it has to. Only
    // when there is no match.
    void scan(std::span<const std::byte> memory) noexcept {
        const std::byte* at = memory.data();
        const std::byte* const end = at + memory.size();
        for (; static_cast<std::size_t>(end - at) >= block_size; at += block_size)
            if (take(equal_bytes(at, value_), block_size))
                return;
        if (at != end)
            scan_tail(at, static_cast<std::size_t>(end - at));
    }

private:
    bool take(std::uint64_t matches, std::size_t size) noexcept {
        block_ = scanned_;
        scanned_ += size;
        matches_ = matches;
        return matches != 0;
    }
    // Less than a block; what follows it may be nobody's memory, or be written just now.
    void scan_tail(const std::byte* from, std::size_t size) noexcept {
        std::byte block[block_size] = {};
        std::memcpy(block, from, size);
        take(equal_bytes(block, value_) & ((std::uint64_t{1} << size) - 1), size);
    }

    std::uint64_t scanned_ = 0;
    std::uint64_t block_ = 0; // the position that bit 0 of matches_ stands for
    std::uint64_t matches_ = 0;
    std::byte value_;
};

} // namespace sluice::detail
