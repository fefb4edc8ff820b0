// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/detail/network_link.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace sluice::testing::detail {

network_link::network_link(const boost::asio::any_io_executor& executor,
                           std::shared_ptr<network_state> network)
    : readable(executor, manual_clock::time_point::max())
    , writable(executor, manual_clock::time_point::max())
    , network_(std::move(network))
    , arrival_(executor) {}

std::size_t network_link::some_of(std::size_t most) noexcept {
    return network_->random.between(
        1, std::min(most, std::max<std::size_t>(network_->options.max_piece, 1)));
}

std::size_t network_link::room(std::size_t wanted, error_code& ec) {
    ec = {};
    strike();
    if (sender_closed_)
        ec = boost::asio::error::operation_aborted;
    else if (reset_)
        ec = boost::asio::error::connection_reset;
    else if (end_sent_ || refused_)
        ec = boost::asio::error::broken_pipe;
    if (ec || wanted == 0)
        return 0;
    const std::size_t window = std::max<std::size_t>(network_->options.window, 1);
    return unread_ >= window ? 0 : some_of(std::min(wanted, window - unread_));
}

void network_link::send(std::string bytes) {
    unread_ += bytes.size();
    put_under_way(std::move(bytes), false);
}

void network_link::end_sending() {
    if (std::exchange(end_sent_, true) || reset_)
        return;
    put_under_way({}, true);
    writable.cancel();
}

bool network_link::can_send() const noexcept {
    return sender_closed_ || reset_ || end_sent_ || refused_ ||
           unread_ < std::max<std::size_t>(network_->options.window, 1);
}

std::size_t network_link::available(std::size_t wanted, error_code& ec) {
    ec = {};
    strike();
    if (receiver_closed_)
        ec = boost::asio::error::operation_aborted;
    else if (reset_)
        ec = boost::asio::error::connection_reset;
    else if (wanted == 0)
        return 0;
    else if (refused_ || (arrived_.empty() && end_arrived_))
        ec = boost::asio::error::eof;
    return ec || arrived_.empty() ? 0 : some_of(std::min(wanted, arrived_.size()));
}

void network_link::take(std::size_t n) {
    arrived_.erase(0, n);
    unread_ -= n;
    writable.cancel();
}

void network_link::end_receiving() {
    refused_ = true;
    readable.cancel();
    writable.cancel();
}

bool network_link::can_receive() const noexcept {
    return receiver_closed_ || reset_ || refused_ || end_arrived_ || !arrived_.empty();
}

void network_link::strike() {
    if (network_->random.one_in(network_->options.reset_one_in))
        reset();
}

void network_link::reset() {
    lose();
    if (const auto other = back.lock())
        other->lose();
}

void network_link::lose() {
    reset_ = true;
    under_way_.clear();
    arrived_.clear();
    unread_ = 0;
    arrival_.cancel();
    readable.cancel();
    writable.cancel();
}

void network_link::close_sender() {
    end_sending();
    sender_closed_ = true;
    writable.cancel();
}

void network_link::close_receiver() {
    end_receiving();
    receiver_closed_ = true;
}

void network_link::put_under_way(std::string bytes, bool is_end) {
    const auto most = static_cast<std::uint64_t>(network_->options.max_delay.count());
    auto when = manual_clock::now() + std::chrono::nanoseconds(network_->random.below(most + 1));
    if (!under_way_.empty())
        when = std::max(when, under_way_.back().when);
    under_way_.push_back({when, std::move(bytes), is_end});
    arrive();
}

void network_link::arrive() {
    const auto now = manual_clock::now();
    bool any = false;
    while (!under_way_.empty() && under_way_.front().when <= now) {
        arrived_ += under_way_.front().bytes;
        end_arrived_ = under_way_.front().is_end;
        under_way_.pop_front();
        any = true;
    }
    if (any)
        readable.cancel();
    wait_for_arrival();
}

void network_link::wait_for_arrival() {
    if (waiting_ || under_way_.empty())
        return;
    waiting_ = true;
    arrival_.expires_at(under_way_.front().when);
    arrival_.async_wait([self = shared_from_this()](error_code) {
        self->waiting_ = false;
        self->arrive();
    });
}

} // namespace sluice::testing::detail
