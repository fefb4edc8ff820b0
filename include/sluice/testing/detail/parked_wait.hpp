// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/detail/timer_queue.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace sluice::testing::detail {

// A wait with its handler, in memory of the handler's.
template <class Handler, class Executor>
class parked_wait final : public timer_wait {
    using allocator_type =
        boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
    using own_allocator =
        typename std::allocator_traits<allocator_type>::template rebind_alloc<parked_wait>;
    using handler_executor = boost::asio::associated_executor_t<Handler, Executor>;

public:
    static void start(Handler&& handler, const Executor& executor, const void* timer,
                      std::chrono::nanoseconds when) {
        own_allocator memory(allocator_of(handler));
        parked_wait* const made = memory.allocate(1);
        try {
            new (made) parked_wait(std::move(handler), executor);
        } catch (...) {
            memory.deallocate(made, 1);
            throw;
        }
        made->timer = timer;
        made->when = when;
        made->context = &boost::asio::query(executor, boost::asio::execution::context);
        const std::uint64_t number = made->number = timer_queue::instance().new_number();
        auto slot = boost::asio::get_associated_cancellation_slot(made->parts_.handler);
        if (slot.is_connected())
            slot.assign([number](boost::asio::cancellation_type type) {
                if ((type & boost::asio::cancellation_type::all) !=
                    boost::asio::cancellation_type::none)
                    timer_queue::instance().cancel_numbered(number);
            });
        timer_queue::instance().add(made);
    }

    void complete(error_code ec) override {
        auto slot = boost::asio::get_associated_cancellation_slot(parts_.handler);
        if (slot.is_connected())
            slot.clear();
        parts taken = take();
        const Executor executor = taken.work.get_executor();
        boost::asio::post(executor, boost::asio::append(std::move(taken.handler), ec));
    }
    void destroy() noexcept override { [[maybe_unused]] const parts taken = take(); }

private:
    struct parts {
        boost::asio::executor_work_guard<Executor> work;
        boost::asio::executor_work_guard<handler_executor> handler_work;
        Handler handler;
    };

    parked_wait(Handler&& handler, const Executor& executor)
        : parts_{boost::asio::executor_work_guard<Executor>(executor),
                 boost::asio::executor_work_guard<handler_executor>(
                     boost::asio::get_associated_executor(handler, executor)),
                 std::move(handler)} {}
    ~parked_wait() = default;

    static allocator_type allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    parts take() noexcept {
        own_allocator memory(allocator_of(parts_.handler));
        parts taken = std::move(parts_);
        this->~parked_wait();
        memory.deallocate(this, 1);
        return taken;
    }

    parts parts_;
};

} // namespace sluice::testing::detail
