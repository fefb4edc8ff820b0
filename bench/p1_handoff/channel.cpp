// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Asio's channel, of strings, which are moved through: one copy and one allocation each.
#include "p1_handoff/handoff.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/basic_channel.hpp>
#include <boost/asio/experimental/basic_concurrent_channel.hpp>
#include <boost/asio/experimental/channel_traits.hpp>
#include <boost/asio/post.hpp>

#include <string>

namespace bench {

namespace {

template <template <class, threads> class Kind, class Executor, threads Threads>
class channel_handoff : public Kind<Executor, Threads> {
public:
    channel_handoff(std::size_t chunk, reactor polled)
        : Kind<Executor, Threads>(chunk, polled)
        , channel_(this->executor(side::consumer), window / chunk) {}

protected:
    std::string made() const { return {this->chunk_.data(), this->chunk_.size()}; }

    void take(const std::string& chunk) {
        this->look(asio::buffer(chunk));
        this->received();
    }

    using signature = void(error_code, std::string);
    using traits = asio::experimental::channel_traits<>;
    // Within a thread the quicker of the two that there are.
    std::conditional_t<Threads == threads::two,
                       asio::experimental::basic_concurrent_channel<Executor, traits, signature>,
                       asio::experimental::basic_channel<Executor, traits, signature>>
        channel_;
};

template <class Executor, threads Threads>
class callbacks final : public channel_handoff<asynchronous_handoff, Executor, Threads> {
public:
    using channel_handoff<asynchronous_handoff, Executor, Threads>::channel_handoff;

private:
    void start(std::size_t count) override {
        left_ = count;
        consume();
        asio::post(this->executor(side::producer), [this] { produce(); });
    }

    void produce() {
        while (left_ != 0) {
            --left_;
            std::string next = this->made();
            if (!this->channel_.try_send(error_code(), std::move(next)))
                return this->channel_.async_send(
                    error_code(), std::move(next),
                    this->in(side::producer, [this](error_code) { produce(); }));
        }
        this->ended();
    }

    void consume() {
        this->channel_.async_receive(
            this->in(side::consumer, [this](error_code, const std::string& chunk) {
                this->take(chunk);
                if (this->all_arrived())
                    this->ended();
                else
                    consume();
            }));
    }

    std::size_t left_ = 0;
};

template <class Executor, threads Threads>
class trying final : public channel_handoff<coroutine_handoff, Executor, Threads> {
public:
    using channel_handoff<coroutine_handoff, Executor, Threads>::channel_handoff;

private:
    asio::awaitable<void, Executor> produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            std::string next = this->made();
            if (!this->channel_.try_send(error_code(), std::move(next)))
                co_await this->channel_.async_send(error_code(), std::move(next), asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived()) {
            const bool there = this->channel_.try_receive(
                [this](error_code, const std::string& chunk) { this->take(chunk); });
            if (!there)
                this->take(co_await this->channel_.async_receive(asio::deferred));
        }
    }
};

template <class Executor, threads Threads>
class suspending final : public channel_handoff<coroutine_handoff, Executor, Threads> {
public:
    using channel_handoff<coroutine_handoff, Executor, Threads>::channel_handoff;

private:
    asio::awaitable<void, Executor> produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i)
            co_await this->channel_.async_send(error_code(), this->made(), asio::deferred);
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived())
            this->take(co_await this->channel_.async_receive(asio::deferred));
    }
};

} // namespace

void add_channel_forms(contestants& to, std::size_t chunk, threads number) {
    const std::string name = "asio channel of strings";
    add_asynchronous<callbacks>(to, chunk, number, {{"form", name}, {"style", "callbacks"}});
    add_asynchronous<trying>(to, chunk, number, {{"form", name}, {"style", "trying coroutine"}});
    add_asynchronous<suspending>(to, chunk, number,
                                 {{"form", name}, {"style", "suspending coroutine"}});
}

} // namespace bench
