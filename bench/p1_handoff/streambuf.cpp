// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What one writes by hand today: a streambuf, and timers that never expire as conditions. Between
// two threads, a mutex as well, and each timer is cancelled in its own thread.
#include "p1_handoff/handoff.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/streambuf.hpp>

#include <cstring>
#include <mutex>

namespace bench {

namespace {

// What a side waits for.
template <class Executor, threads Threads>
class condition {
public:
    explicit condition(const Executor& executor) : timer_(executor, timer::time_point::max()) {}

    // Under the lock: from now on, a notification is not lost.
    void prepare_to_wait() { is_awaited_ = true; }
    auto wait() { return timer_.async_wait(asio::as_tuple(asio::deferred)); }

    void notify(std::unique_lock<std::mutex>& held) {
        if constexpr (Threads == threads::one) {
            timer_.cancel();
        } else {
            const bool is_awaited = std::exchange(is_awaited_, false);
            held.unlock();
            if (is_awaited)
                asio::post(timer_.get_executor(), [this] { timer_.cancel(); });
        }
    }

private:
    using clock = std::chrono::steady_clock;
    using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, Executor>;

    timer timer_;
    bool is_awaited_ = false;
};

template <class Executor, threads Threads>
class streambuf_and_timers final : public coroutine_handoff<Executor, Threads> {
public:
    streambuf_and_timers(std::size_t chunk, reactor polled)
        : coroutine_handoff<Executor, Threads>(chunk, polled)
        , filled_(this->executor(side::consumer))
        , drained_(this->executor(side::producer)) {}

private:
    asio::awaitable<void, Executor> produce(std::size_t count) override {
        const std::size_t size = this->chunk_.size();
        for (std::size_t i = 0; i < count; ++i) {
            auto held = locked();
            while (buffer_.size() + size > window) {
                drained_.prepare_to_wait();
                unlock(held);
                co_await drained_.wait();
                held = locked();
            }
            std::memcpy(buffer_.prepare(size).data(), this->chunk_.data(), size);
            buffer_.commit(size);
            filled_.notify(held);
        }
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived()) {
            auto held = locked();
            while (buffer_.size() == 0) {
                filled_.prepare_to_wait();
                unlock(held);
                co_await filled_.wait();
                held = locked();
            }
            this->look(buffer_.data());
            this->received();
            buffer_.consume(buffer_.size());
            drained_.notify(held);
        }
    }

    std::unique_lock<std::mutex> locked() {
        if constexpr (Threads == threads::two)
            return std::unique_lock(mutex_);
        else
            return {};
    }
    static void unlock(std::unique_lock<std::mutex>& held) {
        if constexpr (Threads == threads::two)
            held.unlock();
    }

    asio::streambuf buffer_;
    std::mutex mutex_;
    condition<Executor, Threads> filled_, drained_;
};

} // namespace

void add_streambuf_forms(contestants& to, std::size_t chunk, threads number) {
    add_asynchronous<streambuf_and_timers>(
        to, chunk, number, {{"form", "streambuf and timers"}, {"style", "trying coroutine"}});
}

} // namespace bench
