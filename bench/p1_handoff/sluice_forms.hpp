// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "p1_handoff/handoff.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstring>

namespace bench {

/// What is measured of Sluice.
namespace sluice_forms {

inline sluice::pipe_options options_for(sluice::resumption how) {
    sluice::pipe_options result;
    result.pause_threshold = window;
    result.reader_resumption = how;
    result.writer_resumption = how;
    return result;
}

// Neither side ever waits.
template <class Executor>
class cycle final : public handoff {
public:
    using handoff::handoff;

    std::uint64_t pass(std::size_t count) override {
        expect(count);
        auto& [reader, writer] = pipe_;
        for (std::size_t i = 0; i < count; ++i) {
            const auto room = writer.prepare(chunk_.size());
            std::memcpy(room.data(), chunk_.data(), chunk_.size());
            writer.commit(chunk_.size());
            writer.try_flush().value();
            const sluice::read_result read = reader.try_read().value();
            for (const asio::const_buffer piece : read.buffer)
                look(piece);
            reader.advance(read.buffer.finish());
            received();
        }
        return checked();
    }

private:
    asio::io_context context_{1};
    sluice::basic_pipe<Executor> pipe_{context_};
};

template <template <class, threads> class Kind, class Executor, threads Threads>
class sluice_handoff : public Kind<Executor, Threads> {
public:
    sluice_handoff(std::size_t chunk, reactor polled, sluice::resumption how)
        : Kind<Executor, Threads>(chunk, polled)
        , pipe_(this->executor(side::consumer), options_for(how)) {}

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
template <class Executor, threads Threads>
class callbacks final : public sluice_handoff<asynchronous_handoff, Executor, Threads> {
public:
    using sluice_handoff<asynchronous_handoff, Executor, Threads>::sluice_handoff;

private:
    void start(std::size_t count) override {
        left_ = count;
        consume();
        asio::post(this->executor(side::producer), [this] { produce(); });
    }

    void produce() {
        while (left_ != 0) {
            --left_;
            this->put();
            if (this->writer_.try_flush().has_error())
                return this->writer_.flush(
                    this->in(side::producer, [this](error_code) { produce(); }));
        }
        this->ended();
    }

    void consume() {
        this->reader_.async_read(
            this->in(side::consumer, [this](error_code, const sluice::read_result& read) {
                this->take(read);
                if (this->all_arrived())
                    this->ended();
                else
                    consume();
            }));
    }

    std::size_t left_ = 0;
};

// Both sides await only what a try does not give them.
template <class Executor, threads Threads>
class trying final : public sluice_handoff<coroutine_handoff, Executor, Threads> {
public:
    using sluice_handoff<coroutine_handoff, Executor, Threads>::sluice_handoff;

private:
    asio::awaitable<void, Executor> produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            this->put();
            if (this->writer_.try_flush().has_error())
                co_await this->writer_.flush(asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived()) {
            auto read = this->reader_.try_read();
            if (read.has_error())
                read = co_await this->reader_.async_read(asio::deferred);
            this->take(*read);
        }
    }
};

// Both sides suspend for each chunk.
template <class Executor, threads Threads>
class suspending final : public sluice_handoff<coroutine_handoff, Executor, Threads> {
public:
    using sluice_handoff<coroutine_handoff, Executor, Threads>::sluice_handoff;

private:
    asio::awaitable<void, Executor> produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            this->put();
            co_await this->writer_.flush(asio::deferred);
        }
    }

    asio::awaitable<void, Executor> consume() override {
        while (!this->all_arrived()) {
            const auto read = co_await this->reader_.async_read(asio::deferred);
            this->take(read);
        }
    }
};

} // namespace sluice_forms

} // namespace bench
