// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "turns.hpp"

#include <boost/asio/post.hpp>

namespace file_server {

support::awaitable<> turns::next() {
    if (!giving_) {
        giving_ = true;
        boost::asio::post(gate_.get_executor(), [this] { give(); });
    }
    co_await gate_.async_receive(support::awaited);
}

void turns::give() {
    giving_ = gate_.try_send(sluice::error_code()); // false: nobody waits
    if (giving_)
        boost::asio::post(gate_.get_executor(), [this] { give(); });
}

} // namespace file_server
