// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/manual_executor.hpp>

namespace sluice::testing {

namespace {

thread_local const manual_context* running = nullptr;

struct running_scope {
    explicit running_scope(const manual_context* context) noexcept
        : before(std::exchange(running, context)) {}
    ~running_scope() { running = before; }
    const manual_context* before;
};

} // namespace

manual_context::manual_context() = default;

manual_context::~manual_context() {
    shutdown();
    for (;;) { // what is destroyed may submit more
        std::deque<std::unique_ptr<task>> dropped;
        {
            const std::lock_guard lock(mutex_);
            dropped.swap(queue_);
        }
        if (dropped.empty())
            break;
    }
    destroy();
}

void manual_context::shuffle(std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    order_.emplace(seed);
}

void manual_context::keep_order() {
    const std::lock_guard lock(mutex_);
    order_.reset();
}

bool manual_context::run_one() {
    std::unique_ptr<task> next;
    {
        const std::lock_guard lock(mutex_);
        if (queue_.empty())
            return false;
        if (order_)
            std::swap(queue_.front(), queue_[order_->below(queue_.size())]);
        next = std::move(queue_.front());
        queue_.pop_front();
        ++run_count_;
    }
    const running_scope scope(this);
    next->run();
    return true;
}

std::size_t manual_context::run_all(std::size_t most) {
    std::size_t count = 0;
    while (count != most && run_one())
        ++count;
    return count;
}

std::size_t manual_context::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::uint64_t manual_context::run_count() const {
    const std::lock_guard lock(mutex_);
    return run_count_;
}

std::size_t manual_context::outstanding_work() const {
    const std::lock_guard lock(mutex_);
    return work_;
}

bool manual_context::runs_here() const noexcept {
    return running == this;
}

void manual_context::submit(std::unique_ptr<task> submitted) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(submitted));
}

void manual_context::add_work() noexcept {
    const std::lock_guard lock(mutex_);
    ++work_;
}

void manual_context::remove_work() noexcept {
    const std::lock_guard lock(mutex_);
    --work_;
}

} // namespace sluice::testing
