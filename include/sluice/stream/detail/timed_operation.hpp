// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/single_block.hpp>
#include <sluice/error.hpp>
#include <sluice/stream/detail/serial_executor.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sluice::detail {

// What can be cancelled from several sides: by the timer, by the slot of the handler, and by one
// that somebody bound around the handler which the operation was given.
struct timed_cancellation {
    void follow(boost::asio::cancellation_slot& own, boost::asio::cancellation_slot other) {
        if (own.is_connected() || !other.is_connected())
            return;
        if (!reachable)
            reachable = std::make_shared<timed_cancellation*>(this);
        own = other;
        own.assign([at = reachable](boost::asio::cancellation_type type) {
            if (*at != nullptr)
                (*at)->signal.emit(type);
        });
    }
    void stop_following() {
        for (boost::asio::cancellation_slot* one : {&within, &around})
            if (one->is_connected())
                one->clear();
    }

    ~timed_cancellation() {
        if (reachable)
            *reachable = nullptr;
    }

    boost::asio::cancellation_signal signal;
    boost::asio::cancellation_slot within, around;
    // For the slots, which may be emitted when a context has dropped the operation long ago.
    std::shared_ptr<timed_cancellation*> reachable;
};

// The slot an operation sees. Its type tells that it belongs to one that is timed.
struct timed_slot : boost::asio::cancellation_slot {
    timed_slot(boost::asio::cancellation_slot slot, timed_cancellation* of) noexcept
        : boost::asio::cancellation_slot(slot)
        , cancellation(of) {}
    timed_cancellation* cancellation;
};

template <class Signature>
struct decayed_arguments;
template <class R, class... Args>
struct decayed_arguments<R(Args...)> {
    using type = std::tuple<std::decay_t<Args>...>;
};

// What an operation has completed with: the arguments of one of its signatures, or nothing yet.
template <class... Signatures>
class completion_values {
public:
    template <class... Args>
    void keep(Args&&... args) {
        constexpr std::size_t exact =
            place_of({std::is_same_v<tuple_of<Signatures>, std::tuple<std::decay_t<Args>...>>...});
        constexpr std::size_t alike =
            place_of({(std::tuple_size_v<tuple_of<Signatures>> == sizeof...(Args) &&
                       std::is_constructible_v<tuple_of<Signatures>, Args&&...>)...});
        constexpr std::size_t place = exact != 0 ? exact : alike;
        static_assert(place != 0, "the operation completes with none of its signatures");
        values_.template emplace<place>(std::forward<Args>(args)...);
    }

    bool empty() const noexcept { return values_.index() == 0; }

    // Calls it with the tuple of what was kept, if anything was.
    template <class Function>
    void visit(Function&& function) {
        std::visit(
            [&](auto& values) {
                if constexpr (!std::is_same_v<decltype(values), std::monostate&>)
                    function(values);
            },
            values_);
    }

private:
    template <class Signature>
    using tuple_of = typename decayed_arguments<Signature>::type;

    // Counted from 1; 0: nowhere.
    static constexpr std::size_t place_of(const std::array<bool, sizeof...(Signatures)>& fits) {
        const auto found = std::find(fits.begin(), fits.end(), true);
        return found == fits.end() ? 0 : static_cast<std::size_t>(found - fits.begin()) + 1;
    }

    std::variant<std::monostate, tuple_of<Signatures>...> values_;
};

// An operation beside a timer that cancels it. It completes when both have: the timer is cancelled
// when the operation was quicker. Whatever is dropped without a call, as at a context's end, takes
// the rest with it.
template <class Handler, class Executor, class Clock, class... Signatures>
class timed_operation : timed_cancellation {
    using allocator =
        boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
    using own_allocator =
        typename std::allocator_traits<allocator>::template rebind_alloc<timed_operation>;
    using timer_memory = single_block<192, allocator>;

public:
    // Either half has one of these as its handler.
    template <bool IsTimer>
    class branch {
    public:
        explicit branch(timed_operation* owner) noexcept
            : owner_(owner)
            , allocator_(owner->template allocator_of_branch<IsTimer>()) {
            ++owner_->branches_;
        }
        branch(branch&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr))
            , allocator_(other.allocator_) {}
        ~branch() {
            if (owner_ != nullptr)
                owner_->dropped(!IsTimer);
        }

        using executor_type = typename serial_executor<Handler, Executor>::type;
        executor_type get_executor() const noexcept {
            return serial_executor<Handler, Executor>::get(owner_->handler_,
                                                           owner_->timer_.get_executor());
        }
        // Also of one that was moved from: Asio asks it when it cannot make what it moved it to.
        using allocator_type =
            std::conditional_t<IsTimer, typename timer_memory::template allocator<void>, allocator>;
        allocator_type get_allocator() const noexcept { return allocator_; }
        using cancellation_slot_type =
            std::conditional_t<IsTimer, boost::asio::cancellation_slot, timed_slot>;
        cancellation_slot_type get_cancellation_slot() const noexcept {
            if constexpr (IsTimer)
                return {};
            else
                return {owner_->signal.slot(), owner_};
        }

        template <class... Args>
        void operator()(Args&&... args) {
            timed_operation* const owner = std::exchange(owner_, nullptr);
            if constexpr (IsTimer)
                owner->elapsed(args...);
            else
                owner->completed(std::forward<Args>(args)...);
        }

    private:
        timed_operation* owner_;
        [[no_unique_address]] allocator_type allocator_;
    };

    template <class Initiation, class... Args>
    static void start(Handler&& handler, const Executor& executor,
                      const typename Clock::time_point& when, boost::asio::cancellation_type type,
                      Initiation&& initiation, Args&&... args) {
        own_allocator memory(allocator_of(handler));
        timed_operation* const made = memory.allocate(1);
        try {
            new (made) timed_operation(std::move(handler), executor, type);
        } catch (...) {
            memory.deallocate(made, 1);
            throw;
        }
        branch<false> operation(made);
        made->follow(made->within, boost::asio::get_associated_cancellation_slot(made->handler_));
        made->timer_.expires_at(when);
        made->timer_.async_wait(branch<true>(made));
        std::forward<Initiation>(initiation)(std::move(operation), std::forward<Args>(args)...);
    }

private:
    timed_operation(Handler&& handler, const Executor& executor,
                    boost::asio::cancellation_type type)
        : handler_(std::move(handler))
        , work_(executor)
        , timer_(executor)
        , type_(type) {}
    ~timed_operation() = default;

    static allocator allocator_of(const Handler& handler) noexcept {
        return boost::asio::get_associated_allocator(handler,
                                                     boost::asio::recycling_allocator<void>());
    }

    template <bool IsTimer>
    auto allocator_of_branch() noexcept -> typename branch<IsTimer>::allocator_type {
        if constexpr (IsTimer)
            return {timer_memory_, allocator_of(handler_)};
        else
            return allocator_of(handler_);
    }

    void elapsed(const error_code& ec) {
        if (!ec && !over_)
            signal.emit(type_);
        leave();
    }

    template <class... Args>
    void completed(Args&&... args) {
        over_ = true;
        results_.keep(std::forward<Args>(args)...);
        timer_.cancel();
        leave();
    }

    void dropped(bool operation) {
        dropped_ = true;
        if (operation) {
            over_ = true;
            timer_.cancel();
        }
        leave();
    }

    void leave() {
        if (--branches_ != 0)
            return;
        if (!dropped_) // else the signals may be gone
            stop_following();
        if (dropped_ || results_.empty()) {
            release();
            return;
        }
        results_.visit([this](auto& kept) {
            auto values = std::move(kept);
            std::apply(release(), std::move(values));
        });
    }

    // The memory is given back before the upcall.
    Handler release() {
        own_allocator memory(allocator_of(handler_));
        Handler handler(std::move(handler_));
        this->~timed_operation();
        memory.deallocate(this, 1);
        return handler;
    }

    Handler handler_;
    boost::asio::executor_work_guard<Executor> work_; // the timer is used on the handler's executor
    boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> timer_;
    timer_memory timer_memory_;
    const boost::asio::cancellation_type type_;
    completion_values<Signatures...> results_;
    unsigned branches_ = 0;
    bool over_ = false; // the operation, not the timer
    bool dropped_ = false;
};

} // namespace sluice::detail

namespace boost::asio {

// What is bound around a handler replaces its slot: of an operation that is timed, it only joins.
template <class T, class Default>
requires std::is_same_v<associated_cancellation_slot_t<T>, sluice::detail::timed_slot>
struct associated_cancellation_slot<cancellation_slot_binder<T, cancellation_slot>, Default> {
    using type = sluice::detail::timed_slot;
    static type get(const cancellation_slot_binder<T, cancellation_slot>& bound,
                    const Default& = Default()) noexcept {
        const type slot = associated_cancellation_slot<T>::get(bound.get());
        slot.cancellation->follow(slot.cancellation->around, bound.get_cancellation_slot());
        return slot;
    }
};

} // namespace boost::asio
