// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/file_workers.hpp>

#include <boost/asio/execution_context.hpp>

#include <memory>

namespace sluice::detail {

// Waits for the files of an execution context. Those of regular files are always ready to be read,
// as far as the kernel tells, and then take their time all the same.
//
// It is an io_uring of the library's own, where that works, and not the one of Asio: that is
// compiled into every translation unit of the program, or into none.
class file_service final : public boost::asio::execution_context::service {
public:
    static boost::asio::execution_context::id id;

    explicit file_service(boost::asio::execution_context& context);

    // A ring would wait for ever for what is no regular file.
    void start(file_job& job, bool of_regular_file) {
        (of_regular_file && ring_ ? ring_ : threads_)->start(job);
    }
    bool has_ring() const noexcept { return ring_ != nullptr; }

private:
    void shutdown() override;

    std::unique_ptr<file_workers> threads_;
    std::unique_ptr<file_workers> ring_;
};

} // namespace sluice::detail
