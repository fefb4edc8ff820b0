// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/single_block.hpp>
#include <sluice/pipe/detail/executors.hpp>
#include <sluice/stream/detail/file_workers.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// A job of a composed operation, which goes on with the result, on its own executors. The memory
// comes from the operation's allocator, and is given back there before the upcall.
template <class Self, class Executor>
class file_call final : public file_job {
    using associated =
        boost::asio::associated_allocator_t<Self, boost::asio::recycling_allocator<void>>;
    // Composed operations say std::allocator when they have none.
    using allocator = std::conditional_t<std::is_same_v<associated, std::allocator<void>>,
                                         boost::asio::recycling_allocator<void>, associated>;
    using own_allocator =
        typename std::allocator_traits<allocator>::template rebind_alloc<file_call>;

public:
    template <class... Action>
    static file_call& create(Self&& self, const Executor& executor, const Action&... action) {
        own_allocator memory = allocator_of(self);
        file_call* const call = memory.allocate(1);
        return *new (call) file_call(std::move(self), executor, action...);
    }

    void done(error_code ec, std::size_t n) override {
        ec_ = ec;
        moved_ = n;
        const Executor executor = executor_;
        try {
            with_concrete_executor(executor, [&](const auto& concrete) {
                boost::asio::post(concrete, courier(this));
            });
        } catch (const std::bad_alloc&) {
            // One that allocates beyond the room, as a strand does. It has dropped the operation:
            // here is nobody who could be told.
        }
        // Of the handler's own executor nothing is touched here: its context may go at any time.
    }
    void destroy() noexcept override { [[maybe_unused]] const Self self = take(); }

private:
    // For the executor to keep the courier in: what was started can always come back.
    using room = single_block<64, boost::asio::recycling_allocator<void>>;

    // Takes the call to the stream's executor, and from there to the handler's.
    class courier {
    public:
        explicit courier(file_call* carried) noexcept : call_(carried) {}
        courier(courier&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
        ~courier() {
            if (call_ != nullptr)
                call_->destroy();
        }

        using allocator_type = typename room::template allocator<void>;
        allocator_type get_allocator() const noexcept {
            return {call_->room_, boost::asio::recycling_allocator<void>()};
        }

        void operator()() {
            const auto executor = call_->work_.get_executor();
            boost::asio::dispatch(executor,
                                  [courier = std::move(*this)]() mutable { courier.deliver(); });
        }

    private:
        void deliver() {
            const error_code ec = call_->ec_;
            const std::size_t n = call_->moved_;
            Self self = std::exchange(call_, nullptr)->take();
            self(ec, n);
        }

        file_call* call_;
    };

    template <class... Action>
    file_call(Self&& self, const Executor& executor, const Action&... action) noexcept
        : file_job(action...)
        , self_(std::move(self))
        , executor_(executor)
        , work_(boost::asio::make_work_guard(self_, executor)) {}
    ~file_call() = default;

    static own_allocator allocator_of(const Self& self) noexcept {
        if constexpr (std::is_same_v<allocator, associated>)
            return own_allocator(boost::asio::get_associated_allocator(
                self, boost::asio::recycling_allocator<void>()));
        else
            return own_allocator();
    }

    Self take() noexcept {
        own_allocator memory = allocator_of(self_);
        Self self = std::move(self_);
        this->~file_call();
        memory.deallocate(this, 1);
        return self;
    }

    Self self_;
    Executor executor_;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Self, Executor>> work_;
    room room_;
    error_code ec_;
    std::size_t moved_ = 0;
};

} // namespace sluice::detail
