// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/pipe_core.hpp>

#include <utility>

namespace sluice::detail {

// A read: looks at the pipe when it is resumed, so that it delivers all that is there by then.
struct reading_kind {
    static constexpr bool is_read = true;
    read_request request;
    read_result delivered;

    bool finish(pipe_core& pipe, parked_operation* operation, error_code& ec) {
        ec = pipe.finish_read(operation, request, delivered);
        return ec != look_again;
    }
    static void abort(pipe_core& pipe, parked_operation* operation) { pipe.abort_read(operation); }

    template <class Handler>
    void complete(Handler& handler, error_code ec) {
        std::move(handler)(ec, delivered);
    }
};

// A wait for the reader: whoever wakes it knows the result.
template <waiting What>
struct waiting_kind {
    static constexpr bool is_read = false;
    static void abort(pipe_core& pipe, parked_operation* operation) {
        pipe.abort_wait(What, operation);
    }

    template <class Handler>
    static void complete(Handler& handler, error_code ec) {
        std::move(handler)(ec);
    }
};

} // namespace sluice::detail
