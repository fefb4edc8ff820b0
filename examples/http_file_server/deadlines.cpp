// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "deadlines.hpp"

#include <algorithm>
#include <utility>

namespace file_server {

deadlines::deadlines(boost::asio::io_context& context, clock::duration tick)
    : timer_(context)
    , tick_(tick) {}

void deadlines::start() {
    if (ticking_)
        return;
    ticking_ = true;
    seen_ = clock::now();
    wait();
}

void deadlines::wait() {
    timer_.expires_after(tick_);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        ticking_ = !ec && !members_.empty();
        if (ticking_) {
            wait();
            sweep();
        }
    });
}

void deadlines::sweep() {
    const auto time = clock::now();
    now_ += std::min(time - seen_, 2 * tick_);
    seen_ = time;
    for (auto next = members_.begin(); next != members_.end();) {
        deadline& member = **next++;
        if (member.at_ <= now_) {
            member.clear();
            member.on_expiry_();
        }
    }
}

deadline::deadline(deadlines& owner, std::function<void()> on_expiry)
    : owner_(owner)
    , on_expiry_(std::move(on_expiry))
    , position_(owner.members_.insert(owner.members_.end(), this)) {
    owner_.start();
}

deadline::~deadline() {
    owner_.members_.erase(position_);
}

} // namespace file_server
