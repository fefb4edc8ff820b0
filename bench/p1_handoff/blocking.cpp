// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Two threads without a task: Sluice's ends try until they succeed, a deque makes them sleep.
#include "p1_handoff/handoff.hpp"
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/error.hpp>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace bench {

namespace {

class two_thread_handoff : public handoff {
public:
    using handoff::handoff;

    std::uint64_t pass(std::size_t count) final {
        expect(count);
        {
            counted_thread producer([&] {
                stay_on_core_of(side::producer);
                produce(count);
            });
            consume();
        }
        return checked();
    }

private:
    virtual void produce(std::size_t count) = 0;
    virtual void consume() = 0;
};

// Where it waits, it gives the processor to whoever else wants it.
class sluice_cycle final : public two_thread_handoff {
public:
    explicit sluice_cycle(std::size_t chunk) : two_thread_handoff(chunk) {}

private:
    static sluice::pipe_options options() {
        sluice::pipe_options result;
        result.pause_threshold = window;
        return result;
    }

    void produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            std::memcpy(pipe_.writer.prepare(chunk_.size()).data(), chunk_.data(), chunk_.size());
            pipe_.writer.commit(chunk_.size());
            while (pipe_.writer.try_flush().has_error())
                std::this_thread::yield();
        }
    }

    void consume() override {
        while (!all_arrived()) {
            const auto read = pipe_.reader.try_read();
            if (read.has_error()) {
                std::this_thread::yield();
                continue;
            }
            for (const asio::const_buffer piece : read->buffer)
                look(piece);
            pipe_.reader.advance(read->buffer.finish());
            received();
        }
    }

    asio::io_context context_{1};
    sluice::basic_pipe<typed_executor> pipe_{context_.get_executor(), options()};
};

class locked_deque final : public two_thread_handoff {
public:
    using two_thread_handoff::two_thread_handoff;

private:
    void produce(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            std::string next(chunk_.data(), chunk_.size());
            std::unique_lock lock(mutex_);
            drained_.wait(lock, [this] { return chunks_.size() < window / chunk_.size(); });
            chunks_.push_back(std::move(next));
            lock.unlock();
            filled_.notify_one();
        }
    }

    // All that is there at once, as one does.
    void consume() override {
        std::deque<std::string> taken;
        while (!all_arrived()) {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return !chunks_.empty(); });
            taken.swap(chunks_);
            lock.unlock();
            drained_.notify_one();
            for (const std::string& one : taken)
                look(asio::buffer(one));
            taken.clear();
            received();
        }
    }

    std::mutex mutex_;
    std::condition_variable filled_, drained_;
    std::deque<std::string> chunks_;
};

} // namespace

void add_blocking_forms(contestants& to, std::size_t chunk) {
    to.push_back({{{"form", "sluice"}, {"style", "cycle"}},
                  [chunk] { return std::make_unique<sluice_cycle>(chunk); }});
    to.push_back({{{"form", "mutex, condition and deque of strings"}, {"style", "cycle"}},
                  [chunk] { return std::make_unique<locked_deque>(chunk); }});
}

} // namespace bench
