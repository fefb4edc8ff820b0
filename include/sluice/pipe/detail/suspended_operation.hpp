// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/executors.hpp>
#include <sluice/pipe/detail/pipe_core.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace sluice::detail {

// A parked operation with its handler. The kind says what it waits for and what it delivers:
//
//   bool finish(pipe_core&, parked_operation*, error_code&)   of reads; false: parked again
//   void abort(pipe_core&, parked_operation*)
//   void complete(Handler&, error_code)
//
// Memory comes from the handler's associated allocator if it has one, and is given back before the
// upcall.
template <class Kind, class Handler, class Executor>
class suspended_operation final : public parked_operation {
    using handler_executor = boost::asio::associated_executor_t<Handler, Executor>;
    using allocator_type =
        boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
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

    void resume(resumption how, error_code ec) override {
        ec_ = ec;
        with_concrete_executor(executor_, [&](const auto& executor) {
            if (how == resumption::dispatch)
                dispatch_contained(executor, courier{this});
            else
                boost::asio::post(executor, courier{this});
        });
    }

    void destroy() noexcept override { [[maybe_unused]] const parts taken = take(); }

    // Lets the handler's cancellation slot reach the operation. Before it is parked.
    void connect_cancellation() {
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.assign([this, pipe = pipe_.get()](boost::asio::cancellation_type type) {
                if ((type & boost::asio::cancellation_type::all) !=
                    boost::asio::cancellation_type::none)
                    kind_abort(*pipe, this);
            });
    }

private:
    using io_guard = boost::asio::executor_work_guard<Executor>;
    using handler_guard = boost::asio::executor_work_guard<handler_executor>;

    // What outlives the operation's memory until the upcall is over.
    struct parts {
        core_pointer pipe;
        io_guard io_work;
        std::optional<handler_guard> handler_work;
        Kind kind;
        Handler handler;
    };

    // Carries the operation through an executor, and destroys it if the executor drops it.
    struct courier {
        explicit courier(suspended_operation* carried) noexcept : operation(carried) {}
        courier(courier&& other) noexcept
            : operation(std::exchange(other.operation, nullptr))
            , at_handler_executor(other.at_handler_executor) {}
        ~courier() {
            if (operation != nullptr)
                operation->destroy();
        }

        using allocator_type = suspended_operation::allocator_type;
        allocator_type get_allocator() const noexcept { return allocator_of(operation->handler_); }

        void operator()() { std::exchange(operation, nullptr)->arrive(*this); }

        suspended_operation* operation;
        bool at_handler_executor = false;
    };

    suspended_operation(core_pointer pipe, const Executor& executor, Kind kind, Handler&& handler)
        : pipe_(std::move(pipe))
        , executor_(executor)
        , io_work_(executor)
        , kind_(std::move(kind))
        , handler_(std::move(handler)) {
        const handler_executor own = boost::asio::get_associated_executor(handler_, executor_);
        if (!same_executor(own, executor_))
            handler_work_.emplace(own);
    }

    static allocator_type allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    static void kind_abort(pipe_core& pipe, suspended_operation* operation) {
        Kind::abort(pipe, operation);
    }

    // On the pipe's executor, or already on the handler's.
    void arrive(courier& carrier) {
        if (!carrier.at_handler_executor && handler_work_) {
            courier onward(this);
            onward.at_handler_executor = true;
            boost::asio::dispatch(boost::asio::get_associated_executor(handler_, executor_),
                                  std::move(onward));
            return;
        }
        error_code ec = ec_;
        if constexpr (Kind::is_read)
            if (ec == look_again && !kind_.finish(*pipe_, this, ec))
                return;
        auto slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected())
            slot.clear();
        parts taken = take();
        taken.pipe = {};
        taken.kind.complete(taken.handler, ec);
    }

    parts take() noexcept {
        const own_allocator allocator(allocator_of(handler_));
        parts taken{std::move(pipe_), std::move(io_work_), std::move(handler_work_),
                    std::move(kind_), std::move(handler_)};
        this->~suspended_operation();
        deallocate(taken.pipe.get(), allocator, this);
        return taken;
    }

    // Of handlers without an allocator of their own the pipe keeps the memory. Composed operations
    // say std::allocator then.
    static constexpr bool kept_by_pipe() noexcept {
        constexpr bool no_own =
            std::is_same_v<allocator_type, std::allocator<void>> ||
            std::is_same_v<allocator_type, boost::asio::recycling_allocator<void>>;
        return no_own && alignof(suspended_operation) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;
    }
    static void* allocate(pipe_core* pipe, own_allocator allocator) {
        if (kept_by_pipe() && pipe != nullptr)
            return pipe->spare_of(Kind::is_read).take(sizeof(suspended_operation));
        return allocator.allocate(1);
    }
    static void deallocate(pipe_core* pipe, own_allocator allocator, void* memory) noexcept {
        if (kept_by_pipe() && pipe != nullptr)
            pipe->spare_of(Kind::is_read).give(memory, sizeof(suspended_operation));
        else
            allocator.deallocate(static_cast<suspended_operation*>(memory), 1);
    }

    ~suspended_operation() = default;

    core_pointer pipe_;
    Executor executor_;
    io_guard io_work_;
    std::optional<handler_guard> handler_work_;
    Kind kind_;
    Handler handler_;
    error_code ec_;
};

} // namespace sluice::detail
