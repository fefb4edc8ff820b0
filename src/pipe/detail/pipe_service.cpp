// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/pipe/detail/pipe_core.hpp>
#include <sluice/pipe/detail/pipe_service.hpp>

namespace sluice::detail {

namespace {

// One lock for all services: a pipe may outlive its service, and then must still find a lock. It is
// taken only when a pipe is made or goes.
std::mutex& services_mutex() {
    static std::mutex& mutex = *new std::mutex;
    return mutex;
}

} // namespace

boost::asio::execution_context::id pipe_service::id;

pipe_service::pipe_service(boost::asio::execution_context& context)
    : boost::asio::execution_context::service(context) {}

void pipe_service::add(pipe_core& core) noexcept {
    std::lock_guard lock(services_mutex());
    core.service_ = this;
    core.next_ = first_;
    core.previous_ = nullptr;
    if (first_ != nullptr)
        first_->previous_ = &core;
    first_ = &core;
}

void pipe_service::remove(pipe_core& core) noexcept {
    std::lock_guard lock(services_mutex());
    if (core.service_ == nullptr)
        return;
    (core.previous_ == nullptr ? core.service_->first_ : core.previous_->next_) = core.next_;
    if (core.next_ != nullptr)
        core.next_->previous_ = core.previous_;
    core.service_ = nullptr;
}

void pipe_service::shutdown() {
    operation_list abandoned;
    {
        std::lock_guard lock(services_mutex());
        while (pipe_core* core = first_) {
            first_ = core->next_;
            core->service_ = nullptr;
            core->shut_down(abandoned);
        }
    }
    while (parked_operation* operation = abandoned.pop())
        operation->destroy();
}

} // namespace sluice::detail
