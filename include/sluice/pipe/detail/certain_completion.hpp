// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/suspended_operation.hpp>

#include <memory>
#include <utility>

namespace sluice::detail {

// What an operation completes with that has it when it starts.
template <class Result>
struct outcome_of {
    static constexpr bool is_read = false;
    static void forget(pipe_core&, const parked_operation&) noexcept {}

    template <class Self>
    void complete(Self& self, error_code) {
        std::move(self)(std::move(result));
    }

    Result result{};
};

// A composed operation, taken to where nothing can keep it from being called with a result, on
// executors of an io_context. So what cannot be done again, such as taking bytes, is done behind
// this, and `complete_later` called.
template <class Result, class Self, class Executor>
class certain_completion {
    using operation = suspended_operation<outcome_of<Result>, Self, Executor>;

public:
    // Throws, for want of memory; then the operation is where it was. The memory is that of the
    // pipe, if there is one, which keeps it for the next wait of the same operation.
    certain_completion(Self& self, const Executor& executor, core_pointer pipe = {})
        : made_(operation::create(std::move(pipe), executor, {}, std::move(self))) {}

    Self& self() noexcept { return made_->handler(); }
    Result& result() noexcept { return made_->kind().result; }

    void complete_later() { made_.release()->resume(resumption::post, {}); }
    // There is no result yet.
    Self take_back() noexcept { return made_.release()->take_back(); }

private:
    std::unique_ptr<operation, destroyer> made_;
};

} // namespace sluice::detail
