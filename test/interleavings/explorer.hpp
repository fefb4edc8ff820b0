// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sluice::test {

// Runs a few threads of control in every order in which their steps on shared memory can make a
// difference, under sequential consistency. Each thread is a stack of its own within one thread of
// the system, so a run is the same whenever its order is.
//
// Two orders are the same where they differ only in steps that do not touch the same object, or
// both only read it: dynamic partial-order reduction (Flanagan and Godefroid, 2005) and sleep sets
// leave one of them.
class explorer {
public:
    static constexpr std::size_t max_threads = 3;

    // Throws what is wrong with a run: from a body or from the check behind it.
    struct run {
        std::vector<std::function<void()>> bodies;
        std::function<void()> check;
    };

    explorer();
    ~explorer();

    // Explores what `make` makes, anew for each order. Returns the number of orders, and stops at
    // the first that fails: then `failure` tells of it.
    std::uint64_t explore(const std::function<run()>& make, std::uint64_t at_most);
    const std::string& failure() const noexcept { return failure_; }
    bool complete() const noexcept { return complete_; }

    // ---- called by what is explored. Outside of a run they do nothing.

    enum class access { read, write, lock, unlock };
    // The next operation is on this object: others may come first.
    static void step(const void* object, access how);
    // Nothing will change before another thread has written to what this one looked at last.
    static void spin();
    // Steps must not be about objects that are gone.
    static void born(const void* object);
    static void gone(const void* object);

    // For faults that are planted: does this behind what the thread does next.
    static void later(std::function<void()> what);
    static void catch_up();

    // Steps so far, also outside of a run: what something costs, without a clock.
    static inline std::uint64_t steps = 0;

    // What the code under test keeps for each thread: sets it, and returns what it was.
    static inline void* (*exchange_local)(void*) = nullptr;

    // Ends the run with a violation, also where no exception may leave.
    static void fail(const char* what);

private:
    struct thread;
    struct node {
        unsigned enabled = 0, backtrack = 0, done = 0, asleep = 0;
        std::size_t chosen = 0;
        const void* object = nullptr;
        access how = access::read;
        std::uint32_t count = 0; // of the chosen thread's steps
    };
    using clock = std::array<std::uint32_t, max_threads>;
    struct object_clocks {
        clock written{}, touched{};
        std::size_t holder = max_threads;
    };

    void run_once(run& what);
    bool next_order();
    unsigned enabled() const;
    unsigned still_asleep() const;
    void choose();
    void execute(thread& self);
    void find_races(std::size_t me, const void* object, access how);
    void arrive(const void* object, access how);
    void wait_for_change();
    void switch_to(std::size_t next);
    void leave();
    static void enter();

    static explorer* active;
    std::vector<std::unique_ptr<thread>> threads_;
    std::unique_ptr<thread> main_;
    std::size_t current_ = max_threads;
    std::vector<node> path_;
    std::size_t depth_ = 0;
    std::unordered_map<const void*, object_clocks> clocks_;
    std::unordered_set<const void*> gone_;
    std::string failure_;
    bool complete_ = false;
    bool beginning_ = false; // the threads go to their first steps
    bool redundant_ = false; // the rest of this run is known
};

} // namespace sluice::test
