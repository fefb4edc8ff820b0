// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/pipe_core.hpp>
#include <sluice/pipe/detail/travelling_operation.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace sluice::detail {

template <class Handler, class Executor>
using travelling_operation_of = travelling_operation<
    Executor, boost::asio::associated_executor_t<Handler, Executor>,
    boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>>;

// A parked operation with its handler. The kind says what it waits for and what it delivers:
//
//   error_code finish(pipe_core&)                      of reads that look again
//   void announce(pipe_core&, parked_operation&)       gives it the serial by which it is cancelled
//   void abort(pipe_core&, std::uint64_t serial)
//   void forget(pipe_core&, const parked_operation&)   it will never complete
//   void complete(Handler&, error_code)
//
// Memory comes from the handler's associated allocator if it has one, and is given back before the
// upcall.
template <class Kind, class Handler, class Executor>
class suspended_operation final : public travelling_operation_of<Handler, Executor> {
    using travelling = travelling_operation_of<Handler, Executor>;
    using allocator_type = typename travelling::allocator_type;
    using own_allocator =
        typename std::allocator_traits<allocator_type>::template rebind_alloc<suspended_operation>;

public:
    static suspended_operation* create(core_pointer pipe, const Executor& executor, Kind kind,
                                       Handler&& handler) {
        const own_allocator allocator(allocator_of(handler));
        pipe_core* const owner = pipe.get();
        void* memory = allocate(owner, allocator);
        try {
            return new (memory)
                suspended_operation(std::move(pipe), executor, std::move(kind), std::move(handler));
        } catch (...) {
            deallocate(owner, allocator, memory);
            throw;
        }
    }

    Kind& kind() noexcept { return kind_; }
    Handler& handler() noexcept { return handler_; }

    // Ends the operation, and leaves the handler.
    Handler take_back() noexcept { return std::move(take().handler); }

    void destroy() noexcept override {
        if (pipe_)
            Kind::forget(*pipe_, *this);
        [[maybe_unused]] const parts taken = take();
    }

    // Lets the handler's cancellation slot reach the operation, before it is parked: by its serial,
    // for the slot may be emitted when an executor has dropped the operation long ago.
    void connect_cancellation() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (!slot.is_connected())
            return;
        Kind::announce(*pipe_, *this);
        slot.assign([pipe = pipe_, serial = this->serial](boost::asio::cancellation_type type) {
            if ((type & boost::asio::cancellation_type::all) !=
                boost::asio::cancellation_type::none)
                Kind::abort(*pipe, serial);
        });
    }

private:
    // What outlives the operation's memory until the upcall is over. Of the pipe's executor and its
    // context nothing does: the handler may end them.
    struct parts {
        core_pointer pipe;
        typename travelling::handler_work work;
        Kind kind;
        Handler handler;
    };

    suspended_operation(core_pointer pipe, const Executor& executor, Kind kind, Handler&& handler)
        : travelling(executor, boost::asio::get_associated_executor(handler, executor),
                     allocator_of(handler))
        , pipe_(std::move(pipe))
        , kind_(std::move(kind))
        , handler_(std::move(handler)) {}

    static allocator_type allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    void arrive(error_code ec) override {
        if constexpr (Kind::is_read)
            if (ec == look_again)
                ec = kind_.finish(*pipe_);
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.clear();
        parts taken = take();
        taken.pipe = {};
        taken.kind.complete(taken.handler, ec);
    }

    parts take() noexcept {
        const own_allocator allocator(this->allocator());
        parts taken{std::move(pipe_), this->take_work(), std::move(kind_), std::move(handler_)};
        this->~suspended_operation();
        deallocate(taken.pipe.get(), allocator, this);
        return taken;
    }

    // Of handlers without an allocator of their own the pipe keeps the memory, or Asio does if
    // there is none. Composed operations say std::allocator then.
    static constexpr bool has_own_allocator() noexcept {
        return !std::is_same_v<allocator_type, std::allocator<void>> &&
               !std::is_same_v<allocator_type, boost::asio::recycling_allocator<void>>;
    }
    static constexpr bool kept_by_pipe() noexcept {
        return !has_own_allocator() &&
               alignof(suspended_operation) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;
    }
    using without_pipe = std::conditional_t<has_own_allocator(), own_allocator,
                                            boost::asio::recycling_allocator<suspended_operation>>;
    static without_pipe memory_without_pipe(const own_allocator& allocator) noexcept {
        if constexpr (has_own_allocator())
            return allocator;
        else
            return {};
    }
    static void* allocate(pipe_core* pipe, own_allocator allocator) {
        if (kept_by_pipe() && pipe != nullptr)
            return pipe->spare_of(Kind::is_read).take(sizeof(suspended_operation));
        return memory_without_pipe(allocator).allocate(1);
    }
    static void deallocate(pipe_core* pipe, own_allocator allocator, void* memory) noexcept {
        if (kept_by_pipe() && pipe != nullptr)
            pipe->spare_of(Kind::is_read).give(memory, sizeof(suspended_operation));
        else
            memory_without_pipe(allocator).deallocate(static_cast<suspended_operation*>(memory), 1);
    }

    ~suspended_operation() = default;

    core_pointer pipe_;
    Kind kind_;
    Handler handler_;
};

} // namespace sluice::detail
