// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <chrono>
#include <functional>
#include <list>

namespace file_server {

class deadline;

/// One coarse timer for all the time limits of an io_context: it ticks while there are any, and
/// lets expire what is past, a few at a time: when those of many clients are past at once, the
/// handlers of the others have their turn in between. Setting a limit is a plain store, and no
/// system call.
class deadlines {
public:
    using clock = std::chrono::steady_clock;

    /// A limit is met within two ticks, unless those of many are, and never early.
    deadlines(boost::asio::io_context& context, clock::duration tick);

    /// The time as of the last tick, less those times in which the thread was too busy to tick:
    /// they are not the clients' fault.
    clock::time_point now() const noexcept { return now_; }

    boost::asio::io_context::executor_type get_executor() noexcept { return timer_.get_executor(); }

private:
    friend class deadline;
    void start();
    void wait();
    void sweep();
    void expire_some();

    using executor_type = boost::asio::io_context::executor_type;
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor_type> timer_;
    clock::duration tick_;
    clock::time_point now_{};
    clock::time_point seen_{};
    std::list<deadline*> members_;
    std::list<deadline*> expired_; // that have not been told yet
    bool ticking_ = false;
};

/// A time limit that can be set and moved at no cost.
class deadline {
public:
    using clock = deadlines::clock;

    /// `on_expiry` runs once for each time the limit is passed, and may destroy this deadline, and
    /// others.
    deadline(deadlines& owner, std::function<void()> on_expiry);
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;
    ~deadline();

    void set(clock::time_point at) noexcept { at_ = at + owner_.tick_; }
    void set(clock::duration from_now) noexcept { set(owner_.now() + from_now); }
    void clear() noexcept { at_ = clock::time_point::max(); }

private:
    friend class deadlines;
    deadlines& owner_;
    std::function<void()> on_expiry_;
    clock::time_point at_ = clock::time_point::max();
    std::list<deadline*>* list_;
    std::list<deadline*>::iterator position_;
};

} // namespace file_server
