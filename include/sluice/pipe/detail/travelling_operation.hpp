// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/single_block.hpp>
#include <sluice/pipe/detail/executors.hpp>
#include <sluice/pipe/detail/parked_operation.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/require.hpp>

#include <optional>
#include <utility>

namespace sluice::detail {

// A parked operation on its way to its handler's executor. It knows no more of the handler, so that
// the way is compiled once for all handlers that have the same executor and allocator.
template <class Executor, class HandlerExecutor, class Allocator>
class travelling_operation : public parked_operation {
public:
    using allocator_type = Allocator;

    void resume(resumption how, error_code ec) override {
        ec_ = ec;
        const auto go = [&](const auto& executor) {
            if (how == resumption::dispatch)
                dispatch_contained(executor, courier{this});
            else
                boost::asio::post(executor, courier{this});
        };
        if constexpr (goes_straight) {
            if (handler_work_) {
                io_work_.reset(); // its context may be gone before the handler runs
                return with_concrete_executor(handler_work_->get_executor(), go);
            }
        }
        with_concrete_executor(io_work_->get_executor(), go);
    }

protected:
    using handler_work = std::optional<boost::asio::executor_work_guard<HandlerExecutor>>;

    travelling_operation(const Executor& executor, const HandlerExecutor& handler_executor,
                         const Allocator& allocator)
        : io_work_(std::in_place, executor)
        , allocator_(allocator) {
        if (!same_executor(handler_executor, executor))
            handler_work_.emplace(handler_executor);
    }
    ~travelling_operation() = default;

    const Allocator& allocator() const noexcept { return allocator_; }
    handler_work take_work() noexcept { return std::move(handler_work_); }

private:
    // Not to an executor that nothing can be posted to, or that runs it anywhere: to it by way of
    // the pipe's.
    static constexpr bool goes_straight =
        boost::asio::can_require_v<HandlerExecutor, boost::asio::execution::blocking_t::never_t> &&
        !runs_handlers_anywhere<HandlerExecutor>;

    // For the executor to keep the courier in: an operation that was parked can always be resumed.
    using room = single_block<64, Allocator>;

    // Carries the operation through an executor, and destroys it if the executor drops it.
    struct courier {
        explicit courier(travelling_operation* carried) noexcept : operation(carried) {}
        courier(courier&& other) noexcept : operation(std::exchange(other.operation, nullptr)) {}
        ~courier() {
            if (operation != nullptr)
                operation->destroy();
        }

        using allocator_type = typename room::template allocator<void>;
        allocator_type get_allocator() const noexcept {
            return {operation->room_, operation->allocator_};
        }

        void operator()() {
            if constexpr (!goes_straight) {
                if (operation->handler_work_ && operation->io_work_) {
                    operation->io_work_.reset();
                    const HandlerExecutor onward = operation->handler_work_->get_executor();
                    return boost::asio::dispatch(onward, std::move(*this));
                }
            }
            travelling_operation* const arrived = std::exchange(operation, nullptr);
            arrived->arrive(arrived->ec_);
        }

        travelling_operation* operation;
    };

    // On the handler's executor.
    virtual void arrive(error_code ec) = 0;

    // Its executor goes with it: one of a strand must not be kept beyond its context.
    std::optional<boost::asio::executor_work_guard<Executor>> io_work_;
    handler_work handler_work_;
    [[no_unique_address]] Allocator allocator_;
    room room_;
    error_code ec_;
};

} // namespace sluice::detail
