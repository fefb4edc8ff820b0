// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/detail/timer_queue.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <limits>

namespace sluice::testing::detail {

boost::asio::execution_context::id timer_service::id;

timer_queue& timer_queue::instance() {
    static timer_queue& queue = *new timer_queue; // contexts of any lifetime may use it
    return queue;
}

std::chrono::nanoseconds timer_queue::now() const {
    const std::lock_guard lock(mutex_);
    return now_;
}

std::size_t timer_queue::advance_to(std::chrono::nanoseconds time) {
    std::list<timer_wait*> due;
    {
        const std::lock_guard lock(mutex_);
        now_ = std::max(now_, time);
        const auto end = waits_.upper_bound(now_);
        for (auto wait = waits_.begin(); wait != end; wait = waits_.erase(wait))
            due.push_back(wait->second);
    }
    for (timer_wait* wait : due)
        wait->complete({});
    return due.size();
}

std::chrono::nanoseconds timer_queue::next() const {
    const std::lock_guard lock(mutex_);
    return waits_.empty() ? std::chrono::nanoseconds::max() : waits_.begin()->first;
}

std::size_t timer_queue::size() const {
    const std::lock_guard lock(mutex_);
    return waits_.size();
}

std::uint64_t timer_queue::new_number() {
    const std::lock_guard lock(mutex_);
    return ++last_number_;
}

void timer_queue::add(timer_wait* wait) {
    {
        const std::lock_guard lock(mutex_);
        if (wait->when > now_) {
            waits_.emplace(wait->when, wait);
            return;
        }
    }
    wait->complete({});
}

template <class Condition>
std::list<timer_wait*> timer_queue::take(Condition is_wanted, std::size_t most) {
    std::list<timer_wait*> taken;
    const std::lock_guard lock(mutex_);
    for (auto i = waits_.begin(); i != waits_.end() && taken.size() != most;)
        if (is_wanted(*i->second)) {
            taken.push_back(i->second);
            i = waits_.erase(i);
        } else {
            ++i;
        }
    return taken;
}

void timer_queue::cancel_numbered(std::uint64_t number) {
    for (timer_wait* one : take([&](const timer_wait& wait) { return wait.number == number; }, 1))
        one->complete(boost::asio::error::operation_aborted);
}

std::size_t timer_queue::cancel(const void* timer, std::size_t most) {
    const auto taken = take([&](const timer_wait& one) { return one.timer == timer; }, most);
    for (timer_wait* one : taken)
        one->complete(boost::asio::error::operation_aborted);
    return taken.size();
}

std::size_t timer_queue::cancel_all(const void* timer) {
    return cancel(timer, std::numeric_limits<std::size_t>::max());
}

std::size_t timer_queue::cancel_one(const void* timer) {
    return cancel(timer, 1);
}

void timer_queue::move(const void* from, const void* to) noexcept {
    const std::lock_guard lock(mutex_);
    for (auto& [when, wait] : waits_)
        if (wait->timer == from)
            wait->timer = to;
}

void timer_queue::destroy_all(const boost::asio::execution_context& context) noexcept {
    const auto taken = take([&](const timer_wait& one) { return one.context == &context; },
                            std::numeric_limits<std::size_t>::max());
    for (timer_wait* one : taken)
        one->destroy();
}

} // namespace sluice::testing::detail
