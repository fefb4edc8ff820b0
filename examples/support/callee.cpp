// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "callee.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace support {

namespace asio = boost::asio;

struct callee::lookup {
    std::mutex mutex;
    callee* owner = nullptr; // until it is gone
    bool done = false;
    std::vector<endpoint> found{};
    std::exception_ptr failure{};
};

callee::callee(executor where, address whom)
    : whom_(std::move(whom))
    , found_(where, clock::time_point::max()) {}

callee::~callee() {
    if (!running_)
        return;
    const std::lock_guard lock(running_->mutex);
    running_->owner = nullptr;
}

awaitable<std::vector<endpoint>> callee::endpoints() {
    if (auto known = without_lookup(whom_); !known.empty())
        co_return known;
    if (!running_)
        running_ = start();
    const std::shared_ptr<lookup> mine = running_;
    co_await found_.async_wait(awaited);
    if (!mine->done)
        throw boost::system::system_error(asio::error::operation_aborted);
    if (mine->failure)
        std::rethrow_exception(mine->failure);
    co_return mine->found;
}

std::shared_ptr<callee::lookup> callee::start() {
    auto result = std::make_shared<lookup>();
    result->owner = this;
    std::thread([one = result, whom = whom_] {
        try {
            one->found = endpoints_to_call(whom);
        } catch (...) {
            one->failure = std::current_exception();
        }
        const std::lock_guard lock(one->mutex);
        if (callee* owner = one->owner)
            asio::post(owner->found_.get_executor(), [owner] { owner->finish(); });
    }).detach();
    return result;
}

void callee::finish() {
    running_->done = true;
    running_.reset();
    found_.cancel();
}

} // namespace support
