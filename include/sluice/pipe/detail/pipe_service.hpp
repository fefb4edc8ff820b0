// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/execution_context.hpp>

#include <mutex>

namespace sluice::detail {

class pipe_core;

// Knows the pipes of an execution context, so that a context which goes down takes with it the
// operations that wait in them: a coroutine that waits in a pipe it owns would else keep both for
// ever.
class pipe_service final : public boost::asio::execution_context::service {
public:
    using key_type = pipe_service;
    static boost::asio::execution_context::id id;

    explicit pipe_service(boost::asio::execution_context& context);

    void add(pipe_core& core) noexcept;

    // Safe also while, and after, the service shuts down.
    static void remove(pipe_core& core) noexcept;

private:
    void shutdown() override;

    pipe_core* first_ = nullptr;
};

} // namespace sluice::detail
