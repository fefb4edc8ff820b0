// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/scripted_stream.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <utility>

namespace sluice::test {

namespace asio = boost::asio;
using testing::scripted_socket;
using testing::scripted_stream;

// A stream whose operations cannot be cancelled without a loss, and so are not: only a terminal
// cancellation, which says that nobody will go on, ends them.
class stubborn_stream : public scripted_stream {
public:
    using scripted_stream::scripted_stream;

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code ec = {},
                                           std::size_t n = 0) mutable {
                if (std::exchange(begun, true))
                    return self.complete(ec, n);
                this->scripted_stream::async_read_some(buffers, std::move(self));
            },
            token, get_executor());
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code ec = {},
                                           std::size_t n = 0) mutable {
                if (std::exchange(begun, true))
                    return self.complete(ec, n);
                this->scripted_stream::async_write_some(buffers, std::move(self));
            },
            token, get_executor());
    }
};

// Runs a context one handler at a time.
class stepped_context {
public:
    asio::io_context context;

    bool step() {
        context.restart();
        return context.poll_one() != 0;
    }
    void step(std::size_t count) {
        while (count-- != 0 && step())
            ;
    }
    void poll() {
        while (step())
            ;
    }
};

inline constexpr asio::cancellation_type all_cancellation_types[] = {
    asio::cancellation_type::terminal, asio::cancellation_type::partial,
    asio::cancellation_type::total};

} // namespace sluice::test
