// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/serial_executor.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
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
        using member = void (joint_core::*)(error_code, std::uint64_t);

    public:
        // What is to be called is no part of the type, nor is the operation.
        template <class Derived>
        branch(void (Derived::*next)(error_code, std::uint64_t), Derived* owner,
               boost::asio::cancellation_slot slot = {}) noexcept
            : next_(static_cast<member>(next))
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
                owner_->abandon();
        }

        using executor_type = typename Associates::executor_type;
        executor_type get_executor() const noexcept { return owner_->associates_.executor; }
        using allocator_type = typename Associates::allocator_type;
        allocator_type get_allocator() const noexcept { return owner_->associates_.allocator; }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept { return slot_; }

        void operator()(error_code ec = {}, std::uint64_t n = 0) {
            joint_core* const owner = owner_;
            try {
                (owner->*next_)(ec, n);
            } catch (const std::bad_alloc&) {
                owner->fail(make_error_code(boost::system::errc::not_enough_memory));
            }
            owner_ = nullptr;
            if (--owner->branches_ == 0)
                owner->conclude();
        }

    private:
        member next_;
        joint_core* owner_;
        boost::asio::cancellation_slot slot_;
    };

    joint_core(const joint_core&) = delete;
    joint_core& operator=(const joint_core&) = delete;

protected:
    explicit joint_core(const Associates& own) : associates_(own) {}
    ~joint_core() = default;

    const typename Associates::allocator_type& allocator() const noexcept {
        return associates_.allocator;
    }
    unsigned branches() const noexcept { return branches_; }

private:
    // A branch could not be started, for want of memory.
    virtual void fail(error_code) = 0;
    // The last branch has run: gives the memory back and calls the handler.
    virtual void conclude() = 0;
    // The last branch was dropped without a call.
    virtual void abandon() noexcept = 0;

    const Associates associates_;
    unsigned branches_ = 0;
};

} // namespace sluice::detail
