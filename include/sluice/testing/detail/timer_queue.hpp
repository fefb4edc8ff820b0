// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/execution_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>

namespace sluice::testing::detail {

// A wait for the manual clock. It owns itself until one of these is called.
class timer_wait {
public:
    virtual void complete(error_code ec) = 0;
    virtual void destroy() noexcept = 0;

    std::chrono::nanoseconds when{};                   // since the clock's beginning
    const void* timer = nullptr;                       // whose it is
    boost::asio::execution_context* context = nullptr; // of the timer's executor
    std::uint64_t number = 0;                          // no other one's

protected:
    ~timer_wait() = default;
};

// All waits for the manual clock, and its time.
class timer_queue {
public:
    static timer_queue& instance();

    std::chrono::nanoseconds now() const;
    // Completes what is due by then. Returns how many that were.
    std::size_t advance_to(std::chrono::nanoseconds time);
    std::chrono::nanoseconds next() const;
    std::size_t size() const;

    std::uint64_t new_number();
    void add(timer_wait* wait);
    // Nothing happens if it has completed.
    void cancel_numbered(std::uint64_t number);
    std::size_t cancel_all(const void* timer);
    std::size_t cancel_one(const void* timer);
    void move(const void* from, const void* to) noexcept;
    void destroy_all(const boost::asio::execution_context& context) noexcept;

private:
    using waits = std::multimap<std::chrono::nanoseconds, timer_wait*>;

    std::size_t cancel(const void* timer, std::size_t most);
    template <class Condition>
    std::list<timer_wait*> take(Condition is_wanted, std::size_t most);

    mutable std::mutex mutex_;
    waits waits_; // those for the same time stay in order
    std::chrono::nanoseconds now_{};
    std::uint64_t last_number_ = 0;
};

// Destroys the waits of a context when that goes down.
class timer_service final : public boost::asio::execution_context::service {
public:
    using key_type = timer_service;
    static boost::asio::execution_context::id id;

    explicit timer_service(boost::asio::execution_context& context)
        : boost::asio::execution_context::service(context) {}

private:
    void shutdown() override { timer_queue::instance().destroy_all(context()); }
};

} // namespace sluice::testing::detail
