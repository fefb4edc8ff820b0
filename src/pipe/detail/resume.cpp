// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/pipe/detail/resume.hpp>

#include <exception>

namespace sluice::detail {

namespace {

// The pipes that dispatch a resumption on this thread.
struct dispatching {
    explicit dispatching(const pipe_core* which) noexcept : pipe(which), outer(innermost) {
        innermost = this;
    }
    dispatching(const dispatching&) = delete;
    dispatching& operator=(const dispatching&) = delete;
    ~dispatching() { innermost = outer; }

    static bool allowed(const pipe_core* pipe) noexcept {
        unsigned depth = 0;
        for (const dispatching* it = innermost; it != nullptr; it = it->outer)
            if (it->pipe == pipe || ++depth == max_depth)
                return false;
        return true;
    }

    static constexpr unsigned max_depth = 8;
    static inline constinit thread_local dispatching* innermost = nullptr;

    const pipe_core* pipe;
    dispatching* outer;
};

} // namespace

void resume(const pipe_core* pipe, parked_operation* operation, resumption how, error_code ec) {
    if (how == resumption::dispatch && dispatching::allowed(pipe)) {
        dispatching guard(pipe);
        operation->resume(resumption::dispatch, ec);
    } else {
        operation->resume(resumption::post, ec);
    }
}

void resume_all(const pipe_core* pipe, wake_list& ready, resumption reader, resumption writer) {
    std::exception_ptr failure;
    const auto go = [&](parked_operation* operation, resumption how, error_code ec) {
        try {
            resume(pipe, operation, how, ec);
        } catch (...) {
            failure = std::current_exception();
        }
    };
    if (ready.reader != nullptr)
        go(ready.reader, reader, look_again);
    for (int i = 0; i != 3; ++i)
        while (parked_operation* operation = ready.operations[i].pop())
            go(operation, writer, ready.results[i]);
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace sluice::detail
