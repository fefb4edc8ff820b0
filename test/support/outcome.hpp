// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <string>
#include <utility>

// GCC 12 calls Asio's coroutine frames mismatched where it inlines only one of their operators.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace sluice::test {

namespace asio = boost::asio;

inline constexpr asio::cancellation_type all_types[] = {asio::cancellation_type::terminal,
                                                        asio::cancellation_type::partial,
                                                        asio::cancellation_type::total};

// What a wait delivered, and how often it did. It outlives the operation.
struct wait_outcome {
    auto handler() {
        return [this](error_code e) {
            ++calls;
            ec = e;
        };
    }
    bool pending() const { return calls == 0; }
    bool succeeded() const { return calls == 1 && !ec; }
    bool failed(error_code with) const { return calls == 1 && ec == with; }

    int calls = 0;
    error_code ec;
};

// What a read delivered, and how often it did. It outlives the operation.
struct read_outcome {
    auto handler() {
        return [this](error_code e, read_result r) {
            ++calls;
            ec = e;
            result = r;
        };
    }
    bool pending() const { return calls == 0; }
    bool succeeded() const { return calls == 1 && !ec; }
    bool failed(error_code with) const { return calls == 1 && ec == with; }
    std::string text() const { return result.buffer.to_string(); }

    int calls = 0;
    error_code ec;
    read_result result;
};

// Awaits a result that shows its error instead of throwing it.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Runs what is ready.
inline void poll(asio::io_context& context) {
    context.restart();
    context.poll();
}

// Runs a coroutine that finds all it waits for within this context.
template <class Body>
void run(asio::io_context& context, Body&& body) {
    bool finished = false;
    std::exception_ptr failure;
    asio::co_spawn(context, std::forward<Body>(body), [&](std::exception_ptr e) {
        finished = true;
        failure = e;
    });
    poll(context);
    if (failure)
        std::rethrow_exception(failure);
    REQUIRE(finished);
}

// The error that a call throws, or none.
template <class Call>
error_code thrown_by(Call&& call) {
    try {
        std::forward<Call>(call)();
    } catch (const boost::system::system_error& error) {
        return error.code();
    }
    return {};
}

} // namespace sluice::test
