// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Operations on a pipe against the same operations on strings: random ones, and all short ones.
#include "pipe/model_comparison.hpp"
#include "support/build_kind.hpp"
#include "support/proof.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

using namespace sluice;
using namespace sluice::test;

namespace {

std::string letters(std::size_t size, unsigned& next) {
    std::string text(size, '\0');
    for (char& c : text)
        c = static_cast<char>('a' + next++ % 26);
    return text;
}

// ---- random sequences

class random_walk {
public:
    random_walk(asio::io_context& context, std::uint32_t seed, unsigned steps)
        : random_(seed)
        , steps_(steps != 0 ? steps : 10 + random_() % 50)
        , against_(context, options()) {}

    const char* run() {
        for (unsigned i = 0; i != steps_ && against_.mismatch() == nullptr; ++i) {
            step();
            against_.settle();
        }
        against_.finish();
        return against_.mismatch();
    }

private:
    pipe_options options() {
        static constexpr std::size_t sizes[] = {1, 2, 16, 64, 4096};
        pipe_options made;
        made.pool = segment_pool({sizes[random_() % std::size(sizes)]});
        made.minimum_segment_size = 1;
        made.pause_threshold = random_() % 4 == 0 ? 0 : 1 + random_() % 60;
        made.resume_threshold =
            made.pause_threshold == 0 ? 0 : random_() % (made.pause_threshold + 1);
        made.max_buffered = random_() % 2 == 0 ? 0 : 40 + random_() % 80;
        made.reader_resumption = random_() % 2 == 0 ? resumption::dispatch : resumption::post;
        return made;
    }

    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    std::string text() { return letters(below(40), next_); }

    void step() {
        switch (below(16)) {
        case 0:
        case 1:
            return against_.write(text());
        case 2: {
            const std::string bytes = text();
            return against_.scatter(bytes, below(30), below(bytes.size() + 1));
        }
        case 3:
            return against_.reserve(text());
        case 4:
        case 5:
            return against_.try_flush();
        case 6:
            return against_.flush();
        case 7:
            return batch();
        case 8:
        case 9:
            return against_.try_read();
        case 10:
            return against_.read();
        case 11:
        case 12:
        case 13:
            return advance();
        case 14:
            return rarely();
        default:
            if (against_.has_preserved())
                against_.append(below(1000));
        }
    }

    void batch() {
        if (against_.batches() < 3 && below(2) == 0 && !against_.alloc(below(10)))
            return;
        using how = model_comparison::batch_step;
        if (against_.batches() != 0)
            against_.batch(below(3), static_cast<how>(below(5)), text());
    }

    void advance() {
        if (!against_.may_advance() || below(8) == 0)
            return against_.advance_wrongly();
        const std::size_t size = against_.shown();
        if (below(4) == 0 && size != 0) {
            const std::size_t from = below(size);
            against_.preserve(from, below(size - from + 1));
        }
        const std::size_t consumed = below(size + 1);
        against_.advance(consumed, consumed + below(size - consumed + 1));
    }

    // Ends come more rarely in longer walks.
    bool ends() { return below(steps_ / 30 + 2) == 0; }

    void rarely() {
        switch (below(6)) {
        case 0:
            return against_.cancel_read();
        case 1:
            if (ends())
                against_.complete_writer(below(2) == 0 ? error_code(asio::error::timed_out)
                                                       : error_code());
            return;
        case 2:
            if (ends())
                against_.complete_reader(below(2) == 0 ? error_code(asio::error::no_buffer_space)
                                                       : error_code());
            return;
        case 3:
            return against_.reset();
        case 4:
            return against_.compare_statistics();
        default:
            return against_.prepare(below(100));
        }
    }

    std::mt19937 random_;
    unsigned steps_;
    unsigned next_ = 0;
    model_comparison against_;
};

// What to do to see it again.
std::string replay(std::uint32_t seed, bool long_form) {
    return (long_form ? "SLUICE_PROVE=long SLUICE_SEED=" : "SLUICE_SEED=") + std::to_string(seed) +
           " test_pipe --test-case='a pipe behaves like strings'";
}

// ---- all short sequences

constexpr std::size_t operation_count = 12;

void operate(model_comparison& against, std::size_t operation, unsigned& next) {
    const std::size_t shown = against.may_advance() ? against.shown() : 0;
    switch (operation) {
    case 0:
        return against.write(letters(1, next));
    case 1:
        return against.write(letters(3, next));
    case 2:
        if (against.alloc(0)) {
            against.batch(0, model_comparison::batch_step::write, letters(2, next));
            against.batch(0, model_comparison::batch_step::commit, {});
            against.batch(0, model_comparison::batch_step::drop, {});
        }
        return;
    case 3:
        return against.flush();
    case 4:
        return against.read();
    case 5:
        return against.try_read();
    case 6:
        if (against.may_advance())
            against.advance(shown, shown);
        return;
    case 7:
        if (against.may_advance())
            against.advance(std::min<std::size_t>(shown, 1), shown);
        return;
    case 8:
        if (against.may_advance())
            against.advance(0, 0);
        return;
    case 9:
        return against.cancel_read();
    case 10:
        return against.complete_writer({});
    default:
        return against.complete_reader({});
    }
}

pipe_options small(std::size_t segment, std::size_t pause, std::size_t resume, resumption how) {
    pipe_options options;
    options.pool = segment_pool({.segment_size = segment});
    options.minimum_segment_size = 1;
    options.pause_threshold = pause;
    options.resume_threshold = resume;
    options.reader_resumption = options.writer_resumption = how;
    return options;
}

// Each sequence of that many operations, and so each shorter one. The pipe is used again.
std::uint64_t all_sequences(std::size_t length, const pipe_options& options) {
    std::uint64_t count = 1;
    for (std::size_t i = 0; i != length; ++i)
        count *= operation_count;
    asio::io_context context;
    model_comparison against(context, options);
    for (std::uint64_t sequence = 0; sequence != count; ++sequence) {
        unsigned next = 0;
        std::uint64_t rest = sequence;
        for (std::size_t i = 0; i != length; ++i, rest /= operation_count) {
            operate(against, rest % operation_count, next);
            against.settle();
        }
        against.finish();
        against.reset();
        if (against.mismatch() != nullptr) {
            CAPTURE(sequence);
            CAPTURE(length);
            FAIL(against.mismatch());
        }
    }
    return count;
}

} // namespace

TEST_CASE("a pipe behaves like strings") {
    const bool long_form = proof_amount(0, 1) != 0;
    const std::uint64_t asked = proof_amount(is_sanitized ? 10'000 : 100'000, 1'000'000);
    const auto steps = static_cast<unsigned>(proof_amount(0, 1'000)); // 0: some
    asio::io_context context;
    if (std::getenv("SLUICE_SEED") != nullptr) {
        const char* const mismatch =
            random_walk(context, static_cast<std::uint32_t>(proof_seed()), steps).run();
        CHECK_MESSAGE(mismatch == nullptr, mismatch);
        return;
    }
    const std::uint32_t start = std::random_device()();
    std::cout << "seeds from " << start << std::endl;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(25);
    std::uint64_t done = 0;
    for (; done != asked; ++done) {
        if (long_form && std::chrono::steady_clock::now() > limit)
            break;
        const std::uint32_t seed = start + static_cast<std::uint32_t>(done);
        const char* const mismatch = random_walk(context, seed, steps).run();
        if (mismatch != nullptr)
            FAIL(mismatch << ": " << replay(seed, long_form));
    }
    CHECK(done > asked / 1'000);
    tell_proof(2, long_form ? "random sequences of 1,000 operations" : "random sequences", done);
}

TEST_CASE("a pipe behaves like strings: every short sequence of operations") {
    const std::size_t length = proof_amount(is_sanitized ? 3 : 4, 6);
    std::uint64_t sequences = all_sequences(length, small(2, 3, 2, resumption::dispatch));
    for (const resumption how : {resumption::dispatch, resumption::post})
        for (const std::size_t segment : {1, 4})
            sequences += all_sequences(length - 1, small(segment, 1, 0, how));
    CHECK(sequences > 10'000 / (is_sanitized ? 10 : 1));
    tell_proof(2, "sequences of every operation, of one length and all shorter ones", sequences);
}
