// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "interleavings/pipe_under_test.hpp"

#include <deque>
#include <memory>
#include <utility>

namespace sluice::test {

namespace asio = boost::asio;

// Where handlers are queued; whoever runs them is a thread of the search.
class handler_queue : public asio::execution_context {
public:
    struct task {
        virtual ~task() = default;
        virtual void run() = 0;
    };
    template <class Function>
    void push(Function&& function) {
        struct held : task {
            explicit held(Function&& f) : function(std::move(f)) {}
            void run() override { std::move(function)(); }
            std::decay_t<Function> function;
        };
        auto added = std::make_unique<held>(std::move(function));
        explorer::step(this, explorer::access::write);
        tasks_.push_back(std::move(added));
    }
    bool run_one() {
        explorer::step(this, explorer::access::write);
        if (tasks_.empty())
            return false;
        const std::unique_ptr<task> next = std::move(tasks_.front());
        tasks_.pop_front();
        next->run();
        return true;
    }
    void run() {
        while (run_one())
            ;
    }

private:
    std::deque<std::unique_ptr<task>> tasks_;
};

struct queue_executor {
    handler_queue* queue;

    bool operator==(const queue_executor&) const noexcept = default;
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.never;
    }
    asio::execution_context& query(asio::execution::context_t) const noexcept { return *queue; }
    template <class Function>
    void execute(Function function) const {
        queue->push(std::move(function));
    }
};

} // namespace sluice::test
