// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "broker.hpp"

namespace resp_server {

bool broker::subscribe(client& one, std::string_view channel) {
    if (!one.channels.emplace(channel).second)
        return false;
    channels_[std::string(channel)].push_back(&one);
    return true;
}

bool broker::unsubscribe(client& one, std::string_view channel) {
    const auto found = one.channels.find(channel);
    if (found == one.channels.end())
        return false;
    remove(one, channel);
    one.channels.erase(found);
    return true;
}

void broker::forget(client& one) {
    for (const std::string& channel : one.channels)
        remove(one, channel);
    one.channels.clear();
}

void broker::remove(client& one, std::string_view channel) {
    const auto found = channels_.find(channel);
    std::erase(found->second, &one);
    if (found->second.empty())
        channels_.erase(found);
}

std::size_t broker::publish(std::string_view channel, std::string_view message) {
    const auto found = channels_.find(channel);
    if (found == channels_.end())
        return 0;
    for (client* const one : found->second)
        one->deliver(channel, message);
    return found->second.size();
}

} // namespace resp_server
