// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/random_source.hpp>

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace sluice::testing {

class manual_executor;

/// A queue of handlers that a test runs by hand, in order or in an order drawn from a seed.
///
/// It needs no reactor and starts no thread. Asio's own timers, sockets and resolvers do not belong
/// here: they would start a thread of their own. Use timers of the `manual_clock`, and streams of
/// the kit.
///
/// Its end destroys what was not run.
///
/// *Thread safety.* Handlers may be submitted from any thread. One thread at a time runs them.
///
/// \snippet test/doc/reference_test.cpp scripted_stream
class manual_context : public boost::asio::execution_context {
public:
    using executor_type = manual_executor; ///< what submits handlers

    /// Keeps the order in which handlers are submitted, until `shuffle`.
    manual_context();
    ~manual_context();

    /// An executor that submits to this context.
    executor_type get_executor() noexcept;

    /// From now on the next handler is any of the queue, drawn from the seed. An executor that is
    /// no strand promises no order, and a pool of threads keeps none.
    void shuffle(std::uint64_t seed);
    /// From now on the next handler is again the one that has waited longest.
    void keep_order();

    /// Runs a handler; false if there is none. What it throws comes out here.
    bool run_one();

    /// Runs until the queue is empty, but no more than `most` handlers. Returns how many.
    std::size_t run_all(std::size_t most = static_cast<std::size_t>(-1));

    /// How many handlers are in the queue.
    std::size_t queued() const;
    /// How many handlers were ever run.
    std::uint64_t run_count() const;
    /// How many work guards and operations are outstanding: with an empty queue they wait for
    /// something else.
    std::size_t outstanding_work() const;

private:
    friend manual_executor;

    struct task {
        virtual ~task() = default;
        virtual void run() = 0;
    };
    template <class Function>
    struct task_of final : task {
        explicit task_of(Function&& f) : function(std::move(f)) {}
        explicit task_of(const Function& f) : function(f) {}
        void run() override { function(); }
        Function function;
    };

    bool runs_here() const noexcept;
    void submit(std::unique_ptr<task> submitted);
    void add_work() noexcept;
    void remove_work() noexcept;

    mutable std::mutex mutex_;
    std::deque<std::unique_ptr<task>> queue_;
    std::optional<random_source> order_;
    std::uint64_t run_count_ = 0;
    std::size_t work_ = 0;
};

/// The executor of a `manual_context`. It has what `any_io_executor` asks for: `dispatch` runs a
/// handler at once within another one of the context, `post` and `defer` queue it.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: const use is safe.
class manual_executor {
public:
    /// Submits to this context. Copies are equal, and those that count as work do so each.
    /// @{
    explicit manual_executor(manual_context& context) noexcept : context_(&context) {}
    manual_executor(const manual_executor& other) noexcept
        : manual_executor(*other.context_, other.never_, other.tracked_) {}
    manual_executor& operator=(const manual_executor& other) noexcept {
        manual_executor copy(other);
        std::swap(context_, copy.context_);
        std::swap(never_, copy.never_);
        std::swap(tracked_, copy.tracked_);
        return *this;
    }
    /// @}
    ~manual_executor() {
        if (tracked_)
            context_->remove_work();
    }

    /// The properties that Asio asks an executor for, and those that it sets.
    /// @{
    manual_context& query(boost::asio::execution::context_t) const noexcept { return *context_; }
    boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
        namespace execution = boost::asio::execution;
        return never_ ? execution::blocking_t(execution::blocking.never)
                      : execution::blocking_t(execution::blocking.possibly);
    }
    boost::asio::execution::outstanding_work_t
    query(boost::asio::execution::outstanding_work_t) const noexcept {
        namespace execution = boost::asio::execution;
        return tracked_ ? execution::outstanding_work_t(execution::outstanding_work.tracked)
                        : execution::outstanding_work_t(execution::outstanding_work.untracked);
    }

    manual_executor require(boost::asio::execution::blocking_t::possibly_t) const noexcept {
        return {*context_, false, tracked_};
    }
    manual_executor require(boost::asio::execution::blocking_t::never_t) const noexcept {
        return {*context_, true, tracked_};
    }
    manual_executor require(boost::asio::execution::outstanding_work_t::tracked_t) const noexcept {
        return {*context_, never_, true};
    }
    manual_executor
    require(boost::asio::execution::outstanding_work_t::untracked_t) const noexcept {
        return {*context_, never_, false};
    }
    /// @}

    /// Within a handler of the context, which is being run now.
    bool running_in_this_thread() const noexcept { return context_->runs_here(); }

    /// Queues a handler, or runs it at once where that is allowed.
    /// \tparam Function of the handler
    template <class Function>
    void execute(Function&& function) const {
        using decayed = std::decay_t<Function>;
        if (!never_ && running_in_this_thread()) {
            decayed moved(std::forward<Function>(function));
            moved();
        } else {
            context_->submit(std::make_unique<manual_context::task_of<decayed>>(
                std::forward<Function>(function)));
        }
    }

    /// Whether they submit to the same context, and have the same properties.
    /// @{
    friend bool operator==(const manual_executor& a, const manual_executor& b) noexcept {
        return a.context_ == b.context_ && a.never_ == b.never_ && a.tracked_ == b.tracked_;
    }
    friend bool operator!=(const manual_executor& a, const manual_executor& b) noexcept {
        return !(a == b);
    }
    /// @}

private:
    manual_executor(manual_context& context, bool never, bool tracked) noexcept
        : context_(&context)
        , never_(never)
        , tracked_(tracked) {
        if (tracked_)
            context_->add_work();
    }

    manual_context* context_;
    bool never_ = false;   // blocks, as dispatch may
    bool tracked_ = false; // counts as work
};

inline manual_context::executor_type manual_context::get_executor() noexcept {
    return manual_executor(*this);
}

} // namespace sluice::testing
