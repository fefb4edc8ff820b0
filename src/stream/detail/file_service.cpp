// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/file_ring.hpp>
#include <sluice/stream/detail/file_service.hpp>
#include <sluice/stream/detail/file_threads.hpp>

namespace sluice::detail {

boost::asio::execution_context::id file_service::id;

file_service::file_service(boost::asio::execution_context& context)
    : service(context)
    , threads_(make_file_threads())
    , ring_(make_file_ring()) {}

void file_service::shutdown() {
    threads_.reset();
    ring_.reset();
}

} // namespace sluice::detail
