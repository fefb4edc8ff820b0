// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "reply.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace resp_server {

/// What the commands know of the one who sends them.
class client {
public:
    client(std::uint64_t number, std::string peer, reply output)
        : id(number)
        , address(std::move(peer))
        , out(output) {}
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// Sends a message of a channel, at the next flush. The client may be too slow for it.
    virtual void deliver(std::string_view channel, std::string_view message) = 0;

    const std::uint64_t id;
    const std::string address;
    reply out;
    std::string name;
    std::set<std::string, std::less<>> channels; // that it is subscribed to
    bool quits = false;                          // after this reply

protected:
    ~client() = default;
};

} // namespace resp_server
