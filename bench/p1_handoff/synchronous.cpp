// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p1_handoff/sluice_forms.hpp"

#include <cstring>
#include <deque>
#include <mutex>
#include <string>

namespace bench {

namespace {

// The physical limit: a copy into memory that is used again and again.
class memory_copy final : public handoff {
public:
    explicit memory_copy(std::size_t chunk) : handoff(chunk), memory_(window) {}

    std::uint64_t pass(std::size_t count) override {
        expect(count);
        std::size_t at = 0;
        for (std::size_t i = 0; i < count; ++i) {
            std::memcpy(memory_.data() + at, chunk_.data(), chunk_.size());
            look(asio::buffer(memory_.data() + at, chunk_.size()));
            received();
            at = (at + chunk_.size()) % window;
        }
        return checked();
    }

private:
    std::vector<char> memory_;
};

class locked_deque final : public handoff {
public:
    using handoff::handoff;

    std::uint64_t pass(std::size_t count) override {
        expect(count);
        for (std::size_t i = 0; i < count; ++i) {
            push(std::string(chunk_.data(), chunk_.size()));
            look(asio::buffer(pop()));
            received();
        }
        return checked();
    }

private:
    void push(std::string chunk) {
        std::lock_guard lock(mutex_);
        chunks_.push_back(std::move(chunk));
    }
    std::string pop() {
        std::lock_guard lock(mutex_);
        std::string chunk = std::move(chunks_.front());
        chunks_.pop_front();
        return chunk;
    }

    std::mutex mutex_;
    std::deque<std::string> chunks_;
};

template <class Form>
void add(contestants& to, std::size_t chunk, labels names) {
    names.insert({{"style", "cycle"}, {"reactor", "no"}});
    to.push_back({names, [chunk] { return std::make_unique<Form>(chunk); }});
}

} // namespace

void add_synchronous_forms(contestants& to, std::size_t chunk) {
    add<memory_copy>(to, chunk, {{"form", "memcpy"}});
    add<locked_deque>(to, chunk, {{"form", "mutex and deque of strings"}});
    add<sluice_forms::cycle<typed_executor>>(to, chunk,
                                             {{"form", "sluice"}, {"executor", "io_context"}});
    add<sluice_forms::cycle<asio::any_io_executor>>(
        to, chunk, {{"form", "sluice"}, {"executor", "any_io_executor"}});
}

} // namespace bench
