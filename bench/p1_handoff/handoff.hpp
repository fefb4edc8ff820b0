// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "harness/allocations.hpp"
#include "harness/idle_socket.hpp"
#include "harness/rounds.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace bench {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using typed_executor = asio::io_context::executor_type;

/// What may be in flight at a time.
inline constexpr std::size_t window = 64 * 1024;

enum class reactor { absent, present };

/// What all forms of handing chunks over from a producer to a consumer share.
class handoff : public form {
public:
    explicit handoff(std::size_t chunk) : chunk_(chunk, 'x') { chunk_.back() = 'y'; }

protected:
    void expect(std::size_t count) {
        missing_ = count * chunk_.size();
        receipts_ = 0;
    }
    /// The consumer looks at what it got.
    void look(asio::const_buffer piece) {
        if (piece.size() > missing_ || *static_cast<const char*>(piece.data()) < 'x')
            throw std::runtime_error("a chunk arrived that was never sent");
        missing_ -= piece.size();
    }
    void received() { ++receipts_; }
    bool all_arrived() const { return missing_ == 0; }

    std::uint64_t checked() const {
        if (!all_arrived())
            throw std::runtime_error("bytes were lost");
        return receipts_;
    }

    std::vector<char> chunk_;

private:
    std::uint64_t missing_ = 0;
    std::uint64_t receipts_ = 0;
};

enum class threads { one, two };
enum class side { consumer, producer };

/// Keeps the calling thread on a core of its side's own. Otherwise the system has both share one
/// for as long as it likes, where a wake costs far less, and what is measured is which of the two
/// it was.
void stay_on_core_of(side which);

/// A hand-off between two tasks, of one thread or of two, each of which has a context.
template <class Executor, threads Threads>
class asynchronous_handoff : public handoff {
public:
    asynchronous_handoff(std::size_t chunk, reactor polled) : handoff(chunk) {
        if (polled == reactor::absent)
            return;
        idle_.emplace(context_);
        if constexpr (Threads == threads::two)
            idle_producer_.emplace(producer_context_);
    }

    std::uint64_t pass(std::size_t count) final {
        expect(count);
        running_ = 2;
        context_.restart();
        producer_context_.restart();
        start(count);
        std::optional<counted_thread> other;
        if constexpr (Threads == threads::two)
            other.emplace([this] {
                stay_on_core_of(side::producer);
                run(producer_context_);
            });
        run(context_);
        other.reset();
        return checked();
    }

protected:
    virtual void start(std::size_t count) = 0;

    /// Each side calls it once, at its end.
    void ended() {
        if (--running_ == 0) {
            context_.stop();
            producer_context_.stop();
        }
    }

    /// A handler that runs in the thread of its side.
    template <class Handler>
    auto in(side which, Handler handler) {
        if constexpr (Threads == threads::two)
            return asio::bind_executor(executor(which), std::move(handler));
        else
            return handler;
    }

    Executor executor(side which) {
        const bool is_other = Threads == threads::two && which == side::producer;
        return (is_other ? producer_context_ : context_).get_executor();
    }

private:
    // A pipe's operations go through the context of its reader, the writer's too: both contexts
    // run until both sides have ended.
    void run(asio::io_context& one) {
        const auto work = asio::make_work_guard(one);
        one.run();
    }

    asio::io_context context_{1}, producer_context_{1};
    std::optional<idle_socket> idle_, idle_producer_;
    std::atomic<int> running_ = 0;
};

/// One between two coroutines.
template <class Executor, threads Threads>
class coroutine_handoff : public asynchronous_handoff<Executor, Threads> {
public:
    using asynchronous_handoff<Executor, Threads>::asynchronous_handoff;

private:
    void start(std::size_t count) final {
        spawn(side::consumer, consume());
        spawn(side::producer, produce(count));
    }
    void spawn(side which, asio::awaitable<void, Executor> task) {
        asio::co_spawn(this->executor(which), std::move(task), [this](std::exception_ptr failure) {
            if (failure)
                std::rethrow_exception(failure);
            this->ended();
        });
    }

    virtual asio::awaitable<void, Executor> produce(std::size_t count) = 0;
    virtual asio::awaitable<void, Executor> consume() = 0;
};

using contestants = std::vector<contestant>;

/// Adds what `Form`, a template over the executor and the threads, can do: within a thread with the
/// context's own executor and with the default one, between two threads with the first; with and
/// without a reactor.
template <template <class, threads> class Form, class... Arguments>
void add_asynchronous(contestants& to, std::size_t chunk, threads number, const labels& names,
                      Arguments... arguments) {
    const auto add = [&]<class Made>(const char* executor, std::type_identity<Made>) {
        for (const reactor polled : {reactor::absent, reactor::present}) {
            labels all = names;
            all["executor"] = executor;
            all["reactor"] = polled == reactor::present ? "yes" : "no";
            to.push_back(
                {all, [=] { return std::make_unique<Made>(chunk, polled, arguments...); }});
        }
    };
    if (number == threads::two)
        return add("io_context", std::type_identity<Form<typed_executor, threads::two>>());
    add("io_context", std::type_identity<Form<typed_executor, threads::one>>());
    add("any_io_executor", std::type_identity<Form<asio::any_io_executor, threads::one>>());
}

void add_synchronous_forms(contestants& to, std::size_t chunk);
void add_blocking_forms(contestants& to, std::size_t chunk); // between two threads
void add_sluice_forms(contestants& to, std::size_t chunk, threads number);
void add_channel_forms(contestants& to, std::size_t chunk, threads number);
void add_streambuf_forms(contestants& to, std::size_t chunk, threads number);
void add_stream_forms(contestants& to, std::size_t chunk, threads number);

} // namespace bench
