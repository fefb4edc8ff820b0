// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p1_handoff/handoff.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstring>

namespace bench {

namespace {

sluice::pipe_options options_for(sluice::resumption how) {
    sluice::pipe_options result;
    result.pause_threshold = window;
    result.reader_resumption = how;
    result.writer_resumption = how;
    return result;
}

template <class Executor>
class sluice_handoff : public asynchronous_handoff<Executor> {
public:
    sluice_handoff(std::size_t chunk, reactor polled, sluice::resumption how)
        : asynchronous_handoff<Executor>(chunk, polled)
        , pipe_(this->executor(), options_for(how)) {}

protected:
    void put() {
        const std::size_t size = this->chunk_.size();
        std::memcpy(writer_.prepare(size).data(), this->chunk_.data(), size);
        writer_.commit(size);
    }

    void take(const sluice::read_result& read) {
        for (const asio::const_buffer piece : read.buffer)
            this->look(piece);
        this->received();
        reader_.advance(read.buffer.finish());
    }

    sluice::basic_pipe<Executor> pipe_;
    sluice::basic_pipe_reader<Executor>& reader_ = pipe_.reader;
    sluice::basic_pipe_writer<Executor>& writer_ = pipe_.writer;
};

// The producer waits only where a try tells it to; the consumer has a callback for each read.
template <class Executor>
class callbacks final : public sluice_handoff<Executor> {
public:
    using sluice_handoff<Executor>::sluice_handoff;

private:
    void start(std::size_t count) override {
        left_ = count;
        consume();
        asio::post(this->executor(), [this] { produce(); });
    }

    void produce() {
        while (left_ != 0) {
            --left_;
            this->put();
            if (this->writer_.try_flush().has_error())
                return this->writer_.flush([this](error_code) { produce(); });
        }
        this->one_ended();
    }

    void consume() {
        this->reader_.async_read([this](error_code, const sluice::read_result& read) {
            this->take(read);
            if (this->all_arrived())
                this->one_ended();
            else
                consume();
        });
    }

    std::size_t left_ = 0;
};

// Both sides await only what a try does not give them.
template <class Executor>
class trying final : public sluice_handoff<Executor> {
public:
    using sluice_handoff<Executor>::sluice_handoff;

private:
    void start(std::size_t count) override {
        this->spawn(consume());
        this->spawn(produce(count));
    }

    asio::awaitable<void, Executor> produce(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            this->put();
            if (this->writer_.try_flush().has_error())
                co_await this->writer_.flush(asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() {
        while (!this->all_arrived()) {
            auto read = this->reader_.try_read();
            if (read.has_error())
                read = co_await this->reader_.async_read(asio::deferred);
            this->take(*read);
        }
    }
};

// Both sides suspend for each chunk.
template <class Executor>
class suspending final : public sluice_handoff<Executor> {
public:
    using sluice_handoff<Executor>::sluice_handoff;

private:
    void start(std::size_t count) override {
        this->spawn(consume());
        this->spawn(produce(count));
    }

    asio::awaitable<void, Executor> produce(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            this->put();
            co_await this->writer_.flush(asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() {
        while (!this->all_arrived()) {
            const auto read = co_await this->reader_.async_read(asio::deferred);
            this->take(read);
        }
    }
};

} // namespace

void add_sluice_forms(contestants& to, std::size_t chunk) {
    const std::pair<const char*, sluice::resumption> ways[] = {
        {"dispatch", sluice::resumption::dispatch}, {"post", sluice::resumption::post}};
    for (const auto& [name, how] : ways) {
        const labels names{{"form", "sluice"}, {"resumption", name}};
        const auto styled = [&](const char* style) {
            labels all = names;
            all["style"] = style;
            return all;
        };
        add_asynchronous<callbacks>(to, chunk, styled("callbacks"), how);
        add_asynchronous<trying>(to, chunk, styled("trying coroutine"), how);
        add_asynchronous<suspending>(to, chunk, styled("suspending coroutine"), how);
    }
}

} // namespace bench
