// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/single_block.hpp>
#include <sluice/pipe/detail/executors.hpp>
#include <sluice/stream/detail/joint_core.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

namespace sluice::detail {

// An operation made of several that run at the same time, each with a `branch` as its handler. It
// completes when the last of them has. The last branch that is dropped without a call, as at a
// context's end, takes the operation with it.
//
// `Derived` is constructed from a `foundation` and what `start` was given, and has
//
//   void begin()                          starts branches
//   void cancel(cancellation_type)        perhaps before it has begun
//   void fail(error_code) override        a branch could not be started, or was lost, for want of
//                                         memory: ends the others, perhaps more than once
//   std::tuple<...> outcome()             what the handler is called with
//
// It begins on the handler's executor, as a branch of its own: what the first branches do must not
// run while others are being started. Its memory comes from the handler's allocator, and is given
// back before the upcall.
template <class Derived, class IoExecutor, class Associates>
class joint_operation : public joint_core<Associates> {
public:
    using branch = typename joint_core<Associates>::branch;
    using member = void (Derived::*)(error_code, std::uint64_t);

    struct foundation {
        const IoExecutor& io;
        const Associates& associates;
    };

    template <class Handler, class... Args>
    static void start(Handler handler, const IoExecutor& io, Args&&... args) {
        const Associates own = get_associates(handler, io);
        auto memory = rebound<with_handler<Handler>>(own.allocator);
        auto* const whole = memory.allocate(1);
        try {
            new (whole) with_handler<Handler>(std::move(handler), foundation{io, own},
                                              std::forward<Args>(args)...);
        } catch (...) {
            memory.deallocate(whole, 1);
            throw;
        }
        auto slot = whole->slot();
        Derived* const operation = whole;
        branch entering(&joint_operation::enter, static_cast<joint_operation*>(operation));
        if (slot.is_connected()) {
            whole->reachable = std::make_shared<Derived*>(operation);
            slot.assign([at = whole->reachable](boost::asio::cancellation_type type) {
                if (*at != nullptr && (type & boost::asio::cancellation_type::all) !=
                                          boost::asio::cancellation_type::none)
                    (*at)->cancel(type);
            });
        }
        try {
            boost::asio::dispatch(io, std::move(entering));
        } catch (const std::bad_alloc&) {
            if (slot.is_connected())
                slot.clear();
            throw;
        }
    }

protected:
    explicit joint_operation(const foundation& base)
        : joint_core<Associates>(base.associates)
        , work_(base.io) {}
    ~joint_operation() = default;

    IoExecutor executor() const noexcept { return work_.get_executor(); }

private:
    template <class Handler>
    class with_handler final : public Derived {
    public:
        template <class... Args>
        with_handler(Handler&& handler, const foundation& base, Args&&... args)
            : Derived(base, std::forward<Args>(args)...)
            , handler_(std::move(handler)) {}

        // The slot of the operation as a whole.
        boost::asio::associated_cancellation_slot_t<Handler> slot() const noexcept {
            return boost::asio::get_associated_cancellation_slot(handler_);
        }

        // For the slot, which may be emitted when a context has dropped the operation long ago.
        std::shared_ptr<Derived*> reachable;

    private:
        void conclude() override {
            if (auto own = slot(); own.is_connected())
                own.clear();
            auto results = this->outcome();
            Handler handler = take();
            std::apply(std::move(handler), std::move(results));
        }
        void abandon() noexcept override { [[maybe_unused]] const Handler gone = take(); }

        Handler take() {
            if (reachable)
                *reachable = nullptr;
            auto memory = rebound<with_handler>(this->allocator());
            Handler handler(std::move(handler_));
            this->~with_handler();
            memory.deallocate(this, 1);
            return handler;
        }

        Handler handler_;
    };

    template <class T>
    static auto rebound(const typename Associates::allocator_type& from) noexcept {
        using traits = std::allocator_traits<typename Associates::allocator_type>;
        return typename traits::template rebind_alloc<T>(from);
    }

    Derived* self() noexcept { return static_cast<Derived*>(this); }

    void enter(error_code, std::uint64_t) {
        try {
            self()->begin();
        } catch (const std::bad_alloc&) {
            self()->fail(make_error_code(boost::system::errc::not_enough_memory));
        }
        if (this->branches() ==
            1) // this one: the handler must not run inside the initiating function
            post(executor(), &joint_operation::leave);
    }
    void leave(error_code, std::uint64_t) {}

    // Only from within both contexts: others may be gone.
    void fail_later() noexcept override {
        if (!runs_here(this->serial_executor()) || !runs_here(work_.get_executor()))
            return;
        try {
            post(this->serial_executor(), &joint_operation::lose);
        } catch (const std::bad_alloc&) {
        }
    }
    void lose(error_code, std::uint64_t) { self()->fail(boost::asio::error::operation_aborted); }

    template <class Executor>
    void post(const Executor& executor, void (joint_operation::*next)(error_code, std::uint64_t)) {
        const typename room::template allocator<void> in_room(room_, this->allocator());
        with_concrete_executor(executor, [&](const auto& concrete) {
            boost::asio::post(concrete, boost::asio::bind_allocator(in_room, branch(next, this)));
        });
    }

    using room = single_block<160, typename Associates::allocator_type>;

    room room_; // nothing may be missing by then
    boost::asio::executor_work_guard<IoExecutor> work_;
};

} // namespace sluice::detail
