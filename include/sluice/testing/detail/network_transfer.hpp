// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/detail/network_link.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace sluice::testing::detail {

// Tries until it would not block, as a composed operation. Between what was done and its completion
// others may have their turn.
template <class Attempt>
class network_transfer {
public:
    network_transfer(const boost::asio::any_io_executor& executor,
                     std::shared_ptr<network_link> link, bool sends, Attempt attempt)
        : executor_(executor)
        , link_(std::move(link))
        , sends_(sends)
        , attempt_(attempt) {}

    template <class Self>
    void operator()(Self& self, error_code = {}) {
        if (state_ == state::done)
            return self.complete(ec_, size_);
        if (state_ == state::initial) {
            state_ = state::trying;
            self.reset_cancellation_state(boost::asio::enable_total_cancellation());
            return go_round(self);
        }
        if (self.cancelled() != boost::asio::cancellation_type::none)
            return self.complete(boost::asio::error::operation_aborted, 0);
        size_ = attempt_(*link_, ec_);
        if (ec_ == boost::asio::error::would_block) {
            manual_timer& changed = sends_ ? link_->writable : link_->readable;
            return changed.async_wait(std::move(self));
        }
        state_ = state::done;
        if (link_->network().random.one_in(2))
            return go_round(self);
        self.complete(ec_, size_);
    }

private:
    enum class state { initial, trying, done };

    template <class Self>
    void go_round(Self& self) {
        const boost::asio::any_io_executor executor = executor_;
        boost::asio::post(executor, std::move(self));
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<network_link> link_;
    bool sends_;
    Attempt attempt_;
    state state_ = state::initial;
    error_code ec_;
    std::size_t size_ = 0;
};

// Waits until a transfer would not block.
class network_wait {
public:
    network_wait(const boost::asio::any_io_executor& executor, std::shared_ptr<network_link> link,
                 bool sends)
        : executor_(executor)
        , link_(std::move(link))
        , sends_(sends) {}

    template <class Self>
    void operator()(Self& self, error_code = {}) {
        if (!std::exchange(begun_, true)) {
            self.reset_cancellation_state(boost::asio::enable_total_cancellation());
            const boost::asio::any_io_executor executor = executor_;
            return boost::asio::post(executor, std::move(self));
        }
        if (self.cancelled() != boost::asio::cancellation_type::none || link_->is_closed(sends_))
            return self.complete(boost::asio::error::operation_aborted);
        if (sends_ ? link_->can_send() : link_->can_receive())
            return self.complete({});
        manual_timer& changed = sends_ ? link_->writable : link_->readable;
        changed.async_wait(std::move(self));
    }

private:
    boost::asio::any_io_executor executor_;
    std::shared_ptr<network_link> link_;
    bool sends_;
    bool begun_ = false;
};

} // namespace sluice::testing::detail
