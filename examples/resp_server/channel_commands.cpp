// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

#include <vector>

namespace resp_server {

namespace {

void confirm(call& c, std::string_view what, const std::string_view* channel) {
    c.out.push(3);
    c.out.bulk(what);
    if (channel != nullptr)
        c.out.bulk(*channel);
    else
        c.out.null();
    c.out.integer(static_cast<std::int64_t>(c.from.channels.size()));
}

void subscribe(call& c) {
    for (const std::string_view channel : c.given.subspan(1)) {
        c.shared.channels.subscribe(c.from, channel);
        confirm(c, "subscribe", &channel);
    }
}

void unsubscribe(call& c) {
    if (c.size() == 1 && c.from.channels.empty())
        return confirm(c, "unsubscribe", nullptr);
    const std::vector<std::string> all(c.from.channels.begin(), c.from.channels.end());
    std::vector<std::string_view> given(c.given.begin() + 1, c.given.end());
    if (given.empty())
        given.assign(all.begin(), all.end());
    for (const std::string_view channel : given) {
        c.shared.channels.unsubscribe(c.from, channel);
        confirm(c, "unsubscribe", &channel);
    }
}

void publish(call& c) {
    c.out.integer(static_cast<std::int64_t>(c.shared.channels.publish(c[1], c[2])));
}

} // namespace

std::span<const command> channel_commands() noexcept {
    static constexpr command table[] = {
        {"subscribe", -2, while_subscribed, 0, 0, 0, subscribe},
        {"unsubscribe", -1, while_subscribed, 0, 0, 0, unsubscribe},
        {"publish", 3, reads, 0, 0, 0, publish},
    };
    return table;
}

} // namespace resp_server
