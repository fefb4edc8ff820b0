// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "heap_failures/course.hpp"

#include "support/proof.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <limits>

namespace sluice::test {

namespace {

constexpr unsigned most_started = 10'000;
constexpr std::size_t never = std::numeric_limits<std::int64_t>::max();

} // namespace

course::course(std::size_t failing) noexcept {
    fail_heap_at(failing);
}

bool course::failed() const noexcept {
    return !heap_failure_is_due();
}

void course::look_at(const part& one) {
    if (one.now.calls == 0 || one.now.handlers != 0)
        return;
    called_twice_ = called_twice_ || one.now.calls != 1;
    if (one.now.ec && one.given_up) {
        one.given_up();
    } else if (one.now.ec == no_memory) {
        ++told_;
        one.now.calls = 0;
    } else if (!one.now.ec && one.again) {
        attempt([&] {
            if (one.again())
                one.now.calls = 0;
        });
    }
    one.now.at_end = one.now.calls != 0;
}

void course::carry_out(asio::io_context& context, std::initializer_list<part> parts,
                       bool elsewhere) {
    using namespace std::chrono_literals;
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        bool all_at_end = true;
        for (const part& one : parts) {
            if (!one.now.at_end)
                look_at(one);
            all_at_end = all_at_end && one.now.at_end;
            if (!one.now.at_end && one.now.handlers == 0) {
                goes_on = ++started_ < most_started;
                (void)survived(one.start);
            }
        }
        if (all_at_end)
            return;
        const bool threw = !survived([&] { // one at a time: no memory is kept for the next
            context.restart();
            goes_on =
                context.poll_one() != 0 || goes_on || (elsewhere && context.run_one_for(10s) != 0);
        });
        goes_on = goes_on || threw;
    }
    stuck_ = true;
}

void with_every_failure(const std::function<void(course&)>& scenario) {
    if (!heap_can_fail) {
        MESSAGE("left out: the heap of this system cannot be made to fail");
        return;
    }
    std::int64_t kept = 0; // by the last run
    const auto carried_out = [&](std::size_t failing) {
        const std::int64_t before = heap_blocks();
        course now(failing);
        scenario(now);
        kept = heap_blocks() - before;
        const bool failed = now.failed();
        CAPTURE(failing);
        REQUIRE_FALSE(now.stuck());
        CHECK_FALSE(now.called_twice());
        CHECK(now.told() <= (failed ? 1u : 0u));
        return failed;
    };
    CHECK_FALSE(carried_out(never));
    std::size_t failures = 0;
    for (; carried_out(failures); ++failures) {
        for (int again = 0; kept != 0 && again != 3;
             ++again) // it was made once, for all that follow
            (void)carried_out(failures);
        CAPTURE(failures);
        CHECK(kept == 0);
    }
    CHECK(failures != 0);
    add_to_proof(5, "allocations of the heap failed", failures);
}

} // namespace sluice::test
