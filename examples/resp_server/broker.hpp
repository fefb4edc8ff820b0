// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "client.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace resp_server {

/// Channels, and who is subscribed to them.
class broker {
public:
    /// False if it was subscribed already.
    bool subscribe(client& one, std::string_view channel);
    /// False if it was not.
    bool unsubscribe(client& one, std::string_view channel);
    /// Ends all its subscriptions.
    void forget(client& one);

    /// Returns how many clients get the message.
    std::size_t publish(std::string_view channel, std::string_view message);

private:
    void remove(client& one, std::string_view channel);

    std::map<std::string, std::vector<client*>, std::less<>> channels_;
};

} // namespace resp_server
