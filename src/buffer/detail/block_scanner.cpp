// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/detail/block_scanner.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#    include <immintrin.h>
#elif defined(__aarch64__)
#    include <arm_neon.h>
#endif

namespace sluice::detail {

namespace {

constexpr std::size_t block_size = 64;

// Tells which bytes of a block are equal to one value: bit i stands for byte i.
class matcher {
public:
#if defined(__AVX2__)
    explicit matcher(std::byte value) noexcept
        : wanted_(_mm256_set1_epi8(static_cast<char>(value))) {}

    std::uint64_t operator()(const std::byte* block) const noexcept {
        return part(block, 0) | part(block, 32);
    }

private:
    std::uint64_t part(const std::byte* block, unsigned i) const noexcept {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + i));
        const int mask = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted_));
        return std::uint64_t{static_cast<std::uint32_t>(mask)} << i;
    }

    __m256i wanted_;
#elif defined(__SSE2__) || defined(_M_X64)
    explicit matcher(std::byte value) noexcept : wanted_(_mm_set1_epi8(static_cast<char>(value))) {}

    std::uint64_t operator()(const std::byte* block) const noexcept {
        return part(block, 0) | part(block, 16) | part(block, 32) | part(block, 48);
    }

private:
    std::uint64_t part(const std::byte* block, unsigned i) const noexcept {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
        const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted_));
        return std::uint64_t{static_cast<std::uint32_t>(mask)} << i;
    }

    __m128i wanted_;
#elif defined(__aarch64__)
    explicit matcher(std::byte value) noexcept
        : wanted_(vdupq_n_u8(std::to_integer<std::uint8_t>(value))) {}

    std::uint64_t operator()(const std::byte* block) const noexcept {
        const uint8x16_t sums = vpaddq_u8(vpaddq_u8(part(block, 0), part(block, 16)),
                                          vpaddq_u8(part(block, 32), part(block, 48)));
        return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
    }

private:
    uint8x16_t part(const std::byte* block, unsigned i) const noexcept {
        const uint8x16_t weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
        const uint8x16_t bytes = vld1q_u8(reinterpret_cast<const std::uint8_t*>(block + i));
        return vandq_u8(vceqq_u8(bytes, wanted_), weights);
    }

    uint8x16_t wanted_;
#else
    explicit matcher(std::byte value) noexcept : wanted_(std::to_integer<int>(value)) {}

    std::uint64_t operator()(const std::byte* block) const noexcept {
        std::uint64_t found = 0;
        for (std::size_t i = 0; i != block_size; ++i) {
            const void* hit = std::memchr(block + i, wanted_, block_size - i);
            if (hit == nullptr)
                break;
            i = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - block);
            found |= std::uint64_t{1} << i;
        }
        return found;
    }

private:
    int wanted_;
#endif
};

// Writes where the bits are. The first few without a branch, which would be hard to foresee: what
// is written for a bit that is not there does not count.
inline unsigned write_offsets(std::uint64_t bits, std::size_t offset, std::uint16_t* to,
                              unsigned count) noexcept {
    constexpr std::uint64_t any = std::uint64_t{1} << 63;
    const auto write = [&] {
        to[count] = static_cast<std::uint16_t>(offset +
                                               static_cast<unsigned>(std::countr_zero(bits | any)));
        count += bits != 0;
        bits &= bits - 1;
    };
    write();
    write();
    while (bits != 0)
        write();
    return count;
}

} // namespace

void block_scanner::scan(std::span<const std::byte> memory) noexcept {
    constexpr std::size_t reach = std::size_t{UINT16_MAX} + 1 - block_size; // of an offset
    const matcher matches(value_);
    const std::byte* const begin = memory.data();
    const std::size_t blocks_end = memory.size() / block_size * block_size;
    std::size_t at = 0;
    while (at != blocks_end && matches(begin + at) == 0)
        at += block_size;
    const std::size_t base = at;
    const std::size_t until = std::min(blocks_end, base + reach);
    unsigned count = 0;
    for (; at < until && count < enough; at += block_size)
        count = write_offsets(matches(begin + at), at - base, offsets_, count);
    const std::size_t left = memory.size() - at;
    if (count < enough && at - base <= reach && left != 0 && left < block_size) {
        std::byte block[block_size] = {}; // behind it may be nobody's memory, or some written now
        std::memcpy(block, begin + at, left);
        const std::uint64_t bits = matches(block) & ((std::uint64_t{1} << left) - 1);
        count = write_offsets(bits, at - base, offsets_, count);
        at += left;
    }
    next_ = 0;
    count_ = count;
    base_ = scanned_ + base;
    scanned_ += at;
}

} // namespace sluice::detail
