// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/serial_executor.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
#include <exception>
#include <new>
#include <utility>

namespace sluice::detail {

// All that the parts of an operation need to know of its handler: they are compiled once for all
// handlers that have the same types of these.
template <class Executor, class Allocator>
struct associates {
    using executor_type = Executor;
    using allocator_type = Allocator;

    Executor executor;
    Allocator allocator;
};

template <class Handler, class IoExecutor>
using associates_of = associates<
    typename serial_executor<Handler, IoExecutor>::type,
    boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>>;

template <class Handler, class IoExecutor>
associates_of<Handler, IoExecutor> get_associates(const Handler& handler, const IoExecutor& io) {
    return {
        serial_executor<Handler, IoExecutor>::get(handler, io),
        boost::asio::get_associated_allocator(handler, boost::asio::recycling_allocator<void>())};
}

// A joint operation, seen from its branches, which share ownership.
template <class Associates>
class joint_core {
public:
    class branch {
    public:
        using member = void (joint_core::*)(error_code, std::uint64_t);

        // What is to be called is no part of the type, nor is the operation.
        template <class Derived>
        branch(void (Derived::*next)(error_code, std::uint64_t), Derived* owner,
               boost::asio::cancellation_slot slot = {}) noexcept
            : next_(static_cast<member>(next))
            , owner_(owner)
            , slot_(slot)
            , allocator_(owner_->associates_.allocator) {
            ++owner_->branches_;
        }
        branch(branch&& other) noexcept
            : next_(other.next_)
            , owner_(std::exchange(other.owner_, nullptr))
            , slot_(other.slot_)
            , allocator_(other.allocator_) {}
        ~branch() {
            if (owner_ != nullptr)
                owner_->drop();
        }

        using executor_type = typename Associates::executor_type;
        executor_type get_executor() const noexcept { return owner_->associates_.executor; }
        // Also of one that was moved from: Asio asks it when it cannot make what it moved it to.
        using allocator_type = typename Associates::allocator_type;
        allocator_type get_allocator() const noexcept { return allocator_; }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot_; }

        void operator()(error_code ec = {}, std::uint64_t n = 0) {
            joint_core* const owner = owner_;
            owner->call(next_, ec, n);
            owner_ = nullptr;
            if (--owner->branches_ == 0)
                owner->conclude();
        }

    private:
        member next_;
        joint_core* owner_;
        boost::asio::cancellation_slot slot_;
        [[no_unique_address]] allocator_type allocator_;
    };

    joint_core(const joint_core&) = delete;
    joint_core& operator=(const joint_core&) = delete;

protected:
    explicit joint_core(const Associates& own) : associates_(own) {}
    ~joint_core() = default;

    const typename Associates::executor_type& serial_executor() const noexcept {
        return associates_.executor;
    }
    const typename Associates::allocator_type& allocator() const noexcept {
        return associates_.allocator;
    }
    unsigned branches() const noexcept { return branches_; }

private:
    void call(typename branch::member next, error_code ec, std::uint64_t n) {
        struct depth {
            explicit depth(unsigned& of) noexcept : calls(of) { ++calls; }
            ~depth() { --calls; }
            unsigned& calls;
        };
        begun_ = true;
        try {
            const depth inside(calls_);
            (this->*next)(ec, n);
        } catch (const std::bad_alloc&) {
            fail(make_error_code(boost::system::errc::not_enough_memory));
        }
        // Contexts keep an exception that comes to them in here, and throw it later.
        if (calls_ == 0 && std::exchange(lost_within_, false))
            fail(boost::asio::error::operation_aborted);
    }

    // A branch goes without a call: at a context's end, or since what was to carry it on threw, to
    // whoever runs the context. Then the others are not left waiting for it.
    void drop() noexcept {
        if (begun_ && std::uncaught_exceptions() != 0) {
            if (calls_ != 0)
                lost_within_ = true;
            else if (!std::exchange(lost_, true)) // once: what tells it may be lost, too
                fail_later();
        }
        if (--branches_ == 0)
            abandon();
    }

    // A branch was lost, or could not be started, for want of memory.
    virtual void fail(error_code) = 0;
    virtual void fail_later() noexcept = 0;
    // The last branch has run: gives the memory back and calls the handler.
    virtual void conclude() = 0;
    // The last branch was dropped without a call.
    virtual void abandon() noexcept = 0;

    const Associates associates_;
    unsigned branches_ = 0;
    unsigned calls_ = 0; // of branches, that have not returned
    bool begun_ = false;
    bool lost_ = false;
    bool lost_within_ = false; // a call
};

} // namespace sluice::detail
