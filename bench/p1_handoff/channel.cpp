// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Asio's channel, of strings, which are moved through: one copy and one allocation each.
#include "p1_handoff/handoff.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/basic_channel.hpp>
#include <boost/asio/experimental/channel_traits.hpp>
#include <boost/asio/post.hpp>

#include <string>

namespace bench {

namespace {

template <class Executor>
class channel_handoff : public asynchronous_handoff<Executor> {
public:
    channel_handoff(std::size_t chunk, reactor polled)
        : asynchronous_handoff<Executor>(chunk, polled)
        , channel_(this->executor(), window / chunk) {}

protected:
    std::string made() const { return {this->chunk_.data(), this->chunk_.size()}; }

    void take(const std::string& chunk) {
        this->look(asio::buffer(chunk));
        this->received();
    }

    // This one is for one thread, the quicker of the two that there are.
    asio::experimental::basic_channel<Executor, asio::experimental::channel_traits<>,
                                      void(error_code, std::string)>
        channel_;
};

template <class Executor>
class callbacks final : public channel_handoff<Executor> {
public:
    using channel_handoff<Executor>::channel_handoff;

private:
    void start(std::size_t count) override {
        left_ = count;
        consume();
        asio::post(this->executor(), [this] { produce(); });
    }

    void produce() {
        while (left_ != 0) {
            --left_;
            std::string next = this->made();
            if (!this->channel_.try_send(error_code(), std::move(next)))
                return this->channel_.async_send(error_code(), std::move(next),
                                                 [this](error_code) { produce(); });
        }
        this->one_ended();
    }

    void consume() {
        this->channel_.async_receive([this](error_code, const std::string& chunk) {
            this->take(chunk);
            if (this->all_arrived())
                this->one_ended();
            else
                consume();
        });
    }

    std::size_t left_ = 0;
};

template <class Executor>
class trying final : public channel_handoff<Executor> {
public:
    using channel_handoff<Executor>::channel_handoff;

private:
    void start(std::size_t count) override {
        this->spawn(consume());
        this->spawn(produce(count));
    }

    asio::awaitable<void, Executor> produce(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            std::string next = this->made();
            if (!this->channel_.try_send(error_code(), std::move(next)))
                co_await this->channel_.async_send(error_code(), std::move(next), asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() {
        while (!this->all_arrived()) {
            const bool there = this->channel_.try_receive(
                [this](error_code, const std::string& chunk) { this->take(chunk); });
            if (!there)
                this->take(co_await this->channel_.async_receive(asio::deferred));
        }
    }
};

template <class Executor>
class suspending final : public channel_handoff<Executor> {
public:
    using channel_handoff<Executor>::channel_handoff;

private:
    void start(std::size_t count) override {
        this->spawn(consume());
        this->spawn(produce(count));
    }

    asio::awaitable<void, Executor> produce(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            co_await this->channel_.async_send(error_code(), this->made(), asio::deferred);
    }

    asio::awaitable<void, Executor> consume() {
        while (!this->all_arrived())
            this->take(co_await this->channel_.async_receive(asio::deferred));
    }
};

} // namespace

void add_channel_forms(contestants& to, std::size_t chunk) {
    const std::string name = "asio channel of strings";
    add_asynchronous<callbacks>(to, chunk, {{"form", name}, {"style", "callbacks"}});
    add_asynchronous<trying>(to, chunk, {{"form", name}, {"style", "trying coroutine"}});
    add_asynchronous<suspending>(to, chunk, {{"form", name}, {"style", "suspending coroutine"}});
}

} // namespace bench
