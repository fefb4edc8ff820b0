// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "deadlines.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace file_server {

namespace {

constexpr int told_at_once = 4;

} // namespace

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
        ticking_ = !ec && !(members_.empty() && expired_.empty());
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
    const bool telling = !expired_.empty();
    for (auto next = members_.begin(); next != members_.end();) {
        deadline& member = **next++;
        if (member.at_ <= now_) {
            expired_.splice(expired_.end(), members_, member.position_);
            member.list_ = &expired_;
        }
    }
    if (!telling)
        expire_some();
}

void deadlines::expire_some() {
    for (int left = told_at_once; left != 0 && !expired_.empty(); --left) {
        deadline& member = *expired_.front();
        members_.splice(members_.end(), expired_, member.position_);
        member.list_ = &members_;
        if (member.at_ <= now_) { // else it was moved since
            member.clear();
            member.on_expiry_();
        }
    }
    if (!expired_.empty())
        boost::asio::post(get_executor(), [this] { expire_some(); });
}

deadline::deadline(deadlines& owner, std::function<void()> on_expiry)
    : owner_(owner)
    , on_expiry_(std::move(on_expiry))
    , list_(&owner.members_)
    , position_(owner.members_.insert(owner.members_.end(), this)) {
    owner_.start();
}

deadline::~deadline() {
    list_->erase(position_);
}

} // namespace file_server
