// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::detail {

void let_others_run() noexcept; // <thread> would be a part of each user's file

inline void pause_briefly(unsigned round) noexcept {
    if (round >= 64)
        return let_others_run();
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause(); // <immintrin.h> would be a fifth of a user's file
#endif
}

// The position up to which the stream is published, and three bits about the producing side, in
// one atomic word: that is what lets a single producer publish with one compare-and-swap and no
// lock, while batches on other threads may interfere at any time.
//
//   locked  somebody changes the chain; held for a few instructions only
//   held    the writer has prepared memory, or committed bytes that are not published
//   mixed   the end of the chain is not what is published: the quick way is closed
//
// Only the holder of the lock changes the word while it is locked.
class published_word {
public:
    static constexpr std::uint64_t locked = 1, held = 2, mixed = 4, shift = 3;

    static constexpr std::uint64_t position(std::uint64_t word) noexcept { return word >> shift; }
    static constexpr std::uint64_t of(std::uint64_t position) noexcept { return position << shift; }

    std::uint64_t load() const noexcept { return word_.load(std::memory_order_acquire); }
    std::uint64_t published() const noexcept { return position(load()); }
    // Ordered against the flags of the pipe: see pipe_state.
    std::uint64_t published_ordered() const noexcept {
        return position(word_.load(std::memory_order_seq_cst));
    }

    void hold() noexcept { set(held); }

    std::uint64_t lock() noexcept { return set(locked); }

    void unlock(std::uint64_t word) noexcept {
        word_.store(word & ~locked, std::memory_order_release);
    }
    void unlock_publishing(std::uint64_t word) noexcept {
        word_.exchange(word & ~locked, std::memory_order_seq_cst);
    }

    // The writer's quick way: publish and let go, if nobody else has touched the chain since.
    bool try_publish(std::uint64_t from, std::uint64_t to) noexcept {
        std::uint64_t expected = of(from) | held;
        return word_.compare_exchange_strong(expected, of(to), std::memory_order_seq_cst,
                                             std::memory_order_relaxed);
    }

    void reset() noexcept { word_.store(0, std::memory_order_relaxed); }

private:
    // Waits until nobody has the lock, sets the bit and returns the word as it was.
    std::uint64_t set(std::uint64_t bit) noexcept {
        std::uint64_t word = word_.load(std::memory_order_relaxed);
        for (unsigned round = 0;; ++round) {
            if ((word & locked) == 0 &&
                word_.compare_exchange_weak(word, word | bit, std::memory_order_acquire,
                                            std::memory_order_relaxed))
                return word;
            if ((word & locked) != 0) {
                pause_briefly(round);
                word = word_.load(std::memory_order_relaxed);
            }
        }
    }

    std::atomic<std::uint64_t> word_{0};
};

} // namespace sluice::detail
