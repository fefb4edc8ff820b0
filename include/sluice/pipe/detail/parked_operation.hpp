// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/pipe_options.hpp>

#include <boost/asio/error.hpp>

#include <cstdint>

namespace sluice::detail {

// An asynchronous operation, seen from the pipe: it owns itself, its handler and a share of the
// pipe, until exactly one of these is called.
class parked_operation {
public:
    // Hands the operation to its executors, there to complete with the error code. With
    // `would_block`, a read looks at the pipe again when it gets there.
    virtual void resume(resumption how, error_code ec) = 0;

    // Ends it without an upcall.
    virtual void destroy() noexcept = 0;

    parked_operation* next = nullptr;
    std::uint64_t serial = 0;     // among its kind; of a wait 0 while nobody can cancel it
    bool abort_requested = false; // before it was parked

protected:
    ~parked_operation() = default;
};

struct destroyer {
    void operator()(parked_operation* operation) const noexcept { operation->destroy(); }
};

inline const error_code look_again = boost::asio::error::would_block;

// A first-in first-out list.
class operation_list {
public:
    void push(parked_operation* operation) noexcept {
        operation->next = nullptr;
        (last_ == nullptr ? first_ : last_->next) = operation;
        last_ = operation;
    }
    // Null if it is not there.
    parked_operation* remove(std::uint64_t serial) noexcept;
    parked_operation* pop() noexcept;
    void append(operation_list& other) noexcept;
    bool empty() const noexcept { return first_ == nullptr; }

private:
    parked_operation* first_ = nullptr;
    parked_operation* last_ = nullptr;
};

} // namespace sluice::detail
