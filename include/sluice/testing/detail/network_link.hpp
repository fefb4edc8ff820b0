// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/testing/manual_clock.hpp>
#include <sluice/testing/network_options.hpp>
#include <sluice/testing/random_source.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace sluice::testing::detail {

using manual_timer = boost::asio::basic_waitable_timer<manual_clock>;

// What all connections of a network share.
struct network_state {
    network_options options;
    random_source random;
};

// One direction of a connection: what was written to it arrives later, in order.
class network_link : public std::enable_shared_from_this<network_link> {
public:
    network_link(const boost::asio::any_io_executor& executor,
                 std::shared_ptr<network_state> network);

    // ---- the sender's side

    // What a write may move; none if it would block, or is to fail with the error.
    std::size_t room(std::size_t wanted, error_code& ec);
    void send(std::string bytes);
    void end_sending();
    bool can_send() const noexcept;

    // ---- the receiver's side

    // What a read may move; like room. The end is an error, too.
    std::size_t available(std::size_t wanted, error_code& ec);
    const char* data() const noexcept { return arrived_.data(); }
    void take(std::size_t n);
    void end_receiving();
    bool can_receive() const noexcept;

    // Both sides and directions fail from now on, and what was under way is lost.
    void reset();
    // One side does not use it any more: what that has outstanding fails.
    void close_sender();
    void close_receiver();

    bool is_closed(bool at_sender) const noexcept {
        return at_sender ? sender_closed_ : receiver_closed_;
    }
    network_state& network() noexcept { return *network_; }

    manual_timer readable, writable; // they never expire; they are cancelled to look again
    std::weak_ptr<network_link> back;

private:
    struct piece {
        manual_clock::time_point when;
        std::string bytes;
        bool is_end;
    };

    void lose();
    void strike();
    void put_under_way(std::string bytes, bool is_end);
    void wait_for_arrival();
    void arrive();
    std::size_t some_of(std::size_t most) noexcept;

    std::shared_ptr<network_state> network_;
    manual_timer arrival_;
    std::deque<piece> under_way_;
    std::string arrived_;
    std::size_t unread_ = 0; // under way, or arrived
    bool waiting_ = false;
    bool end_sent_ = false, end_arrived_ = false;
    bool refused_ = false; // by the receiver
    bool reset_ = false;
    bool sender_closed_ = false, receiver_closed_ = false;
};

// What a stream is made of.
struct network_end {
    boost::asio::any_io_executor executor;
    std::shared_ptr<network_link> in, out;
};

} // namespace sluice::testing::detail
