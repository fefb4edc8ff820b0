// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/operation_kinds.hpp>
#include <sluice/pipe/detail/suspended_operation.hpp>

#include <boost/asio/async_result.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// Starts a wait for the reader. `Before` is called first, with the core: it returns an error to
// complete with, after having done what the operation promises to do at once.
template <waiting What, class Owner, class Before>
struct wait_initiation {
    using executor_type = typename Owner::executor_type;
    executor_type get_executor() const noexcept { return owner->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler) {
        using operation =
            suspended_operation<waiting_kind<What>, std::decay_t<Handler>, executor_type>;
        const core_pointer core = owner->core_;
        std::unique_ptr<operation, destroyer> created(operation::create(
            core, owner->executor_, {}, std::decay_t<Handler>(std::forward<Handler>(handler))));
        if (!core)
            return created.release()->resume(resumption::post, errc::already_completed);
        created->connect_cancellation(); // `before` may run the reader, which may cancel
        const error_code refused = before(core);
        core->start_wait(What, created.release(), refused);
    }

    Owner* owner;
    Before before;
};

template <waiting What, class CompletionToken, class Owner, class Before>
auto initiate_wait(Owner& owner, Before before, CompletionToken& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        wait_initiation<What, Owner, Before>{&owner, std::move(before)}, token);
}

} // namespace sluice::detail
