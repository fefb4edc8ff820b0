// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "interleavings/explorer.hpp"

#include <atomic>
#include <type_traits>

namespace sluice::test {

// What is wrong with the operations on purpose: a search must find it.
enum class planted {
    nothing,
    flag_set_late,     // fetch_or takes effect behind the ordered load that follows it
    position_set_late, // exchange does
    publish_in_two,    // compare_exchange_strong looks first, and then stores
};
inline planted planted_fault = planted::nothing;

// In the place of std::atomic: each operation is a step that others may come before.
template <class T>
class explored_atomic {
    using access = explorer::access;

public:
    explored_atomic() noexcept { explorer::born(this); }
    explored_atomic(T value) noexcept : value_(value) { explorer::born(this); }
    explored_atomic(const explored_atomic&) = delete;
    explored_atomic& operator=(const explored_atomic&) = delete;
    ~explored_atomic() { explorer::gone(this); }

    T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
        explorer::step(this, access::read);
        const T value = value_;
        if (order == std::memory_order_seq_cst)
            explorer::catch_up();
        return value;
    }
    void store(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
        explorer::step(this, access::write);
        value_ = value;
    }
    T exchange(T value, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change(planted::position_set_late, [value](T) { return value; });
    }
    T fetch_add(T n, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change(planted::nothing, [n](T old) { return static_cast<T>(old + n); });
    }
    T fetch_sub(T n, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change(planted::nothing, [n](T old) { return static_cast<T>(old - n); });
    }
    T fetch_or(T bits, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change(planted::flag_set_late, [bits](T old) { return old | bits; });
    }
    T fetch_and(T bits, std::memory_order = std::memory_order_seq_cst) noexcept {
        return change(planted::nothing, [bits](T old) { return old & bits; });
    }
    bool compare_exchange_strong(T& expected, T value, std::memory_order,
                                 std::memory_order) noexcept {
        explorer::step(this, access::write);
        if (value_ != expected) {
            expected = value_;
            return false;
        }
        if (planted_fault == planted::publish_in_two)
            explorer::step(this, access::write);
        value_ = value;
        return true;
    }
    bool compare_exchange_weak(T& expected, T value, std::memory_order success,
                               std::memory_order failure) noexcept {
        return compare_exchange_strong(expected, value, success, failure);
    }
    operator T() const noexcept { return load(); }
    T operator=(T value) noexcept {
        store(value);
        return value;
    }

private:
    template <class Change>
    T change(planted fault, Change to) noexcept {
        explorer::step(this, access::write);
        const T old = value_;
        if (std::is_integral_v<T> && fault == planted_fault && fault != planted::nothing)
            explorer::later([this, to] {
                explorer::step(this, access::write);
                value_ = to(value_);
            });
        else
            value_ = to(old);
        return old;
    }

    T value_{};
};

// In the place of std::mutex.
class explored_mutex {
public:
    explored_mutex() noexcept { explorer::born(this); }
    explored_mutex(const explored_mutex&) = delete;
    explored_mutex& operator=(const explored_mutex&) = delete;
    ~explored_mutex() { explorer::gone(this); }

    void lock() noexcept { explorer::step(this, explorer::access::lock); }
    void unlock() noexcept { explorer::step(this, explorer::access::unlock); }
};

} // namespace sluice::test
