// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "interleavings/explorer.hpp"

#include <algorithm>
#include <stdexcept>
#include <ucontext.h>
#include <utility>

namespace sluice::test {

explorer* explorer::active = nullptr;

struct explorer::thread {
    static constexpr std::size_t stack_size = 256 * 1024;

    ucontext_t context{};
    std::unique_ptr<char[]> stack;
    std::function<void()> body;
    // What it is about to do.
    const void* object = nullptr;
    access how = access::read;
    bool finished = true, spinning = false;
    std::uint32_t count = 0;
    clock seen{};
    std::function<void()> later;
    void* local = nullptr;
};

explorer::explorer() : main_(std::make_unique<thread>()) {
    for (std::size_t i = 0; i != max_threads; ++i) {
        threads_.push_back(std::make_unique<thread>());
        threads_.back()->stack = std::make_unique<char[]>(thread::stack_size);
    }
}

explorer::~explorer() = default;

std::uint64_t explorer::explore(const std::function<run()>& make, std::uint64_t at_most) {
    path_.clear();
    failure_.clear();
    complete_ = false;
    std::uint64_t runs = 0;
    for (std::uint64_t orders = 1;; ++orders) {
        gone_.clear();
        active = this;
        run what = make();
        run_once(what);
        orders -= redundant_;
        if (failure_.empty()) {
            try {
                what.check();
            } catch (const std::exception& error) {
                failure_ = error.what();
            }
        }
        if (!failure_.empty()) {
            // What is broken is left where it is.
            new run(std::move(what));
            active = nullptr;
            return orders;
        }
        what = {};
        active = nullptr;
        if (!next_order()) {
            complete_ = true;
            return orders;
        }
        if (++runs == at_most)
            return orders;
    }
}

// Takes the last choice that has another one left.
bool explorer::next_order() {
    while (!path_.empty()) {
        node& last = path_.back();
        if (const unsigned left = last.backtrack & ~last.done & ~last.asleep) {
            last.chosen = static_cast<std::size_t>(__builtin_ctz(left));
            last.done |= 1u << last.chosen;
            return true;
        }
        path_.pop_back();
    }
    return false;
}

void explorer::run_once(run& what) {
    clocks_.clear();
    depth_ = 0;
    for (std::size_t i = 0; i != what.bodies.size(); ++i) {
        thread& it = *threads_[i];
        it.body = what.bodies[i];
        it.object = nullptr;
        it.how = access::read;
        it.finished = it.spinning = false;
        it.count = 0;
        it.seen = {};
        it.later = nullptr;
        it.local = nullptr;
        getcontext(&it.context);
        it.context.uc_stack.ss_sp = it.stack.get();
        it.context.uc_stack.ss_size = thread::stack_size;
        it.context.uc_link = nullptr;
        makecontext(&it.context, &explorer::enter, 0);
    }
    for (std::size_t i = what.bodies.size(); i != max_threads; ++i)
        threads_[i]->finished = true;
    redundant_ = false;
    beginning_ = true;
    for (std::size_t i = 0; i != what.bodies.size(); ++i)
        switch_to(i); // up to its first step
    beginning_ = false;
    choose();
}

// The first frame of each thread.
void explorer::enter() {
    explorer& self = *active;
    thread& me = *self.threads_[self.current_];
    try {
        me.body();
        catch_up();
    } catch (const std::exception& error) {
        self.failure_ = error.what();
    }
    me.finished = true;
    self.leave();
}

// To another thread for good, or out of the run.
void explorer::leave() {
    if (failure_.empty() && !beginning_)
        choose();
    switch_to(max_threads);
}

unsigned explorer::enabled() const {
    unsigned set = 0;
    for (std::size_t i = 0; i != max_threads; ++i) {
        const thread& it = *threads_[i];
        if (it.finished || it.spinning)
            continue;
        if (it.how == access::lock) {
            const auto found = clocks_.find(it.object);
            if (found != clocks_.end() && found->second.holder != max_threads)
                continue;
        }
        set |= 1u << i;
    }
    return set;
}

// Decides who makes the next step, and goes there. Returns when this thread is the one.
void explorer::choose() {
    const unsigned ready = enabled();
    if (ready == 0) {
        const bool over = std::all_of(threads_.begin(), threads_.end(),
                                      [](const auto& it) { return it->finished; });
        if (!over) {
            failure_ = "deadlock: nobody can make a step";
        }
        return switch_to(max_threads);
    }
    if (depth_ < path_.size()) {
        if (path_[depth_].enabled == ready)
            return switch_to(path_[depth_].chosen);
        failure_ = "what is explored is not the same each time";
        return switch_to(max_threads);
    }
    const unsigned asleep = redundant_ ? 0 : still_asleep();
    redundant_ = redundant_ || (ready & ~asleep) == 0; // goes on, unseen, to its end
    const unsigned from = redundant_ ? ready : ready & ~asleep;
    const bool stay = current_ != max_threads && (from & 1u << current_) != 0;
    const std::size_t chosen = stay ? current_ : static_cast<std::size_t>(__builtin_ctz(from));
    if (!redundant_) {
        node fresh;
        fresh.chosen = chosen;
        fresh.enabled = ready;
        fresh.asleep = asleep;
        fresh.backtrack = fresh.done = 1u << chosen;
        path_.push_back(fresh);
    }
    switch_to(chosen);
}

// The threads whose next step was tried where an earlier choice was made, and would now only be
// tried again in another order that does not matter.
unsigned explorer::still_asleep() const {
    if (depth_ == 0)
        return 0;
    const node& before = path_[depth_ - 1];
    unsigned set = (before.asleep | before.done) & ~(1u << before.chosen);
    for (std::size_t i = 0; i != max_threads; ++i) {
        const thread& it = *threads_[i];
        if (it.object == before.object && (it.how != access::read || before.how != access::read))
            set &= ~(1u << i);
    }
    return set;
}

void explorer::switch_to(std::size_t next) {
    if (next == current_)
        return;
    const std::size_t from = current_;
    thread& leaving = from == max_threads ? *main_ : *threads_[from];
    thread& arriving = next == max_threads ? *main_ : *threads_[next];
    current_ = next;
    if (exchange_local != nullptr)
        leaving.local = exchange_local(arriving.local);
    swapcontext(&leaving.context, &arriving.context);
}

void explorer::step(const void* object, access how) {
    ++steps;
    if (active != nullptr && active->current_ != max_threads)
        active->arrive(object, how);
}

void explorer::arrive(const void* object, access how) {
    thread& me = *threads_[current_];
    me.object = object;
    me.how = how;
    if (beginning_)
        switch_to(max_threads);
    else
        choose();
    execute(me);
}

// The chosen thread makes the step that it is about to make.
void explorer::execute(thread& self) {
    const std::size_t me = current_;
    if (gone_.contains(self.object))
        fail("something is used that is gone");
    if (!redundant_) {
        find_races(me, self.object, self.how);
        node& here = path_[depth_++];
        here.object = self.object;
        here.how = self.how;
        here.count = ++self.count;
    }
    object_clocks& about = clocks_[self.object];
    const clock& before = self.how == access::read ? about.written : about.touched;
    self.seen[me] = self.count;
    for (std::size_t i = 0; i != max_threads; ++i)
        self.seen[i] = std::max(self.seen[i], before[i]);
    for (std::size_t i = 0; i != max_threads; ++i) {
        about.touched[i] = std::max(about.touched[i], self.seen[i]);
        if (self.how != access::read)
            about.written[i] = about.touched[i];
    }
    if (self.how == access::lock)
        about.holder = me;
    if (self.how == access::unlock)
        about.holder = max_threads;
    if (self.how == access::read)
        return;
    for (const auto& other : threads_)
        if (other->spinning && other->object == self.object)
            other->spinning = false;
}

// The steps of others that might as well have come behind this one: there it is to come first.
void explorer::find_races(std::size_t me, const void* object, access how) {
    const thread& self = *threads_[me];
    for (std::size_t other = 0; other != max_threads; ++other) {
        if (other == me)
            continue;
        for (std::size_t i = depth_; i-- != 0;) {
            node& then = path_[i];
            if (then.chosen != other || then.object != object)
                continue;
            if (then.how == access::read && how == access::read)
                continue;
            if (how == access::lock && then.how == access::unlock)
                continue; // never both possible
            if (then.count <= self.seen[other])
                break;
            then.backtrack |= (then.enabled & 1u << me) != 0 ? 1u << me : then.enabled;
            break;
        }
    }
}

void explorer::spin() {
    if (active == nullptr || active->current_ == max_threads)
        return;
    active->threads_[active->current_]->spinning = true;
    active->wait_for_change();
}

// It is not enabled until then, and has no step of its own when it is.
void explorer::wait_for_change() {
    thread& me = *threads_[current_];
    me.how = access::read;
    choose();
    execute(me);
}

void explorer::born(const void* object) {
    if (active != nullptr)
        active->gone_.erase(object);
}

void explorer::gone(const void* object) {
    if (active != nullptr)
        active->gone_.insert(object);
}

void explorer::later(std::function<void()> what) {
    if (active == nullptr || active->current_ == max_threads)
        return what();
    active->threads_[active->current_]->later = std::move(what);
}

void explorer::catch_up() {
    if (active == nullptr || active->current_ == max_threads)
        return;
    if (const auto what = std::exchange(active->threads_[active->current_]->later, nullptr))
        what();
}

void explorer::fail(const char* what) {
    if (active == nullptr || active->current_ == max_threads)
        throw std::logic_error(what);
    active->failure_ = what;
    active->switch_to(max_threads);
}

} // namespace sluice::test
