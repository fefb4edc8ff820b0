// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/serial_executor.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// An operation made of several that run at the same time, each with a `branch` as its handler. It
// completes when the last of them has. All branches share ownership: the last one that is dropped
// without a call, as at a context's end, takes the operation with it.
//
// `Derived` has
//
//   void begin()                          starts branches
//   void cancel(cancellation_type)        perhaps before it has begun
//   void fail(error_code)                 a branch could not be started, for want of memory
//   std::tuple<...> outcome()             what the handler is called with
//
// It begins on the handler's executor, as a branch of its own: what the first branches do must not
// run while others are being started. Its memory comes from the handler's allocator, and is given
// back before the upcall.
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
        const IoExecutor executor = operation->executor();
        auto slot = operation->slot();
        branch entering(&joint_operation::enter, operation);
        if (slot.is_connected())
            slot.assign([operation](boost::asio::cancellation_type type) {
                if ((type & boost::asio::cancellation_type::all) !=
                    boost::asio::cancellation_type::none)
                    operation->cancel(type);
            });
        try {
            boost::asio::dispatch(executor, std::move(entering));
        } catch (const std::bad_alloc&) {
            if (slot.is_connected())
                slot.clear();
            throw;
        }
    }

    joint_operation(const joint_operation&) = delete;
    joint_operation& operator=(const joint_operation&) = delete;

protected:
    // What is to be called, a member of Derived or of this class, is no part of the type: what is
    // started with branches is compiled once for all of them.
    class branch {
    public:
        using member = void (Derived::*)(error_code, std::uint64_t);

        branch(member next, Derived* owner, boost::asio::cancellation_slot slot = {}) noexcept
            : next_(next)
            , owner_(owner)
            , slot_(slot) {
            ++owner_->branches_;
        }
        branch(branch&& other) noexcept
            : next_(other.next_)
            , owner_(std::exchange(other.owner_, nullptr))
            , slot_(other.slot_) {}
        ~branch() {
            if (owner_ != nullptr && --owner_->branches_ == 0)
                owner_->destroy();
        }

        using executor_type = typename serial_executor<Handler, IoExecutor>::type;
        executor_type get_executor() const noexcept {
            return serial_executor<Handler, IoExecutor>::get(owner_->handler_, owner_->executor());
        }
        using allocator_type = allocator;
        allocator_type get_allocator() const noexcept { return allocator_of(owner_->handler_); }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot_; }

        void operator()(error_code ec = {}, std::uint64_t n = 0) {
            Derived* const owner = owner_;
            try {
                (owner->*next_)(ec, n);
            } catch (const std::bad_alloc&) {
                owner->fail(make_error_code(boost::system::errc::not_enough_memory));
            }
            owner_ = nullptr;
            if (--owner->branches_ == 0)
                owner->finish();
        }

    private:
        member next_;
        Derived* owner_;
        boost::asio::cancellation_slot slot_;
    };

    joint_operation(Handler&& handler, const IoExecutor& executor)
        : handler_(std::move(handler))
        , work_(executor) {}
    ~joint_operation() = default;

    IoExecutor executor() const noexcept { return work_.get_executor(); }

private:
    template <class... Whatever>
    using derived_allocator =
        typename std::allocator_traits<allocator>::template rebind_alloc<Derived>;
    static auto rebound(const allocator& from) noexcept { return derived_allocator<>(from); }
    static allocator allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }
    // The slot of the operation as a whole.
    boost::asio::associated_cancellation_slot_t<Handler> slot() const noexcept {
        return boost::asio::get_associated_cancellation_slot(handler_);
    }
    Derived* self() noexcept { return static_cast<Derived*>(this); }

    void enter(error_code, std::uint64_t) {
        try {
            self()->begin();
        } catch (const std::bad_alloc&) {
            self()->fail(make_error_code(boost::system::errc::not_enough_memory));
        }
        if (branches_ == 1) // this one: the handler must not run inside the initiating function
            boost::asio::post(executor(), branch(&joint_operation::leave, self()));
    }
    void leave(error_code, std::uint64_t) {}

    void finish() {
        if (auto own = slot(); own.is_connected())
            own.clear();
        auto results = self()->outcome();
        Handler handler = destroy();
        std::apply(std::move(handler), std::move(results));
    }

    Handler destroy() {
        auto memory = rebound(allocator_of(handler_));
        Handler handler(std::move(handler_));
        Derived* const gone = self();
        gone->~Derived();
        memory.deallocate(gone, 1);
        return handler;
    }

    Handler handler_;
    boost::asio::executor_work_guard<IoExecutor> work_;
    unsigned branches_ = 0;
};

} // namespace sluice::detail
