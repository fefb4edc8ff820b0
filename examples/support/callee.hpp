// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "address.hpp"

#include <memory>
#include <vector>

namespace support {

/// Whom to call, and the lookup of the name. A lookup cannot be interrupted: it has a thread, one
/// for all who ask meanwhile, which is left behind once nobody waits any longer. For one thread.
class callee {
public:
    callee(executor where, address whom);
    callee(const callee&) = delete;
    callee& operator=(const callee&) = delete;
    ~callee();

    /// What the address stands for; never waits for an address in digits. May be cancelled. Throws
    /// `boost::system::system_error`.
    awaitable<std::vector<endpoint>> endpoints();

private:
    struct lookup;

    std::shared_ptr<lookup> start();
    void finish();

    address whom_;
    timer found_; // wakes those who wait; it never expires
    std::shared_ptr<lookup> running_;
};

} // namespace support
