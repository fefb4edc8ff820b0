// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/execution_context.hpp>

#include <array>
#include <mutex>
#include <utility>

namespace sluice::detail {

// A pipe of the system, to move bytes through that do not come into the process.
class system_pipe {
public:
    system_pipe() noexcept = default;
    system_pipe(system_pipe&& other) noexcept : ends_(std::exchange(other.ends_, closed)) {}
    system_pipe& operator=(system_pipe&& other) noexcept {
        std::swap(ends_, other.ends_);
        return *this;
    }
    ~system_pipe();

    // One of some capacity; closed if the system gives none.
    static system_pipe make() noexcept;

    bool is_open() const noexcept { return ends_[0] >= 0; }
    int source() const noexcept { return ends_[0]; }
    int sink() const noexcept { return ends_[1]; }

private:
    static constexpr std::array<int, 2> closed{-1, -1};
    std::array<int, 2> ends_ = closed;
};

// Keeps a few empty ones of a context at hand: they are taken only while bytes are in them.
class system_pipe_service final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit system_pipe_service(boost::asio::execution_context& context) : service(context) {}

    system_pipe take() noexcept;
    // It is empty.
    void give_back(system_pipe pipe) noexcept;

private:
    void shutdown() override {}

    std::mutex mutex_;
    std::array<system_pipe, 8> spare_;
    std::size_t count_ = 0;
};

} // namespace sluice::detail
