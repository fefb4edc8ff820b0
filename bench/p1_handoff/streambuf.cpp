// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What one writes by hand today: a streambuf, and timers that never expire as conditions.
#include "p1_handoff/handoff.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/streambuf.hpp>

#include <cstring>

namespace bench {

namespace {

template <class Executor>
class streambuf_and_timers final : public asynchronous_handoff<Executor> {
public:
    streambuf_and_timers(std::size_t chunk, reactor polled)
        : asynchronous_handoff<Executor>(chunk, polled)
        , filled_(this->executor(), timer::time_point::max())
        , drained_(this->executor(), timer::time_point::max()) {}

private:
    using clock = std::chrono::steady_clock;
    using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, Executor>;

    void start(std::size_t count) override {
        this->spawn(consume());
        this->spawn(produce(count));
    }

    asio::awaitable<void, Executor> produce(std::size_t count) {
        const std::size_t size = this->chunk_.size();
        for (std::size_t i = 0; i < count; ++i) {
            while (buffer_.size() + size > window)
                co_await drained_.async_wait(asio::as_tuple(asio::deferred));
            std::memcpy(buffer_.prepare(size).data(), this->chunk_.data(), size);
            buffer_.commit(size);
            filled_.cancel();
        }
    }

    asio::awaitable<void, Executor> consume() {
        while (!this->all_arrived()) {
            while (buffer_.size() == 0)
                co_await filled_.async_wait(asio::as_tuple(asio::deferred));
            this->look(buffer_.data());
            this->received();
            buffer_.consume(buffer_.size());
            drained_.cancel();
        }
    }

    asio::streambuf buffer_;
    timer filled_, drained_;
};

} // namespace

void add_streambuf_forms(contestants& to, std::size_t chunk) {
    add_asynchronous<streambuf_and_timers>(
        to, chunk, {{"form", "streambuf and timers"}, {"style", "trying coroutine"}});
}

} // namespace bench
