// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

namespace sluice::detail {

// An operation made of several that run at the same time, each with a `branch` as its handler. It
// completes when the last of them has. All branches share ownership: the last one that is dropped
// without a call, as at a context's end, takes the operation with it.
//
// `Derived` has `begin()`, which starts branches, and `std::tuple<...> outcome()`, what the handler
// is called with. Its memory comes from the handler's allocator, and is given back before the
// upcall.
template <class Derived, class Handler, class IoExecutor>
class joint_operation {
    using allocator =
        boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;

public:
    template <class... Args>
    static void start(Handler&& handler, Args&&... args) {
        auto memory = rebound(allocator_of(handler));
        Derived* operation = memory.allocate(1);
        try {
            new (operation) Derived(std::move(handler), std::forward<Args>(args)...);
        } catch (...) {
            memory.deallocate(operation, 1);
            throw;
        }
        operation->begin();
    }

    joint_operation(const joint_operation&) = delete;
    joint_operation& operator=(const joint_operation&) = delete;

protected:
    template <void (Derived::*Next)(error_code, std::uint64_t)>
    class branch {
    public:
        branch(Derived* owner, boost::asio::cancellation_slot slot) noexcept
            : owner_(owner)
            , slot_(slot) {
            ++owner_->branches_;
        }
        branch(branch&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr))
            , slot_(other.slot_) {}
        ~branch() {
            if (owner_ != nullptr && --owner_->branches_ == 0)
                owner_->destroy();
        }

        using executor_type = boost::asio::associated_executor_t<Handler, IoExecutor>;
        executor_type get_executor() const noexcept {
            return boost::asio::get_associated_executor(owner_->handler_, owner_->executor_);
        }
        using allocator_type = allocator;
        allocator_type get_allocator() const noexcept { return allocator_of(owner_->handler_); }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot_; }

        void operator()(error_code ec, std::uint64_t n = 0) {
            Derived* const owner = std::exchange(owner_, nullptr);
            (owner->*Next)(ec, n);
            if (--owner->branches_ == 0)
                owner->finish();
        }

    private:
        Derived* owner_;
        boost::asio::cancellation_slot slot_;
    };

    joint_operation(Handler&& handler, const IoExecutor& executor)
        : handler_(std::move(handler))
        , executor_(executor) {}
    ~joint_operation() = default;

    // The slot of the operation as a whole.
    boost::asio::associated_cancellation_slot_t<Handler> slot() const noexcept {
        return boost::asio::get_associated_cancellation_slot(handler_);
    }
    const IoExecutor& executor() const noexcept { return executor_; }

private:
    template <class... Whatever>
    using derived_allocator =
        typename std::allocator_traits<allocator>::template rebind_alloc<Derived>;
    static auto rebound(const allocator& from) noexcept { return derived_allocator<>(from); }
    static allocator allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    void finish() {
        if (auto own = slot(); own.is_connected())
            own.clear();
        auto results = static_cast<Derived*>(this)->outcome();
        Handler handler = destroy();
        std::apply(std::move(handler), std::move(results));
    }

    Handler destroy() {
        auto memory = rebound(allocator_of(handler_));
        Handler handler(std::move(handler_));
        Derived* const self = static_cast<Derived*>(this);
        self->~Derived();
        memory.deallocate(self, 1);
        return handler;
    }

    Handler handler_;
    IoExecutor executor_;
    unsigned branches_ = 0;
};

} // namespace sluice::detail
