// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/pipe_core.hpp>

#include <cstdint>
#include <utility>

namespace sluice::detail {

// A read: looks at the pipe when it is resumed, so that it delivers all that is there by then.
struct reading_kind {
    static constexpr bool is_read = true;
    read_request request;
    read_result delivered;

    error_code finish(pipe_core& pipe) { return pipe.finish_read(request, delivered); }
    static void announce(pipe_core& pipe, parked_operation& operation) noexcept {
        pipe.announce_read(operation);
    }
    static void forget(pipe_core& pipe, const parked_operation& operation) noexcept {
        pipe.forget_read(operation);
    }
    static void abort(pipe_core& pipe, std::uint64_t serial) { pipe.abort_read(serial); }

    template <class Handler>
    void complete(Handler& handler, error_code ec) {
        std::move(handler)(ec, delivered);
    }
};

// A wait for the reader: whoever wakes it knows the result.
template <waiting What>
struct waiting_kind {
    static constexpr bool is_read = false;
    static void announce(pipe_core& pipe, parked_operation& operation) noexcept {
        pipe.announce_wait(operation);
    }
    static void forget(pipe_core& pipe, const parked_operation& operation) noexcept {
        pipe.forget_wait(operation);
    }
    static void abort(pipe_core& pipe, std::uint64_t serial) { pipe.abort_wait(What, serial); }

    template <class Handler>
    static void complete(Handler& handler, error_code ec) {
        std::move(handler)(ec);
    }
};

} // namespace sluice::detail
