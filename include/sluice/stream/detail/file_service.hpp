// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <optional>

namespace sluice::detail {

// The threads that wait for files, for one execution context. Those of regular files are always
// ready to be read, as far as the kernel tells, and then take their time all the same.
class file_service final : public boost::asio::execution_context::service {
public:
    static inline boost::asio::execution_context::id id;

    explicit file_service(boost::asio::execution_context& context) : service(context) {
        threads_.emplace(thread_count);
    }

    boost::asio::thread_pool::executor_type get_executor() noexcept {
        return threads_->get_executor();
    }

private:
    static constexpr unsigned thread_count = 2;

    // What has begun is waited for; what has not is destroyed here, with the handlers of the
    // context.
    void shutdown() override {
        threads_->stop();
        threads_->join();
        threads_.reset();
    }

    std::optional<boost::asio::thread_pool> threads_;
};

} // namespace sluice::detail
